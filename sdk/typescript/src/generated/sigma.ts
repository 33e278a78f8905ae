/** Sigma Lab: made by `npm run generate` from docs/api/sigma.json. */
import { type CallOptions, type ClientOptions, call } from '../request.js';

export type GetRootParameters = CallOptions;

export type GetRootAnswer = { ok: true; name: string; version: string; endpoints: string[] };

export type PostAuthTokenParameters = { body: { username: string; password: string } } & CallOptions;

export type PostAuthTokenAnswer = {
  ok: true;
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  role: "user" | "admin";
  tier: "free" | "basic" | "pro" | "enterprise";
  user_id: string;
};

export type GetModelsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    model_id?: string | number | boolean | undefined;
    pack_id?: string | number | boolean | undefined;
    q?: string | number | boolean | undefined;
    risk_profile?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetModelsAnswer = {
  ok: true;
  items: ({
    id: string;
    model_id: string;
    pack_id: string;
    path: string;
    name: string;
    created_at: string;
    updated_at: string;
    ticker: string;
    asset_type: string;
    horizon: string;
    cadence: string;
    algo: string;
    risk_profile: string;
    sharpe: number | null;
    cum_ret: number | null;
    [key: string]: unknown;
  })[];
  rows: ({
    id: string;
    model_id: string;
    pack_id: string;
    path: string;
    name: string;
    created_at: string;
    updated_at: string;
    ticker: string;
    asset_type: string;
    horizon: string;
    cadence: string;
    algo: string;
    risk_profile: string;
    sharpe: number | null;
    cum_ret: number | null;
    [key: string]: unknown;
  })[];
  models: ({
    id: string;
    model_id: string;
    pack_id: string;
    path: string;
    name: string;
    created_at: string;
    updated_at: string;
    ticker: string;
    asset_type: string;
    horizon: string;
    cadence: string;
    algo: string;
    risk_profile: string;
    sharpe: number | null;
    cum_ret: number | null;
    [key: string]: unknown;
  })[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type PostModelsParameters = {
  body: {
    template_id?: string | undefined;
    name?: unknown;
    risk_profile?: unknown;
    config?: unknown;
    ticker?: unknown;
    asset_type?: unknown;
    horizon?: unknown;
    cadence?: unknown;
    algo?: unknown;
    variant?: unknown;
    pack_id?: unknown;
    pack?: unknown;
    indicator_set_name?: unknown;
    overwrite?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostModelsAnswer = {
  ok: true;
  model_id: string;
  id: string;
  pack_id: string;
  created_at: string;
  status: "created" | "exists";
  message: string;
  paths: { config: string; policy: string };
  [key: string]: unknown;
};

export type GetModelsByModelIdParameters = { path: { model_id: string | number } } & CallOptions;

export type GetModelsByModelIdAnswer = { ok: true; id: string; model_id: string; pack_id: string; [key: string]: unknown };

export type PatchModelsByModelIdParameters = {
  path: { model_id: string | number };
  body: { pack_id?: string | undefined; config: Record<string, unknown>; [key: string]: unknown };
} & CallOptions;

export type PatchModelsByModelIdAnswer = {
  ok: true;
  model_id: string;
  config_sha: string;
  previous_config_sha: string;
  rebuild_required: boolean;
  [key: string]: unknown;
};

export type GetModelTemplatesParameters = { query?: { pack?: string | number | boolean | undefined; pack_id?: string | number | boolean | undefined } } & CallOptions;

export type GetModelTemplatesAnswer = {
  ok: true;
  items: { template_id: string; name: string; pack: string; [key: string]: unknown }[];
  rows: { template_id: string; name: string; pack: string; [key: string]: unknown }[];
  templates: { template_id: string; name: string; pack: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type GetPacksParameters = { query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined } } & CallOptions;

export type GetPacksAnswer = {
  ok: true;
  items: { id: string; pack_id: string; pack_sha: string; [key: string]: unknown }[];
  rows: { id: string; pack_id: string; pack_sha: string; [key: string]: unknown }[];
  packs: { id: string; pack_id: string; pack_sha: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type GetPacksByPackIdParameters = { path: { pack_id: string | number } } & CallOptions;

export type GetPacksByPackIdAnswer = {
  ok: true;
  pack: { id: string; pack_id: string; pack_sha: string; [key: string]: unknown };
  [key: string]: unknown;
};

export type GetPacksByPackIdTemplatesParameters = { path: { pack_id: string | number }; query?: { status?: "draft" | "published" | "archived" | undefined } } & CallOptions;

export type GetPacksByPackIdTemplatesAnswer = {
  ok: true;
  items: { template_id: string; name: string; pack: string; [key: string]: unknown }[];
  rows: { template_id: string; name: string; pack: string; [key: string]: unknown }[];
  templates: { template_id: string; name: string; pack: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type GetPacksByPackIdIndicatorSetsParameters = { path: { pack_id: string | number }; query?: { expand?: string | number | boolean | undefined } } & CallOptions;

export type GetPacksByPackIdIndicatorSetsAnswer = {
  ok: true;
  items: ({ name: string; version: number; scope: "pack" | "model"; [key: string]: unknown })[];
  rows: ({ name: string; version: number; scope: "pack" | "model"; [key: string]: unknown })[];
  indicator_sets: ({ name: string; version: number; scope: "pack" | "model"; [key: string]: unknown })[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type PostDataBarsParameters = CallOptions;

export type PostDataBarsAnswer = {
  ok: true;
  inserted: number;
  updated: number;
  rejected: { row: number; reason: string }[];
  warnings?: string[] | undefined;
};

export type PostDataOptionBarsParameters = CallOptions;

export type PostDataOptionBarsAnswer = {
  ok: true;
  inserted: number;
  updated: number;
  rejected: { row: number; reason: string }[];
  warnings?: string[] | undefined;
};

export type PostDataOptionChainsParameters = CallOptions;

export type PostDataOptionChainsAnswer = {
  ok: true;
  inserted: number;
  updated: number;
  rejected: { row: number; reason: string }[];
  warnings?: string[] | undefined;
};

export type PostBuildStockMatrixParameters = {
  body: {
    ticker: string;
    start?: unknown;
    start_date?: unknown;
    end?: unknown;
    end_date?: unknown;
    out_csv?: unknown;
    pack_id?: unknown;
    model_id?: unknown;
    label_kind?: unknown;
    indicator_set_name?: unknown;
    cadence?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostBuildStockMatrixAnswer = {
  ok: true;
  job_id: string;
  status: string;
  matrix_sha: string | null;
  rows: number | null;
  [key: string]: unknown;
};

export type PostBuildMatrixParameters = {
  body: {
    model_id: string;
    pack_id?: unknown;
    start?: unknown;
    start_date?: unknown;
    end?: unknown;
    end_date?: unknown;
    features?: unknown;
    out_csv?: unknown;
    raw_out?: unknown;
    k_sigma?: unknown;
    fixed_bp?: unknown;
    distance_max?: unknown;
    dump_raw?: unknown;
    ticker?: unknown;
    allowed_hours?: unknown;
    preview?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostBuildMatrixAnswer = {
  ok: true;
  job_id: string;
  status: string;
  matrix_sha: string | null;
  rows: number | null;
  [key: string]: unknown;
} | { ok: boolean; job_id: null; status: string; matrix_sha: string; rows: number; [key: string]: unknown } | {
  ok: true;
  job_id: string;
  status: string;
  matrix_sha: string | null;
  rows: number | null;
  [key: string]: unknown;
};

export type PostPreviewMatrixParameters = {
  body: {
    model_id: string;
    pack_id?: unknown;
    start?: unknown;
    start_date?: unknown;
    end?: unknown;
    end_date?: unknown;
    features?: unknown;
    out_csv?: unknown;
    raw_out?: unknown;
    k_sigma?: unknown;
    fixed_bp?: unknown;
    distance_max?: unknown;
    dump_raw?: unknown;
    ticker?: unknown;
    allowed_hours?: unknown;
    preview?: unknown;
    max_rows?: unknown;
    csv?: unknown;
    matrix_sha?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostPreviewMatrixAnswer = { ok: boolean; rows: number; [key: string]: unknown };

export type PostTrainParameters = {
  body: {
    model_id: string;
    pack_id?: unknown;
    matrix_sha?: unknown;
    csv?: unknown;
    start?: unknown;
    start_date?: unknown;
    end?: unknown;
    end_date?: unknown;
    allowed_hours?: unknown;
    target?: unknown;
    calibration?: unknown;
    splits?: unknown;
    embargo?: unknown;
    model_out?: unknown;
    features?: unknown;
    config?: unknown;
    from_backtest?: unknown;
    override?: unknown;
    tag?: unknown;
    risk_profile?: unknown;
    reuse?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostTrainAnswer = { ok: true; job_id: string; model_id: string; status: string; [key: string]: unknown };

export type GetTrainJobsByJobIdParameters = { path: { job_id: string | number } } & CallOptions;

export type GetTrainJobsByJobIdAnswer = { ok: true; job_id: string; model_id: string; status: string; [key: string]: unknown };

export type GetTrainingRunsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    model_id?: string | number | boolean | undefined;
    pack_id?: string | number | boolean | undefined;
    tag?: string | number | boolean | undefined;
    start?: string | number | boolean | undefined;
    start_date?: string | number | boolean | undefined;
    end?: string | number | boolean | undefined;
    end_date?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetTrainingRunsAnswer = {
  ok: true;
  items: { ok: true; job_id: string; model_id: string; status: string; [key: string]: unknown }[];
  rows: { ok: true; job_id: string; model_id: string; status: string; [key: string]: unknown }[];
  training_runs: { ok: true; job_id: string; model_id: string; status: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type PostBacktestParameters = {
  body: {
    model_id: string;
    pack_id?: unknown;
    matrix_sha?: unknown;
    csv?: unknown;
    start?: unknown;
    start_date?: unknown;
    end?: unknown;
    end_date?: unknown;
    target?: unknown;
    splits?: unknown;
    embargo?: unknown;
    cv_scheme?: unknown;
    allowed_hours?: unknown;
    slippage_bps?: unknown;
    commission_bps?: unknown;
    size_by_conf?: unknown;
    conf_cap?: unknown;
    per_hour_thresholds?: unknown;
    per_hour_select_by?: unknown;
    calibration?: unknown;
    momentum_gate?: unknown;
    momentum_min?: unknown;
    momentum_column?: unknown;
    exit_threshold?: unknown;
    fill?: unknown;
    features?: unknown;
    risk_profile?: unknown;
    save?: unknown;
    tag?: unknown;
    config?: unknown;
    reuse?: unknown;
    thresholds?: unknown;
    top_pct?: unknown;
    combine?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostBacktestAnswer = {
  ok: true;
  backtest_id: string;
  id: number;
  job_id: string;
  model_id: string;
  status: string;
  [key: string]: unknown;
};

export type GetBacktestsByBacktestIdParameters = { path: { backtest_id: string | number }; query?: { risk_profile?: string | number | boolean | undefined } } & CallOptions;

export type GetBacktestsByBacktestIdAnswer = {
  ok: true;
  backtest_id: string;
  id: number;
  job_id: string;
  model_id: string;
  status: string;
  [key: string]: unknown;
};

export type GetStaticBacktestPlotsByModelIdByBacktestIdByFileParameters = { path: { model_id: string | number; backtest_id: string | number; file: string | number } } & CallOptions;

export type GetStaticBacktestPlotsByModelIdByBacktestIdByFileAnswer = unknown;

export type PostBacktestSweepParameters = {
  body: {
    model_id: string;
    pack_id?: unknown;
    matrix_sha?: unknown;
    csv?: unknown;
    start?: unknown;
    start_date?: unknown;
    end?: unknown;
    end_date?: unknown;
    target?: unknown;
    splits?: unknown;
    embargo?: unknown;
    cv_scheme?: unknown;
    allowed_hours?: unknown;
    slippage_bps?: unknown;
    commission_bps?: unknown;
    size_by_conf?: unknown;
    conf_cap?: unknown;
    per_hour_thresholds?: unknown;
    per_hour_select_by?: unknown;
    calibration?: unknown;
    momentum_gate?: unknown;
    momentum_min?: unknown;
    momentum_column?: unknown;
    exit_threshold?: unknown;
    fill?: unknown;
    features?: unknown;
    risk_profile?: unknown;
    save?: unknown;
    tag?: unknown;
    config?: unknown;
    reuse?: unknown;
    thresholds?: unknown;
    top_pct?: unknown;
    combine?: unknown;
    sweep?: unknown;
    thresholds_variants?: unknown;
    threshold_variants?: unknown;
    allowed_hours_variants?: unknown;
    hours_variants?: unknown;
    top_pct_variants?: unknown;
    min_trades?: unknown;
    min_sharpe?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostBacktestSweepAnswer = {
  ok: true;
  sweep_id: string;
  id: number;
  job_id: string;
  total_configs: number;
  status: string;
  progress: number;
  [key: string]: unknown;
};

export type GetSweepsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    pack_id?: string | number | boolean | undefined;
    model_id?: string | number | boolean | undefined;
    tag?: string | number | boolean | undefined;
    status?: "queued" | "running" | "completed" | "failed" | "cancelled" | undefined;
  };
} & CallOptions;

export type GetSweepsAnswer = {
  ok: true;
  items: { id: number; sweep_id: string; status: string; [key: string]: unknown }[];
  rows: { id: number; sweep_id: string; status: string; [key: string]: unknown }[];
  sweeps: { id: number; sweep_id: string; status: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type GetSweepsBySweepIdParameters = {
  path: { sweep_id: string | number };
  query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined };
} & CallOptions;

export type GetSweepsBySweepIdAnswer = {
  ok: true;
  sweep: { id: number; sweep_id: string; status: string; [key: string]: unknown };
  results: { id: number; kind: string; status: string; [key: string]: unknown }[];
  items: { id: number; kind: string; status: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  [key: string]: unknown;
};

export type GetSweepsBySweepIdStatusParameters = { path: { sweep_id: string | number } } & CallOptions;

export type GetSweepsBySweepIdStatusAnswer = {
  ok: true;
  sweep_id: string;
  id: number;
  job_id: string;
  total_configs: number;
  status: string;
  progress: number;
  [key: string]: unknown;
};

export type GetSweepsBySweepIdResultsParameters = {
  path: { sweep_id: string | number };
  query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined };
} & CallOptions;

export type GetSweepsBySweepIdResultsAnswer = {
  ok: true;
  items: { id: number; kind: string; status: string; [key: string]: unknown }[];
  rows: { id: number; kind: string; status: string; [key: string]: unknown }[];
  results: { id: number; kind: string; status: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type GetLeaderboardParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    model_id?: string | number | boolean | undefined;
    pack_id?: string | number | boolean | undefined;
    tag?: string | number | boolean | undefined;
    risk_profile?: string | number | boolean | undefined;
    pass_gate?: string | number | boolean | undefined;
    sort_by?: string | number | boolean | undefined;
    order_by?: string | number | boolean | undefined;
    order?: string | number | boolean | undefined;
    start?: string | number | boolean | undefined;
    start_date?: string | number | boolean | undefined;
    end?: string | number | boolean | undefined;
    end_date?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetLeaderboardAnswer = {
  ok: true;
  items: {
    rank: number;
    backtest_id: string;
    id: number;
    model_id: string;
    pack_id: string;
    status: string;
    [key: string]: unknown;
  }[];
  rows: {
    rank: number;
    backtest_id: string;
    id: number;
    model_id: string;
    pack_id: string;
    status: string;
    [key: string]: unknown;
  }[];
  leaderboard: {
    rank: number;
    backtest_id: string;
    id: number;
    model_id: string;
    pack_id: string;
    status: string;
    [key: string]: unknown;
  }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
  tag: string | null;
  order_by: string;
};

export type GetIndicatorsParameters = {
  query?: { group?: string | number | boolean | undefined; bypass_cache?: string | number | boolean | undefined };
} & CallOptions;

export type GetIndicatorsAnswer = { ok: true; groups: Record<string, Record<string, string[]>> } | {
  ok: true;
  items: { name: string; category: string; subcategory: string; [key: string]: unknown }[];
  rows: { name: string; category: string; subcategory: string; [key: string]: unknown }[];
  indicators: { name: string; category: string; subcategory: string; [key: string]: unknown }[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type GetIndicatorsStatusParameters = CallOptions;

export type GetIndicatorsStatusAnswer = { ok: true; status: "ready" | "degraded"; count: number; [key: string]: unknown };

export type GetPolicyExplainParameters = { query: { model_id: string | number | boolean; pack_id?: string | number | boolean | undefined } } & CallOptions;

export type GetPolicyExplainAnswer = { ok: boolean; schema_ok: boolean; schema_errors: string[]; [key: string]: unknown };

export type GetValidatePolicyParameters = { query: { model_id: string | number | boolean; pack_id?: string | number | boolean | undefined } } & CallOptions;

export type GetValidatePolicyAnswer = { ok: boolean; schema_ok: boolean; schema_errors: string[]; [key: string]: unknown };

export type GetHealthParameters = CallOptions;

export type GetHealthAnswer = { ok: boolean; status: string; version: string; [key: string]: unknown };

export type GetHealthzParameters = {
  query?: {
    ticker?: string | number | boolean | undefined;
    pack_id?: string | number | boolean | undefined;
    model_id?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetHealthzAnswer = { ok: boolean; status: string; version: string; [key: string]: unknown };

export type GetJobsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    status?: "queued" | "running" | "completed" | "failed" | "cancelled" | undefined;
    kind?: string | number | boolean | undefined;
    model_id?: string | number | boolean | undefined;
    user_id?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetJobsAnswer = {
  ok: true;
  items: ({
    job_id: string;
    kind: string;
    status: "queued" | "running" | "completed" | "failed" | "cancelled";
    progress: number;
    message: string | null;
    model_id: string | null;
    pack_id: string | null;
    created_at: string;
    started_at: string | null;
    finished_at: string | null;
    queue_position?: number | undefined;
    estimated_time?: number | undefined;
    estimated_completion?: string | undefined;
    attempts: number;
    error: { code: string; message: string } | null;
    resource: { type: string; id: string; url: string };
    user_id: string | null;
  })[];
  rows: ({
    job_id: string;
    kind: string;
    status: "queued" | "running" | "completed" | "failed" | "cancelled";
    progress: number;
    message: string | null;
    model_id: string | null;
    pack_id: string | null;
    created_at: string;
    started_at: string | null;
    finished_at: string | null;
    queue_position?: number | undefined;
    estimated_time?: number | undefined;
    estimated_completion?: string | undefined;
    attempts: number;
    error: { code: string; message: string } | null;
    resource: { type: string; id: string; url: string };
    user_id: string | null;
  })[];
  jobs: ({
    job_id: string;
    kind: string;
    status: "queued" | "running" | "completed" | "failed" | "cancelled";
    progress: number;
    message: string | null;
    model_id: string | null;
    pack_id: string | null;
    created_at: string;
    started_at: string | null;
    finished_at: string | null;
    queue_position?: number | undefined;
    estimated_time?: number | undefined;
    estimated_completion?: string | undefined;
    attempts: number;
    error: { code: string; message: string } | null;
    resource: { type: string; id: string; url: string };
    user_id: string | null;
  })[];
  total: number;
  count: number;
  limit: number;
  offset: number;
  next_offset: number;
  has_more: boolean;
  warnings?: string[] | undefined;
};

export type GetJobsByJobIdParameters = { path: { job_id: string | number } } & CallOptions;

export type GetJobsByJobIdAnswer = {
  job_id: string;
  kind: string;
  status: "queued" | "running" | "completed" | "failed" | "cancelled";
  progress: number;
  message: string | null;
  model_id: string | null;
  pack_id: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  queue_position?: number | undefined;
  estimated_time?: number | undefined;
  estimated_completion?: string | undefined;
  attempts: number;
  error: { code: string; message: string } | null;
  resource: { type: string; id: string; url: string };
  user_id: string | null;
  ok: true;
  job: {
    job_id: string;
    kind: string;
    status: "queued" | "running" | "completed" | "failed" | "cancelled";
    progress: number;
    message: string | null;
    model_id: string | null;
    pack_id: string | null;
    created_at: string;
    started_at: string | null;
    finished_at: string | null;
    queue_position?: number | undefined;
    estimated_time?: number | undefined;
    estimated_completion?: string | undefined;
    attempts: number;
    error: { code: string; message: string } | null;
    resource: { type: string; id: string; url: string };
    user_id: string | null;
  };
};

export type PostJobsByJobIdRetryParameters = { path: { job_id: string | number } } & CallOptions;

export type PostJobsByJobIdRetryAnswer = { ok: true; job_id: string; status: "queued" };

export type PostJobsByJobIdCancelParameters = { path: { job_id: string | number } } & CallOptions;

export type PostJobsByJobIdCancelAnswer = { ok: true; job_id: string; status: "cancelled" | "cancelling" };

export function sigmaClient(options: ClientOptions) {
  return {
    /** Where this client calls, for requests that no function makes. */
    options,
    /** What this is, and its endpoints `GET /` */
    getRoot: (parameters?: GetRootParameters) =>
      call<GetRootAnswer>(options, 'GET', '/', parameters),
    /** Sign in: a bearer token for an hour `POST /auth/token` */
    postAuthToken: (parameters: PostAuthTokenParameters) =>
      call<PostAuthTokenAnswer>(options, 'POST', '/auth/token', parameters),
    /** Models, the latest changed first `GET /models` */
    getModels: (parameters?: GetModelsParameters) =>
      call<GetModelsAnswer>(options, 'GET', '/models', parameters),
    /** Create a model, from a template or from its parts `POST /models` */
    postModels: (parameters: PostModelsParameters) =>
      call<PostModelsAnswer>(options, 'POST', '/models', parameters),
    /** One model with its configuration, policy and best result `GET /models/{model_id}` */
    getModelsByModelId: (parameters: GetModelsByModelIdParameters) =>
      call<GetModelsByModelIdAnswer>(options, 'GET', '/models/{model_id}', parameters),
    /** Change a configuration: keys are replaced, objects merged one level, null deletes `PATCH /models/{model_id}` */
    patchModelsByModelId: (parameters: PatchModelsByModelIdParameters) =>
      call<PatchModelsByModelIdAnswer>(options, 'PATCH', '/models/{model_id}', parameters),
    /** Templates that models can be made from `GET /model_templates` */
    getModelTemplates: (parameters?: GetModelTemplatesParameters) =>
      call<GetModelTemplatesAnswer>(options, 'GET', '/model_templates', parameters),
    /** Strategy packs `GET /packs` */
    getPacks: (parameters?: GetPacksParameters) =>
      call<GetPacksAnswer>(options, 'GET', '/packs', parameters),
    /** One pack with what it holds `GET /packs/{pack_id}` */
    getPacksByPackId: (parameters: GetPacksByPackIdParameters) =>
      call<GetPacksByPackIdAnswer>(options, 'GET', '/packs/{pack_id}', parameters),
    /** A pack's templates `GET /packs/{pack_id}/templates` */
    getPacksByPackIdTemplates: (parameters: GetPacksByPackIdTemplatesParameters) =>
      call<GetPacksByPackIdTemplatesAnswer>(options, 'GET', '/packs/{pack_id}/templates', parameters),
    /** A pack's indicator sets and those of its models `GET /packs/{pack_id}/indicator_sets` */
    getPacksByPackIdIndicatorSets: (parameters: GetPacksByPackIdIndicatorSetsParameters) =>
      call<GetPacksByPackIdIndicatorSetsAnswer>(options, 'GET', '/packs/{pack_id}/indicator_sets', parameters),
    /** Take in bars: JSON {ticker, interval, rows} or {rows}, or CSV with a heading `POST /data/bars` */
    postDataBars: (parameters?: PostDataBarsParameters) =>
      call<PostDataBarsAnswer>(options, 'POST', '/data/bars', parameters),
    /** Take in bars of option contracts: JSON {rows}, or CSV with a heading `POST /data/option_bars` */
    postDataOptionBars: (parameters?: PostDataOptionBarsParameters) =>
      call<PostDataOptionBarsAnswer>(options, 'POST', '/data/option_bars', parameters),
    /** Take in snapshots of option chains: JSON {rows}, or CSV with a heading `POST /data/option_chains` */
    postDataOptionChains: (parameters?: PostDataOptionChainsParameters) =>
      call<PostDataOptionChainsAnswer>(options, 'POST', '/data/option_chains', parameters),
    /** Build the matrix of a stock, with or without a model `POST /build_stock_matrix` */
    postBuildStockMatrix: (parameters: PostBuildStockMatrixParameters) =>
      call<PostBuildStockMatrixAnswer>(options, 'POST', '/build_stock_matrix', parameters),
    /** Build a model's matrix; refused when a feature uses the future; with preview=true nothing is kept `POST /build_matrix` */
    postBuildMatrix: (parameters: PostBuildMatrixParameters) =>
      call<PostBuildMatrixAnswer>(options, 'POST', '/build_matrix', parameters),
    /** A matrix as it would be, with its quality; nothing is written `POST /preview_matrix` */
    postPreviewMatrix: (parameters: PostPreviewMatrixParameters) =>
      call<PostPreviewMatrixAnswer>(options, 'POST', '/preview_matrix', parameters),
    /** Train a model on a matrix, judged by folds it did not learn from `POST /train` */
    postTrain: (parameters: PostTrainParameters) =>
      call<PostTrainAnswer>(options, 'POST', '/train', parameters),
    /** One training `GET /train/jobs/{job_id}` */
    getTrainJobsByJobId: (parameters: GetTrainJobsByJobIdParameters) =>
      call<GetTrainJobsByJobIdAnswer>(options, 'GET', '/train/jobs/{job_id}', parameters),
    /** Trainings, newest first `GET /training_runs` */
    getTrainingRuns: (parameters?: GetTrainingRunsParameters) =>
      call<GetTrainingRunsAnswer>(options, 'GET', '/training_runs', parameters),
    /** Backtest a model: purged folds, thresholds chosen inside them, costs, fills at the next open `POST /backtest` */
    postBacktest: (parameters: PostBacktestParameters) =>
      call<PostBacktestAnswer>(options, 'POST', '/backtest', parameters),
    /** One backtest, whatever its status; its gate anew under another risk profile when asked `GET /backtests/{backtest_id}` */
    getBacktestsByBacktestId: (parameters: GetBacktestsByBacktestIdParameters) =>
      call<GetBacktestsByBacktestIdAnswer>(options, 'GET', '/backtests/{backtest_id}', parameters),
    /** The picture or the table of a saved backtest: what plots_uri and data_csv_uri name `GET /static/backtest_plots/{model_id}/{backtest_id}/{file}` */
    getStaticBacktestPlotsByModelIdByBacktestIdByFile: (parameters: GetStaticBacktestPlotsByModelIdByBacktestIdByFileParameters) =>
      call<GetStaticBacktestPlotsByModelIdByBacktestIdByFileAnswer>(options, 'GET', '/static/backtest_plots/{model_id}/{backtest_id}/{file}', parameters),
    /** Try many configurations; each answers for all that were tried `POST /backtest_sweep` */
    postBacktestSweep: (parameters: PostBacktestSweepParameters) =>
      call<PostBacktestSweepAnswer>(options, 'POST', '/backtest_sweep', parameters),
    /** Sweeps, newest first `GET /sweeps` */
    getSweeps: (parameters?: GetSweepsParameters) =>
      call<GetSweepsAnswer>(options, 'GET', '/sweeps', parameters),
    /** One sweep with its results in the order of the grid `GET /sweeps/{sweep_id}` */
    getSweepsBySweepId: (parameters: GetSweepsBySweepIdParameters) =>
      call<GetSweepsBySweepIdAnswer>(options, 'GET', '/sweeps/{sweep_id}', parameters),
    /** How far a sweep is `GET /sweeps/{sweep_id}/status` */
    getSweepsBySweepIdStatus: (parameters: GetSweepsBySweepIdStatusParameters) =>
      call<GetSweepsBySweepIdStatusAnswer>(options, 'GET', '/sweeps/{sweep_id}/status', parameters),
    /** A sweep's results `GET /sweeps/{sweep_id}/results` */
    getSweepsBySweepIdResults: (parameters: GetSweepsBySweepIdResultsParameters) =>
      call<GetSweepsBySweepIdResultsAnswer>(options, 'GET', '/sweeps/{sweep_id}/results', parameters),
    /** Saved runs ranked by out-of-sample results, each with its gate and its trials `GET /leaderboard` */
    getLeaderboard: (parameters?: GetLeaderboardParameters) =>
      call<GetLeaderboardAnswer>(options, 'GET', '/leaderboard', parameters),
    /** Every indicator with its parameters `GET /indicators` */
    getIndicators: (parameters?: GetIndicatorsParameters) =>
      call<GetIndicatorsAnswer>(options, 'GET', '/indicators', parameters),
    /** Whether every indicator loaded, and which kinds of data are there for them `GET /indicators/status` */
    getIndicatorsStatus: (parameters?: GetIndicatorsStatusParameters) =>
      call<GetIndicatorsStatusAnswer>(options, 'GET', '/indicators/status', parameters),
    /** What a model's policy says, and what is wrong with it `GET /policy/explain` */
    getPolicyExplain: (parameters: GetPolicyExplainParameters) =>
      call<GetPolicyExplainAnswer>(options, 'GET', '/policy/explain', parameters),
    /** What a model's policy says, and what is wrong with it `GET /validate_policy` */
    getValidatePolicy: (parameters: GetValidatePolicyParameters) =>
      call<GetValidatePolicyAnswer>(options, 'GET', '/validate_policy', parameters),
    /** Whether the lab answers `GET /health` */
    getHealth: (parameters?: GetHealthParameters) =>
      call<GetHealthAnswer>(options, 'GET', '/health', parameters),
    /** Every component, and on request one ticker, pack and model `GET /healthz` */
    getHealthz: (parameters?: GetHealthzParameters) =>
      call<GetHealthzAnswer>(options, 'GET', '/healthz', parameters),
    /** Jobs, newest first: your own, all of them for admins `GET /jobs` */
    getJobs: (parameters?: GetJobsParameters) =>
      call<GetJobsAnswer>(options, 'GET', '/jobs', parameters),
    /** One job `GET /jobs/{job_id}` */
    getJobsByJobId: (parameters: GetJobsByJobIdParameters) =>
      call<GetJobsByJobIdAnswer>(options, 'GET', '/jobs/{job_id}', parameters),
    /** Try a failed or cancelled job again `POST /jobs/{job_id}/retry` */
    postJobsByJobIdRetry: (parameters: PostJobsByJobIdRetryParameters) =>
      call<PostJobsByJobIdRetryAnswer>(options, 'POST', '/jobs/{job_id}/retry', parameters),
    /** Cancel a job: at once while queued, at its next step while running `POST /jobs/{job_id}/cancel` */
    postJobsByJobIdCancel: (parameters: PostJobsByJobIdCancelParameters) =>
      call<PostJobsByJobIdCancelAnswer>(options, 'POST', '/jobs/{job_id}/cancel', parameters),
  };
}

export type SigmaClient = ReturnType<typeof sigmaClient>;
