/** UMIKI: made by `npm run generate` from docs/api/umiki.json. */
import { type CallOptions, type ClientOptions, call } from '../request.js';

export type GetHealthParameters = CallOptions;

export type GetHealthAnswer = { status: "ok" };

export type GetJobsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    status?: "pending" | "running" | "completed" | "failed" | "cancelled" | undefined;
  };
} & CallOptions;

export type GetJobsAnswer = ({
  id: string;
  status: "pending" | "running" | "completed" | "failed" | "cancelled";
  stages: string[];
  spec_path: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: string | null;
  symbols: string[] | null;
  dataset: string;
  dates: string[] | { start: string; end: string } | null;
  extended: boolean;
  force: boolean;
  progress: { done: number; total: number; current: string | null };
})[];

export type PostJobsParameters = {
  body: {
    spec?: string | Record<string, unknown> | null | undefined;
    stages?: ("download" | "decode" | "derive" | "qc" | "export")[] | null | undefined;
    symbols?: string[] | null | undefined;
    extended?: boolean | undefined;
    force?: boolean | undefined;
    dataset?: string | undefined;
    dates?: string[] | { start: string; end: string } | null | undefined;
  };
} & CallOptions;

export type PostJobsAnswer = {
  id: string;
  status: "pending" | "running" | "completed" | "failed" | "cancelled";
  stages: string[];
  created_at: string;
};

export type GetJobsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetJobsByIdAnswer = {
  id: string;
  status: "pending" | "running" | "completed" | "failed" | "cancelled";
  stages: string[];
  spec_path: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: string | null;
  symbols: string[] | null;
  dataset: string;
  dates: string[] | { start: string; end: string } | null;
  extended: boolean;
  force: boolean;
  progress: { done: number; total: number; current: string | null };
  steps: ({
    stage: string;
    symbol: string;
    date: string;
    status: "pending" | "running" | "completed" | "skipped" | "failed";
    started_at: string | null;
    finished_at: string | null;
    n_records: number | null;
    message: string | null;
  })[];
};

export type PostJobsByIdRetryParameters = { path: { id: string | number } } & CallOptions;

export type PostJobsByIdRetryAnswer = {
  id: string;
  status: "pending" | "running" | "completed" | "failed" | "cancelled";
  stages: string[];
  created_at: string;
};

export type PostJobsByIdCancelParameters = { path: { id: string | number } } & CallOptions;

export type PostJobsByIdCancelAnswer = {
  id: string;
  status: "pending" | "running" | "completed" | "failed" | "cancelled";
  stages: string[];
  spec_path: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: string | null;
  symbols: string[] | null;
  dataset: string;
  dates: string[] | { start: string; end: string } | null;
  extended: boolean;
  force: boolean;
  progress: { done: number; total: number; current: string | null };
  steps: ({
    stage: string;
    symbol: string;
    date: string;
    status: "pending" | "running" | "completed" | "skipped" | "failed";
    started_at: string | null;
    finished_at: string | null;
    n_records: number | null;
    message: string | null;
  })[];
};

export type GetJobsByIdLogsParameters = { path: { id: string | number } } & CallOptions;

export type GetJobsByIdLogsAnswer = { id: string; lines: { ts: string; level: string; message: string }[] };

export type GetDatasetsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    zone?: string | number | boolean | undefined;
    symbol?: string | number | boolean | undefined;
    date?: string | number | boolean | undefined;
    dataset?: string | number | boolean | undefined;
    kind?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetDatasetsAnswer = {
  id: string;
  dataset: string;
  symbol: string;
  date: string;
  zone: string;
  kind: string;
  n_records: number;
  file_size: number;
  created_at: string;
  updated_at: string;
}[];

export type GetDatasetsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetDatasetsByIdAnswer = {
  id: string;
  dataset: string;
  symbol: string;
  date: string;
  zone: string;
  kind: string;
  n_records: number;
  file_size: number;
  created_at: string;
  updated_at: string;
  file_path: string;
  sha256: string;
  lineage: { zone: string; kind: string; id: string; sha256: string }[];
};

export type PostDatasetsRescanParameters = CallOptions;

export type PostDatasetsRescanAnswer = { added: number; removed: number; changed: number };

export type PostDatasetsUploadParameters = {
  query: {
    dataset?: string | number | boolean | undefined;
    symbol: string | number | boolean;
    date: string | number | boolean;
    force?: "0" | "1" | "true" | "false" | "yes" | "no" | "on" | "off" | undefined;
  };
} & CallOptions;

