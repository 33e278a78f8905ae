/** Almanac: made by `npm run generate` from docs/api/gateway.json. */
import { type CallOptions, type ClientOptions, call } from '../request.js';

export type GetRootParameters = CallOptions;

export type GetRootAnswer = { name: "Almanac"; version: string; documents: string; addresses: Record<string, string> };

export type GetHealthzParameters = CallOptions;

export type GetHealthzAnswer = { status: "ok" };

export type GetReadyzParameters = CallOptions;

export type GetReadyzAnswer = { status: "ready" };

export type GetMetricsParameters = CallOptions;

export type GetMetricsAnswer = unknown;

export type GetAlmanacHealthParameters = CallOptions;

export type GetAlmanacHealthAnswer = {
  status: "healthy" | "degraded";
  version: string;
  timestamp: string;
  uptime_s: number;
  components: { database: "ok" | "down"; measurements: "ok" | "down" };
  measurements_backend: string;
  jobs: { running: number | null; queued: number | null };
  memory_mb: number;
};

export type GetAlmanacLineageBySha256Parameters = { path: { sha256: string | number } } & CallOptions;

export type GetAlmanacLineageBySha256Answer = unknown;

export type PostAlmanacVerifyByIdParameters = { path: { id: string | number }; query?: { depth?: "parents" | "all" | undefined } } & CallOptions;

export type PostAlmanacVerifyByIdAnswer = {
  sha256: string;
  kind: string;
  recomputed_sha: string;
  duration_ms: number;
  first_difference: number | null;
  ok: boolean;
  steps: ({
    sha256: string;
    kind: string;
    outcome: "same" | "different" | "source";
    recomputed_sha: string;
    duration_ms: number;
    first_difference: number | null;
  })[];
};

export type PostAlmanacVerifyParameters = { body: { id: string; depth?: "parents" | "all" | undefined } } & CallOptions;

export type PostAlmanacVerifyAnswer = {
  sha256: string;
  kind: string;
  recomputed_sha: string;
  duration_ms: number;
  first_difference: number | null;
  ok: boolean;
  steps: ({
    sha256: string;
    kind: string;
    outcome: "same" | "different" | "source";
    recomputed_sha: string;
    duration_ms: number;
    first_difference: number | null;
  })[];
};

export type GetAlmanacJobsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    status?: "queued" | "running" | "completed" | "failed" | "cancelled" | undefined;
    kind?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetAlmanacJobsAnswer = {
  jobs: ({
    job_id: string;
    kind: string;
    surface: string;
    status: "queued" | "running" | "completed" | "failed" | "cancelled";
    progress: number;
    total: number;
    message: string | null;
    error: { code: string; message: string } | null;
    subject: Record<string, unknown>;
    owner_id: string | null;
    attempts: number;
    created_at: string;
    updated_at: string;
    started_at: string | null;
    finished_at: string | null;
  })[];
  total: number;
  limit: number;
  offset: number;
};

export type GetAlmanacJobsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetAlmanacJobsByIdAnswer = {
  job_id: string;
  kind: string;
  surface: string;
  status: "queued" | "running" | "completed" | "failed" | "cancelled";
  progress: number;
  total: number;
  message: string | null;
  error: { code: string; message: string } | null;
  subject: Record<string, unknown>;
  owner_id: string | null;
  attempts: number;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  finished_at: string | null;
};

export type GetAlmanacEventsParameters = CallOptions;

export type GetAlmanacEventsAnswer = unknown;

export type GetAlmanacAuditParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    surface?: string | number | boolean | undefined;
    user_id?: string | number | boolean | undefined;
    action?: string | number | boolean | undefined;
    path?: string | number | boolean | undefined;
    method?: string | number | boolean | undefined;
    start?: string | number | boolean | undefined;
    end?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetAlmanacAuditAnswer = {
  entries: ({
    id: number;
    at: string;
    surface: string;
    method: string;
    path: string;
    status: number;
    user_id: string | null;
    client: string;
    request_id: string;
    action: string;
    subject: Record<string, unknown>;
    payload: unknown;
    before: unknown;
    after: unknown;
    prev_hash: string;
    hash: string;
  })[];
  total: number;
  limit: number;
  offset: number;
};

export type GetAlmanacAuditVerifyParameters = CallOptions;

export type GetAlmanacAuditVerifyAnswer = { ok: boolean; entries: number; broken_at: number | null };

export type PostAlmanacBackupParameters = { body: { passphrase?: string | undefined } } & CallOptions;

export type PostAlmanacBackupAnswer = unknown;

export type GetAlmanacBookParameters = {
  query: {
    symbol: string | number | boolean;
    date: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    ts: string | number | boolean;
    clock?: "ts_event" | "ts_recv" | undefined;
    depth?: string | number | boolean | undefined;
    orders?: "0" | "1" | "true" | "false" | undefined;
  };
} & CallOptions;