export type PostDatasetsUploadAnswer = {
  id: string;
  dataset: string;
  symbol: string;
  date: string;
  zone: string;
  kind: string;
  n_records: number;
  file_size: number;
  created_at: string;
  updated_at: string;
  file_path: string;
  sha256: string;
  lineage: { zone: string; kind: string; id: string; sha256: string }[];
};

export type GetQcParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    symbol?: string | number | boolean | undefined;
    date?: string | number | boolean | undefined;
    dataset?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetQcAnswer = ({
  id: string;
  dataset: string;
  symbol: string;
  date: string;
  n_records: number;
  n_seq_gaps: number;
  n_bbo_crossed: number;
  n_bbo_locked: number;
  spread_mean: number | null;
  spread_median: number | null;
  action_dist: Record<string, number>;
  alerts: string[];
  n_trades: number;
  n_mid_spread: number;
  n_iceberg_refills: number;
  mid_spread_pct: number;
  iceberg_pct: number;
  avg_r_mean: number;
  r_std_mean: number;
  hidden_trade_volume_mean: number;
  n_groups_a: number;
  n_groups_b: number;
  n_out_of_order: number;
  n_book_errors: number;
  raw_sha256: string | null;
  created_at: string;
})[];

export type GetQcAlertsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    symbol?: string | number | boolean | undefined;
    date?: string | number | boolean | undefined;
    dataset?: string | number | boolean | undefined;
    level?: "info" | "warning" | "error" | undefined;
  };
} & CallOptions;

export type GetQcAlertsAnswer = ({ level: "info" | "warning" | "error"; symbol: string; date: string; message: string })[];

export type GetQcByDateBySymbolParameters = {
  path: { date: string | number; symbol: string | number };
  query?: { dataset?: string | number | boolean | undefined };
} & CallOptions;

export type GetQcByDateBySymbolAnswer = {
  id: string;
  dataset: string;
  symbol: string;
  date: string;
  n_records: number;
  n_seq_gaps: number;
  n_bbo_crossed: number;
  n_bbo_locked: number;
  spread_mean: number | null;
  spread_median: number | null;
  action_dist: Record<string, number>;
  alerts: string[];
  n_trades: number;
  n_mid_spread: number;
  n_iceberg_refills: number;
  mid_spread_pct: number;
  iceberg_pct: number;
  avg_r_mean: number;
  r_std_mean: number;
  hidden_trade_volume_mean: number;
  n_groups_a: number;
  n_groups_b: number;
  n_out_of_order: number;
  n_book_errors: number;
  raw_sha256: string | null;
  created_at: string;
};

export type GetAuditSampleParameters = {
  query: {
    dataset?: string | number | boolean | undefined;
    symbol: string | number | boolean;
    date: string | number | boolean;
    n?: string | number | boolean | undefined;
    seed?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetAuditSampleAnswer = {
  dataset: string;
  symbol: string;
  date: string;
  total_records: number;
  n_samples: number;
  snapshots: ({
    record_index: number;
    ts_event: string;
    action: string;
    side: string;
    depth: number;
    price: number | null;
    size: number;
    bids: { px: number; sz: number; ct: number }[];
    asks: { px: number; sz: number; ct: number }[];
  })[];
};

export type GetAuditValidateParameters = {
  query: {
    dataset?: string | number | boolean | undefined;
    symbol: string | number | boolean;
    date: string | number | boolean;
  };
} & CallOptions;

export type GetAuditValidateAnswer = {
  total_records: number;
  sample_size: number;
  trade_bbo_unchanged_pct: number;
  group_a_proper_order_pct: number;
  n_trades_checked: number;
  n_groups_checked: number;
  levels_sorted_pct: number;
};

export type PostExportParameters = {
  body: {
    dataset?: string | undefined;
    symbols: string[];
    force?: boolean | undefined;
    from?: string | null | undefined;
    to?: string | null | undefined;
  };
} & CallOptions;

export type PostExportAnswer = {
  status: "completed" | "running";
  dataset: string;
  symbols: string[];
  job_id: string;
  n_shards: number;
  n_samples: number;
};

export type GetExportManifestParameters = { query?: { dataset?: string | number | boolean | undefined } } & CallOptions;

export type GetExportManifestAnswer = {
  created_at: string;
  config: { dataset: string; symbols: string[]; features: string[]; labels: string[] };
  shards: {
    symbol: string;
    date: string;
    dataset: string;
    n_samples: number;
    n_features: number;
    n_labels: number;
    output_path: string;
    file_size_bytes: number;
    shard_hash: string;
  }[];
  raw_hashes: ({ symbol: string; date: string; sha256: string | null })[];
  total_samples: number;
  total_shards: number;
};

export type GetExportTrainingBySymbolByDateParameters = {
  path: { symbol: string | number; date: string | number };
  query?: { dataset?: string | number | boolean | undefined };
} & CallOptions;

export type GetExportTrainingBySymbolByDateAnswer = unknown;

export type GetDataBarsParameters = {
  query: {
    symbol: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    from: string | number | boolean;
    to: string | number | boolean;
    session?: "all" | "rth" | "extended" | undefined;
  };
} & CallOptions;

export type GetDataBarsAnswer = {
  symbol: string;
  from_date: string;
  to_date: string;
  count: number;
  bars: ({
    ts: number;
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number;
    n_events: number;
    n_trades: number;
    avg_spread: number;
    avg_imbalance: number;
    avg_imbalance_l1: number;
    avg_imbalance_l5: number;
    avg_depth_bid: number;
    avg_depth_ask: number;
    avg_book_slope_bid: number;
    avg_book_slope_ask: number;
    avg_ct_sz_ratio_bid: number;
    avg_ct_sz_ratio_ask: number;
    avg_r: number;
    avg_delta_r: number;
    avg_boundary_bid: number;
    avg_boundary_ask: number;
    r_std: number;
    delta_mid_std: number;
    hidden_trade_volume: number;
    trade_intensity: number;
    return_1m: number | null;
    direction_1m: number | null;
  })[];
};

export type GetDataTrainingParameters = {
  query: {
    symbol: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    from: string | number | boolean;
    to: string | number | boolean;
  };
} & CallOptions;

export type GetDataTrainingAnswer = {
  symbol: string;
  from_date: string;
  to_date: string;
  count: number;
  samples: ({
    date: string;
    ts: number;
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number;
    n_events: number;
    n_trades: number;
    avg_spread: number;
    avg_imbalance: number;
    avg_imbalance_l1: number;
    avg_imbalance_l5: number;
    avg_depth_bid: number;
    avg_depth_ask: number;
    avg_book_slope_bid: number;
    avg_book_slope_ask: number;
    avg_ct_sz_ratio_bid: number;
    avg_ct_sz_ratio_ask: number;
    avg_r: number;
    r_std: number;
    avg_delta_r: number;
    hidden_trade_volume: number;
    avg_boundary_bid: number;
    avg_boundary_ask: number;
    trade_intensity: number;
    delta_mid_std: number;
    return_1m: number | null;
    direction_1m: number | null;
  })[];
  stats: {
    features: Record<string, { mean: number; std: number; min: number; max: number; median: number }>;
    labels: {
      direction_1m: { "0": number; "1": number; "-1": number };
      return_1m: { mean: number; std: number; count: number };
    };
  };
};

export type GetDataTrainingCsvParameters = {
  query: {
    symbol: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    from: string | number | boolean;
    to: string | number | boolean;
  };
} & CallOptions;

export type GetDataTrainingCsvAnswer = unknown;

export type GetDataSummaryParameters = { query: { symbol: string | number | boolean; dataset?: string | number | boolean | undefined } } & CallOptions;

export type GetDataSummaryAnswer = {
  symbol: string;
  dataset: string;
  zones: Record<string, { dates: string[]; total_records: number; total_size_mb: number }>;
  daily: {
    date: string;
    bars: number;
    total_volume: number;
    avg_spread: number;
    return_mean: number;
    return_std: number;
  }[];
};

export type GetDataBaselineParameters = { query: { symbol: string | number | boolean; dataset?: string | number | boolean | undefined } } & CallOptions;

export type GetDataBaselineAnswer = {
  symbol: string;
  dataset: string;
  n_samples: number;
  n_train: number;
  n_test: number;
  n_features: number;
  features: string[];
  regression: { model: string; mse: number; naive_mse: number; mse_ratio: number | null; r2: number | null };
  classification: {
    model: string;
    accuracy: number;
    naive_accuracy: number;
    lift_over_naive: number;
    class_accuracy: Record<string, number>;
    class_distribution: Record<string, number>;
  };
};

export type GetDataHeatmapParameters = {
  query: {
    symbol: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    date: string | number | boolean;
    from_ts?: string | number | boolean | undefined;
    to_ts?: string | number | boolean | undefined;
    max_samples?: string | number | boolean | undefined;
    price_range?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetDataHeatmapAnswer = {
  n_samples: number;
  price_range: number;
  total_in_range: number;
  timestamps: number[];
  offsets: number[];
  mid_prices: number[];
  depth: number[][];
  trades: { ts: number; sample_idx: number; price_offset: number; side: string; size: number }[];
};

export type GetDataReplayParameters = {
  query: {
    symbol: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    date: string | number | boolean;
    from_ts?: string | number | boolean | undefined;
    to_ts?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    limit?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetDataReplayAnswer = {
  total_in_range: number;
  offset: number;
  limit: number;
  returned: number;
  has_more: boolean;
  frames: {
    ts: number;
    event: { action: string; side: string; depth: number; price: number; size: number };
    bids: { px: number; sz: number; ct: number; delta_sz: number }[];
    asks: { px: number; sz: number; ct: number; delta_sz: number }[];
    star_graph: { r_value: number; delta_r: number; hidden_trade_sz: number; boundary_bid: number; boundary_ask: number };
    mid_price: number;
    spread: number;
    imbalance: number;
  }[];
};

export type GetDataTicksParameters = {
  query: {
    symbol: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    date: string | number | boolean;
    from_ts?: string | number | boolean | undefined;
    to_ts?: string | number | boolean | undefined;
    limit?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetDataTicksAnswer = {
  symbol: string;
  date: string;
  total_in_range: number;
  returned: number;
  columns: string[];
  rows: ((number | string | null)[])[];
};

export type GetDataBookParameters = {
  query: {
    symbol: string | number | boolean;
    dataset?: string | number | boolean | undefined;
    date: string | number | boolean;
    ts: string | number | boolean;
  };
} & CallOptions;

export type GetDataBookAnswer = {
  ts: number;
  event: { action: string; side: string; depth: number; price: number; size: number };
  bids: { level: number; px: number; sz: number; ct: number }[];
  asks: { level: number; px: number; sz: number; ct: number }[];
  features: {
    mid_price: number | null;
    spread: number | null;
    imbalance: number | null;
    depth_bid: number | null;
    depth_ask: number | null;
    book_slope_bid: number | null;
    book_slope_ask: number | null;
  };
};

export function umikiClient(options: ClientOptions) {
  return {
    /** Where this client calls, for requests that no function makes. */
    options,
    /** Whether the store can be opened `GET /api/health` */
    getHealth: (parameters?: GetHealthParameters) =>
      call<GetHealthAnswer>(options, 'GET', '/api/health', parameters),
    /** Pipeline jobs, newest first `GET /api/jobs` */
    getJobs: (parameters?: GetJobsParameters) =>
      call<GetJobsAnswer>(options, 'GET', '/api/jobs', parameters),
    /** Start a pipeline job `POST /api/jobs` */
    postJobs: (parameters: PostJobsParameters) =>
      call<PostJobsAnswer>(options, 'POST', '/api/jobs', parameters),
    /** One job with its steps `GET /api/jobs/{id}` */
    getJobsById: (parameters: GetJobsByIdParameters) =>
      call<GetJobsByIdAnswer>(options, 'GET', '/api/jobs/{id}', parameters),
    /** Start a new job with the arguments of this one `POST /api/jobs/{id}/retry` */
    postJobsByIdRetry: (parameters: PostJobsByIdRetryParameters) =>
      call<PostJobsByIdRetryAnswer>(options, 'POST', '/api/jobs/{id}/retry', parameters),
    /** Cancel a job that is not final `POST /api/jobs/{id}/cancel` */
    postJobsByIdCancel: (parameters: PostJobsByIdCancelParameters) =>
      call<PostJobsByIdCancelAnswer>(options, 'POST', '/api/jobs/{id}/cancel', parameters),
    /** What the job said `GET /api/jobs/{id}/logs` */
    getJobsByIdLogs: (parameters: GetJobsByIdLogsParameters) =>
      call<GetJobsByIdLogsAnswer>(options, 'GET', '/api/jobs/{id}/logs', parameters),
    /** Files of the zones, by symbol, date, zone and kind `GET /api/datasets` */
    getDatasets: (parameters?: GetDatasetsParameters) =>
      call<GetDatasetsAnswer>(options, 'GET', '/api/datasets', parameters),
    /** One file with its lineage `GET /api/datasets/{id}` */
    getDatasetsById: (parameters: GetDatasetsByIdParameters) =>
      call<GetDatasetsByIdAnswer>(options, 'GET', '/api/datasets/{id}', parameters),
    /** Hold the registry against the disk `POST /api/datasets/rescan` */
    postDatasetsRescan: (parameters?: PostDatasetsRescanParameters) =>
      call<PostDatasetsRescanAnswer>(options, 'POST', '/api/datasets/rescan', parameters),
    /** Send a raw DBN file of one symbol and date `POST /api/datasets/upload` */
    postDatasetsUpload: (parameters: PostDatasetsUploadParameters) =>
      call<PostDatasetsUploadAnswer>(options, 'POST', '/api/datasets/upload', parameters),
    /** Quality reports by date and symbol `GET /api/qc` */
    getQc: (parameters?: GetQcParameters) =>
      call<GetQcAnswer>(options, 'GET', '/api/qc', parameters),
    /** Alerts, the most severe first `GET /api/qc/alerts` */
    getQcAlerts: (parameters?: GetQcAlertsParameters) =>
      call<GetQcAlertsAnswer>(options, 'GET', '/api/qc/alerts', parameters),
    /** The report of a day `GET /api/qc/{date}/{symbol}` */
    getQcByDateBySymbol: (parameters: GetQcByDateBySymbolParameters) =>
      call<GetQcByDateBySymbolAnswer>(options, 'GET', '/api/qc/{date}/{symbol}', parameters),
    /** Rows of a day drawn by a seed, the same for everybody `GET /api/audit/sample` */
    getAuditSample: (parameters: GetAuditSampleParameters) =>
      call<GetAuditSampleAnswer>(options, 'GET', '/api/audit/sample', parameters),
    /** How well trades and event groups of a day keep their order `GET /api/audit/validate` */
    getAuditValidate: (parameters: GetAuditValidateParameters) =>
      call<GetAuditValidateAnswer>(options, 'GET', '/api/audit/validate', parameters),
    /** Export training shards; waits up to ten seconds `POST /api/export` */
    postExport: (parameters: PostExportParameters) =>
      call<PostExportAnswer>(options, 'POST', '/api/export', parameters),
    /** The training manifest of a dataset `GET /api/export/manifest` */
    getExportManifest: (parameters?: GetExportManifestParameters) =>
      call<GetExportManifestAnswer>(options, 'GET', '/api/export/manifest', parameters),
    /** The shard of a day as a file `GET /api/export/training/{symbol}/{date}` */
    getExportTrainingBySymbolByDate: (parameters: GetExportTrainingBySymbolByDateParameters) =>
      call<GetExportTrainingBySymbolByDateAnswer>(options, 'GET', '/api/export/training/{symbol}/{date}', parameters),
    /** One-minute bars; `extended` are those outside of regular hours `GET /api/data/bars` */
    getDataBars: (parameters: GetDataBarsParameters) =>
      call<GetDataBarsAnswer>(options, 'GET', '/api/data/bars', parameters),
    /** Training samples with their statistics `GET /api/data/training` */
    getDataTraining: (parameters: GetDataTrainingParameters) =>
      call<GetDataTrainingAnswer>(options, 'GET', '/api/data/training', parameters),
    /** The same as a CSV to keep `GET /api/data/training/csv` */
    getDataTrainingCsv: (parameters: GetDataTrainingCsvParameters) =>
      call<GetDataTrainingCsvAnswer>(options, 'GET', '/api/data/training/csv', parameters),
    /** What there is of a symbol `GET /api/data/summary` */
    getDataSummary: (parameters: GetDataSummaryParameters) =>
      call<GetDataSummaryAnswer>(options, 'GET', '/api/data/summary', parameters),
    /** What two plain models learn from the shards `GET /api/data/baseline` */
    getDataBaseline: (parameters: GetDataBaselineParameters) =>
      call<GetDataBaselineAnswer>(options, 'GET', '/api/data/baseline', parameters),
    /** Depth around the mid over time: rows are offsets, columns samples `GET /api/data/heatmap` */
    getDataHeatmap: (parameters: GetDataHeatmapParameters) =>
      call<GetDataHeatmapAnswer>(options, 'GET', '/api/data/heatmap', parameters),
    /** Rows one after the other, with what each changed `GET /api/data/replay` */
    getDataReplay: (parameters: GetDataReplayParameters) =>
      call<GetDataReplayAnswer>(options, 'GET', '/api/data/replay', parameters),
    /** Rows as columns of numbers, for older clients `GET /api/data/ticks` */
    getDataTicks: (parameters: GetDataTicksParameters) =>
      call<GetDataTicksAnswer>(options, 'GET', '/api/data/ticks', parameters),
    /** The last row at or before a moment, for older clients `GET /api/data/book` */
    getDataBook: (parameters: GetDataBookParameters) =>
      call<GetDataBookAnswer>(options, 'GET', '/api/data/book', parameters),
  };
}

export type UmikiClient = ReturnType<typeof umikiClient>;