export type GetAlmanacBookAnswer = {
  dataset: string;
  symbol: string;
  date: string;
  ts_ns: string;
  source: "mbo" | "mbp-10";
  records: number | null;
  is_complete: boolean;
  is_suspect: boolean;
  bids: {
    level: number;
    px: string;
    sz: number;
    ct: number;
    orders: { order_id: string; sz: number; position: number; sz_ahead: number }[];
  }[];
  asks: {
    level: number;
    px: string;
    sz: number;
    ct: number;
    orders: { order_id: string; sz: number; position: number; sz_ahead: number }[];
  }[];
};

export type GetAlmanacBookChangesParameters = {
  query: {
    symbol: string | number | boolean;
    date: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    ts: string | number | boolean;
    clock?: "ts_event" | "ts_recv" | undefined;
    limit?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetAlmanacBookChangesAnswer = unknown;

export function gatewayClient(options: ClientOptions) {
  return {
    /** Where this client calls, for requests that no function makes. */
    options,
    /** What answers where `GET /` */
    getRoot: (parameters?: GetRootParameters) =>
      call<GetRootAnswer>(options, 'GET', '/', parameters),
    /** The process answers `GET /healthz` */
    getHealthz: (parameters?: GetHealthzParameters) =>
      call<GetHealthzAnswer>(options, 'GET', '/healthz', parameters),
    /** The stores answer `GET /readyz` */
    getReadyz: (parameters?: GetReadyzParameters) =>
      call<GetReadyzAnswer>(options, 'GET', '/readyz', parameters),
    /** Figures for Prometheus `GET /metrics` */
    getMetrics: (parameters?: GetMetricsParameters) =>
      call<GetMetricsAnswer>(options, 'GET', '/metrics', parameters),
    /** How the install is doing `GET /api/almanac/health` */
    getAlmanacHealth: (parameters?: GetAlmanacHealthParameters) =>
      call<GetAlmanacHealthAnswer>(options, 'GET', '/api/almanac/health', parameters),
    /** The tree of all that an artifact was made from; any unique beginning of its SHA-256 will do `GET /api/almanac/lineage/{sha256}` */
    getAlmanacLineageBySha256: (parameters: GetAlmanacLineageBySha256Parameters) =>
      call<GetAlmanacLineageBySha256Answer>(options, 'GET', '/api/almanac/lineage/{sha256}', parameters),
    /** Make an artifact again from its parents and compare byte for byte; a SHA-256 or the id of a backtest `POST /api/almanac/verify/{id}` */
    postAlmanacVerifyById: (parameters: PostAlmanacVerifyByIdParameters) =>
      call<PostAlmanacVerifyByIdAnswer>(options, 'POST', '/api/almanac/verify/{id}', parameters),
    /** The same with the name in the body `POST /api/almanac/verify` */
    postAlmanacVerify: (parameters: PostAlmanacVerifyParameters) =>
      call<PostAlmanacVerifyAnswer>(options, 'POST', '/api/almanac/verify', parameters),
    /** Jobs of every surface, newest first `GET /api/almanac/jobs` */
    getAlmanacJobs: (parameters?: GetAlmanacJobsParameters) =>
      call<GetAlmanacJobsAnswer>(options, 'GET', '/api/almanac/jobs', parameters),
    /** One job `GET /api/almanac/jobs/{id}` */
    getAlmanacJobsById: (parameters: GetAlmanacJobsByIdParameters) =>
      call<GetAlmanacJobsByIdAnswer>(options, 'GET', '/api/almanac/jobs/{id}', parameters),
    /** Server-sent events: `job`, with each change of each job you may see `GET /api/almanac/events` */
    getAlmanacEvents: (parameters?: GetAlmanacEventsParameters) =>
      call<GetAlmanacEventsAnswer>(options, 'GET', '/api/almanac/events', parameters),
    /** Every mutation on every surface, newest first `GET /api/almanac/audit` */
    getAlmanacAudit: (parameters?: GetAlmanacAuditParameters) =>
      call<GetAlmanacAuditAnswer>(options, 'GET', '/api/almanac/audit', parameters),
    /** Whether the chain of hashes holds from the first entry to the last `GET /api/almanac/audit/verify` */
    getAlmanacAuditVerify: (parameters?: GetAlmanacAuditVerifyParameters) =>
      call<GetAlmanacAuditVerifyAnswer>(options, 'GET', '/api/almanac/audit/verify', parameters),
    /** A backup as a tar file; it is whole only when it ends with its trailer `POST /api/almanac/backup` */
    postAlmanacBackup: (parameters: PostAlmanacBackupParameters) =>
      call<PostAlmanacBackupAnswer>(options, 'POST', '/api/almanac/backup', parameters),
    /** The order book of a day at any nanosecond, to any depth, with every order in its queue `GET /api/almanac/book` */
    getAlmanacBook: (parameters: GetAlmanacBookParameters) =>
      call<GetAlmanacBookAnswer>(options, 'GET', '/api/almanac/book', parameters),
    /** Server-sent events: `change` for each venue event after a moment, then `end` `GET /api/almanac/book/changes` */
    getAlmanacBookChanges: (parameters: GetAlmanacBookChangesParameters) =>
      call<GetAlmanacBookChangesAnswer>(options, 'GET', '/api/almanac/book/changes', parameters),
  };
}

export type GatewayClient = ReturnType<typeof gatewayClient>;
