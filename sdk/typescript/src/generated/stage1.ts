/** Stage1: made by `npm run generate` from docs/api/stage1.json. */
import { type CallOptions, type ClientOptions, type RawBody, call } from '../request.js';

export type GetHealthzParameters = CallOptions;

export type GetHealthzAnswer = { status: "ok" };

export type GetReadyzParameters = CallOptions;

export type GetReadyzAnswer = { status: "ready" };

export type GetHealthParameters = CallOptions;

export type GetHealthAnswer = {
  status: "healthy" | "degraded";
  timestamp: string;
  uptime: number;
  version: string;
  components: {
    metadata: { status: string; [key: string]: unknown };
    timeseries: { status: string; [key: string]: unknown };
    workers: { status: string; [key: string]: unknown };
  };
};

export type GetDatasetsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    symbol?: string | number | boolean | undefined;
    search?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetDatasetsAnswer = {
  datasets: ({
    dataset_id: string;
    dataset_slug: string;
    symbol: string;
    granularity: string;
    source: string;
    ohlcv_measurement: string;
    indicator_measurement: string;
    ohlcv_row_count: number;
    indicator_row_count: number;
    ohlcv_first_ts: number | null;
    ohlcv_last_ts: number | null;
    indicator_first_ts: number | null;
    indicator_last_ts: number | null;
    metadata: Record<string, unknown>;
    bar_interval_ms: number;
    lookback_rows: number;
    first_ohlcv_ts: number;
    first_indicator_ts: number;
    run_count: number;
    simulation_count: number;
    created_at: string;
    updated_at: string;
    [key: string]: unknown;
  })[];
  count: number;
  total: number;
  limit: number;
  offset: number;
};

export type PostDatasetsParameters = {
  body: {
    dataset_slug: string;
    dataset_id?: string | null | undefined;
    symbol?: string | null | undefined;
    granularity?: string | null | undefined;
    source?: string | null | undefined;
    ohlcv_measurement?: string | null | undefined;
    indicator_measurement?: string | null | undefined;
    metadata?: Record<string, unknown> | string | null | undefined;
    bar_interval_ms?: number | null | undefined;
    lookback_rows?: number | null | undefined;
    first_ohlcv_ts?: number | string | null | undefined;
    first_indicator_ts?: number | string | null | undefined;
    ohlcv_row_count?: number | null | undefined;
    indicator_row_count?: number | null | undefined;
    ohlcv_first_ts?: number | string | null | undefined;
    ohlcv_last_ts?: number | string | null | undefined;
    indicator_first_ts?: number | string | null | undefined;
    indicator_last_ts?: number | string | null | undefined;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostDatasetsAnswer = { success: true; message: string; [key: string]: unknown };

export type GetDatasetsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetDatasetsByIdAnswer = {
  dataset_id: string;
  dataset_slug: string;
  symbol: string;
  granularity: string;
  source: string;
  ohlcv_measurement: string;
  indicator_measurement: string;
  ohlcv_row_count: number;
  indicator_row_count: number;
  ohlcv_first_ts: number | null;
  ohlcv_last_ts: number | null;
  indicator_first_ts: number | null;
  indicator_last_ts: number | null;
  metadata: Record<string, unknown>;
  bar_interval_ms: number;
  lookback_rows: number;
  first_ohlcv_ts: number;
  first_indicator_ts: number;
  run_count: number;
  simulation_count: number;
  created_at: string;
  updated_at: string;
  [key: string]: unknown;
};

export type DeleteDatasetsByIdParameters = { path: { id: string | number }; query?: { cascade?: "0" | "1" | "true" | "false" | undefined } } & CallOptions;

export type DeleteDatasetsByIdAnswer = { success: true; message: string; [key: string]: unknown };

export type GetDatasetsByIdRunsParameters = {
  path: { id: string | number };
  query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined };
} & CallOptions;

export type GetDatasetsByIdRunsAnswer = {
  runs: ({
    run_id: string;
    dataset_id: string;
    dataset_slug: string;
    fold_count: number;
    features: string[];
    feature_columns: string[];
    thresholds: number[];
    prediction_measurement: string;
    status: string;
    target_column: string;
    requested_by: string;
    started_at: string | null;
    completed_at: string | null;
    duration_ms: number | null;
    summary_metrics: Record<string, unknown>;
    hyperparameters: Record<string, unknown>;
    walk_config: Record<string, unknown>;
    created_at: string;
    [key: string]: unknown;
  })[];
  count: number;
  total: number;
  limit: number;
  offset: number;
};

export type PostDatasetsByIdOhlcvAppendParameters = {
  path: { id: string | number };
  body: {
    rows: Record<string, unknown>[];
    timestamp_unit?: "s" | "ms" | "us" | "ns" | null | undefined;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostDatasetsByIdOhlcvAppendAnswer = { success: true; rows_appended: number; message: string; [key: string]: unknown };

export type PostDatasetsByIdIndicatorsAppendParameters = {
  path: { id: string | number };
  body: {
    rows: Record<string, unknown>[];
    timestamp_unit?: "s" | "ms" | "us" | "ns" | null | undefined;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostDatasetsByIdIndicatorsAppendAnswer = { success: true; rows_appended: number; message: string; [key: string]: unknown };

export type GetDatasetsByIdOhlcvParameters = {
  path: { id: string | number };
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    desc?: "0" | "1" | "true" | "false" | undefined;
  };
} & CallOptions;

export type GetDatasetsByIdOhlcvAnswer = {
  measurement: string;
  count: number;
  rows: { timestamp: string; timestamp_ms: number; [key: string]: unknown }[];
  [key: string]: unknown;
};

export type GetDatasetsByIdIndicatorsParameters = {
  path: { id: string | number };
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    desc?: "0" | "1" | "true" | "false" | undefined;
  };
} & CallOptions;

export type GetDatasetsByIdIndicatorsAnswer = {
  measurement: string;
  count: number;
  rows: { timestamp: string; timestamp_ms: number; [key: string]: unknown }[];
  [key: string]: unknown;
};

export type GetDatasetsByIdManifestParameters = { path: { id: string | number } } & CallOptions;

export type GetDatasetsByIdManifestAnswer = { version: 1; dataset_id: string; [key: string]: unknown };

export type GetDatasetsByIdIndexMapParameters = {
  path: { id: string | number };
  query?: {
    start_idx?: string | number | boolean | undefined;
    end_idx?: string | number | boolean | undefined;
    type?: "indicator" | "ohlcv" | undefined;
  };
} & CallOptions;

export type GetDatasetsByIdIndexMapAnswer = {
  measurement: string;
  start_index: number;
  end_index: number;
  rows: { index: number; timestamp_ms: number; [key: string]: unknown }[];
  [key: string]: unknown;
};

export type GetRunsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    dataset_id?: string | number | boolean | undefined;
    status?: string | number | boolean | undefined;
    measurement?: string | number | boolean | undefined;
    search?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetRunsAnswer = {
  runs: ({
    run_id: string;
    dataset_id: string;
    dataset_slug: string;
    fold_count: number;
    features: string[];
    feature_columns: string[];
    thresholds: number[];
    prediction_measurement: string;
    status: string;
    target_column: string;
    requested_by: string;
    started_at: string | null;
    completed_at: string | null;
    duration_ms: number | null;
    summary_metrics: Record<string, unknown>;
    hyperparameters: Record<string, unknown>;
    walk_config: Record<string, unknown>;
    created_at: string;
    [key: string]: unknown;
  })[];
  count: number;
  total: number;
  limit: number;
  offset: number;
};

export type PostRunsParameters = {
  body: {
    run_id?: unknown;
    dataset_id?: unknown;
    fold_count?: unknown;
    features?: unknown;
    feature_columns?: unknown;
    thresholds?: unknown;
    prediction_measurement?: unknown;
    status?: unknown;
    target_column?: unknown;
    requested_by?: unknown;
    started_at?: unknown;
    completed_at?: unknown;
    created_at?: unknown;
    duration_ms?: unknown;
    summary_metrics?: unknown;
    hyperparameters?: unknown;
    walk_config?: unknown;
    metadata?: unknown;
    folds?: unknown;
    predictions_csv?: unknown;
    run?: unknown;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostRunsAnswer = { success: true; message: string; [key: string]: unknown };

export type GetRunsByIdParameters = {
  path: { id: string | number };
  query?: {
    fold_limit?: string | number | boolean | undefined;
    fold_offset?: string | number | boolean | undefined;
    download_predictions?: "0" | "1" | "true" | "false" | undefined;
  };
} & CallOptions;

export type GetRunsByIdAnswer = {
  run_id: string;
  dataset_id: string;
  dataset_slug: string;
  fold_count: number;
  features: string[];
  feature_columns: string[];
  thresholds: number[];
  prediction_measurement: string;
  status: string;
  target_column: string;
  requested_by: string;
  started_at: string | null;
  completed_at: string | null;
  duration_ms: number | null;
  summary_metrics: Record<string, unknown>;
  hyperparameters: Record<string, unknown>;
  walk_config: Record<string, unknown>;
  created_at: string;
  folds: { run_id: string; fold_number: number; [key: string]: unknown }[];
  total_folds: number;
  fold_offset: number;
  folds_returned: number;
  has_more_folds: boolean;
  metadata: Record<string, unknown>;
  [key: string]: unknown;
};

export type DeleteRunsByIdParameters = { path: { id: string | number }; query?: { cascade?: "0" | "1" | "true" | "false" | undefined } } & CallOptions;

export type DeleteRunsByIdAnswer = { success: true; message: string; [key: string]: unknown };

export type GetRunsByIdPredictionsParameters = {
  path: { id: string | number };
  query?: {
    format?: "csv" | "json" | undefined;
    fold?: string | number | boolean | undefined;
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetRunsByIdPredictionsAnswer = unknown;

export type GetWalkforwardRunsParameters = { query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined } } & CallOptions;

export type GetWalkforwardRunsAnswer = ({
  run_id: string;
  dataset_id: string;
  dataset_slug: string;
  fold_count: number;
  features: string[];
  feature_columns: string[];
  thresholds: number[];
  prediction_measurement: string;
  status: string;
  target_column: string;
  requested_by: string;
  started_at: string | null;
  completed_at: string | null;
  duration_ms: number | null;
  summary_metrics: Record<string, unknown>;
  hyperparameters: Record<string, unknown>;
  walk_config: Record<string, unknown>;
  created_at: string;
  [key: string]: unknown;
})[];

export type GetWalkforwardRunsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetWalkforwardRunsByIdAnswer = {
  run: {
    run_id: string;
    dataset_id: string;
    dataset_slug: string;
    fold_count: number;
    features: string[];
    feature_columns: string[];
    thresholds: number[];
    prediction_measurement: string;
    status: string;
    target_column: string;
    requested_by: string;
    started_at: string | null;
    completed_at: string | null;
    duration_ms: number | null;
    summary_metrics: Record<string, unknown>;
    hyperparameters: Record<string, unknown>;
    walk_config: Record<string, unknown>;
    created_at: string;
    [key: string]: unknown;
  };
  folds: { run_id: string; fold_number: number; [key: string]: unknown }[];
};

export type GetIndicatorsDatasetsParameters = { query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined } } & CallOptions;

export type GetIndicatorsDatasetsAnswer = { dataset_id: string; symbol: string; questdb_tag: string; [key: string]: unknown }[];

export type GetIndicatorsDatasetsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetIndicatorsDatasetsByIdAnswer = { dataset_id: string; symbol: string; questdb_tag: string; [key: string]: unknown };

export type GetTradesimRunsParameters = { query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined } } & CallOptions;

export type GetTradesimRunsAnswer = ({
  simulation_id: string;
  run_id: string;
  dataset_id: string;
  initial_capital: number;
  parameters: Record<string, unknown>;
  config: Record<string, unknown>;
  results: Record<string, unknown>;
  summary_metrics: Record<string, unknown>;
  input_run_measurement: string;
  questdb_namespace: string;
  mode: string;
  status: string;
  trade_count: number;
  started_at: string | null;
  completed_at: string | null;
  created_at: string;
  metadata: Record<string, unknown>;
  [key: string]: unknown;
})[];

export type GetTradesimRunsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetTradesimRunsByIdAnswer = {
  run: {
    simulation_id: string;
    run_id: string;
    dataset_id: string;
    initial_capital: number;
    parameters: Record<string, unknown>;
    config: Record<string, unknown>;
    results: Record<string, unknown>;
    summary_metrics: Record<string, unknown>;
    input_run_measurement: string;
    questdb_namespace: string;
    mode: string;
    status: string;
    trade_count: number;
    started_at: string | null;
    completed_at: string | null;
    created_at: string;
    metadata: Record<string, unknown>;
    [key: string]: unknown;
  };
  buckets: Record<string, unknown>[];
};

export type GetSimulationsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    run_id?: string | number | boolean | undefined;
    dataset_id?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetSimulationsAnswer = {
  simulations: ({
    simulation_id: string;
    run_id: string;
    dataset_id: string;
    initial_capital: number;
    parameters: Record<string, unknown>;
    config: Record<string, unknown>;
    results: Record<string, unknown>;
    summary_metrics: Record<string, unknown>;
    input_run_measurement: string;
    questdb_namespace: string;
    mode: string;
    status: string;
    trade_count: number;
    started_at: string | null;
    completed_at: string | null;
    created_at: string;
    metadata: Record<string, unknown>;
    [key: string]: unknown;
  })[];
  count: number;
  total: number;
  limit: number;
  offset: number;
};

export type PostSimulationsParameters = {
  body: {
    simulation_id?: string | null | undefined;
    run_id: string;
    dataset_id?: string | null | undefined;
    initial_capital?: number | null | undefined;
    parameters?: Record<string, unknown> | string | null | undefined;
    config?: Record<string, unknown> | string | null | undefined;
    results?: Record<string, unknown> | string | null | undefined;
    summary_metrics?: Record<string, unknown> | string | null | undefined;
    input_run_measurement?: string | null | undefined;
    questdb_namespace?: string | null | undefined;
    mode?: string | null | undefined;
    status?: string | null | undefined;
    started_at?: number | string | null | undefined;
    completed_at?: number | string | null | undefined;
    created_at?: number | string | null | undefined;
    metadata?: Record<string, unknown> | string | null | undefined;
    buckets?: ({
      side: string;
      trade_count?: number | null | undefined;
      win_count?: number | null | undefined;
      profit_factor?: number | null | undefined;
      avg_return_pct?: number | null | undefined;
      max_drawdown_pct?: number | null | undefined;
      notes?: string | null | undefined;
      [key: string]: unknown;
    })[] | null | undefined;
    trades?: ({
      trade_id?: string | number | null | undefined;
      bar_timestamp?: number | string | null | undefined;
      entry_timestamp?: number | string | null | undefined;
      exit_timestamp?: number | string | null | undefined;
      side: string;
      size: number;
      entry_price: number;
      exit_price?: number | null | undefined;
      pnl?: number | null | undefined;
      return_pct?: number | null | undefined;
      metadata?: Record<string, unknown> | string | null | undefined;
      fold_index?: number | null | undefined;
      entry_signal?: number | null | undefined;
      exit_signal?: number | null | undefined;
      [key: string]: unknown;
    })[] | null | undefined;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostSimulationsAnswer = { success: true; message: string; [key: string]: unknown };

export type GetSimulationsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetSimulationsByIdAnswer = {
  simulation_id: string;
  run_id: string;
  dataset_id: string;
  initial_capital: number;
  parameters: Record<string, unknown>;
  config: Record<string, unknown>;
  results: Record<string, unknown>;
  summary_metrics: Record<string, unknown>;
  input_run_measurement: string;
  questdb_namespace: string;
  mode: string;
  status: string;
  trade_count: number;
  started_at: string | null;
  completed_at: string | null;
  created_at: string;
  metadata: Record<string, unknown>;
  buckets: { side: string; trade_count: number; win_count: number; [key: string]: unknown }[];
  [key: string]: unknown;
};

export type GetSimulationsByIdTradesParameters = {
  path: { id: string | number };
  query?: { limit?: string | number | boolean | undefined; offset?: string | number | boolean | undefined };
} & CallOptions;

export type GetSimulationsByIdTradesAnswer = {
  trades: ({
    trade_id: string;
    simulation_id: string;
    bar_timestamp: number;
    side: "long" | "short";
    size: number;
    entry_price: number;
    exit_price: number | null;
    pnl: number | null;
    return_pct: number | null;
    metadata: Record<string, unknown>;
    [key: string]: unknown;
  })[];
  count: number;
  total: number;
  limit: number;
  offset: number;
};

export type PostQuestdbQueryParameters = {
  body: {
    sql: string;
    limit?: number | null | undefined;
    timeout_ms?: number | null | undefined;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostQuestdbQueryAnswer = {
  query: string;
  columns: string[];
  types: string[];
  dataset: unknown[][];
  count: number;
  truncated: boolean;
  elapsed_ms: number;
  [key: string]: unknown;
};

export type PostQuestdbExportParameters = {
  query?: { filename?: string | number | boolean | undefined };
  body: {
    sql: string;
    limit?: number | null | undefined;
    timeout_ms?: number | null | undefined;
    [key: string]: unknown;
  };
} & CallOptions;

export type PostQuestdbExportAnswer = unknown;

export type GetQuestdbMeasurementsParameters = {
  query?: {
    prefix?: string | number | boolean | undefined;
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetQuestdbMeasurementsAnswer = {
  measurements: ({
    name: string;
    row_count: number;
    first_ts: number | null;
    last_ts: number | null;
    designatedTimestamp: string;
    partitionBy: string;
    [key: string]: unknown;
  })[];
  count: number;
  total: number;
  [key: string]: unknown;
};

export type GetQuestdbMeasurementByNameParameters = { path: { name: string | number } } & CallOptions;

export type GetQuestdbMeasurementByNameAnswer = {
  name: string;
  row_count: number;
  first_ts: number | null;
  last_ts: number | null;
  designatedTimestamp: string;
  partitionBy: string;
  columns: { name: string; type: string }[];
  dedup_keys: string[];
  [key: string]: unknown;
};

export type DeleteQuestdbMeasurementByNameParameters = { path: { name: string | number } } & CallOptions;

export type DeleteQuestdbMeasurementByNameAnswer = { success: true; message: string; [key: string]: unknown };

export type PostQuestdbImportAsyncParameters = {
  query?: { measurement?: string | number | boolean | undefined };
  body: {
    measurement: string;
    data: string;
    filename?: string | null | undefined;
    timestamp_unit?: "s" | "ms" | "us" | "ns" | null | undefined;
    on_error?: "abort" | "skip" | null | undefined;
    dedup_keys?: string[] | string | null | undefined;
    delimiter?: "," | ";" | "\t" | "tab" | "\\t" | null | undefined;
    [key: string]: unknown;
  } | RawBody;
} & CallOptions;

export type PostQuestdbImportAsyncAnswer = { job_id: string; status: string; message: string; poll_url: string; [key: string]: unknown };

export type PostQuestdbImportParameters = {
  query?: { measurement?: string | number | boolean | undefined };
  body: {
    measurement: string;
    data: string;
    filename?: string | null | undefined;
    timestamp_unit?: "s" | "ms" | "us" | "ns" | null | undefined;
    on_error?: "abort" | "skip" | null | undefined;
    dedup_keys?: string[] | string | null | undefined;
    delimiter?: "," | ";" | "\t" | "tab" | "\\t" | null | undefined;
    [key: string]: unknown;
  } | RawBody;
} & CallOptions;

export type PostQuestdbImportAnswer = { success: boolean; message: string; measurement: string; [key: string]: unknown };

export type GetJobsParameters = {
  query?: {
    limit?: string | number | boolean | undefined;
    offset?: string | number | boolean | undefined;
    job_type?: string | number | boolean | undefined;
    status?: string | number | boolean | undefined;
  };
} & CallOptions;

export type GetJobsAnswer = {
  jobs: ({
    job_id: string;
    job_type: string;
    status: string;
    payload: string;
    progress: number;
    total: number;
    result: string | null;
    error: string | null;
    message: string;
    created_at: string;
    updated_at: string;
    started_at: string | null;
    completed_at: string | null;
    [key: string]: unknown;
  })[];
  count: number;
  total: number;
  limit: number;
  offset: number;
};

export type GetJobsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetJobsByIdAnswer = {
  job_id: string;
  job_type: string;
  status: string;
  payload: string;
  progress: number;
  total: number;
  result: string | null;
  error: string | null;
  message: string;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  [key: string]: unknown;
};

export type GetQuestdbJobsByIdParameters = { path: { id: string | number } } & CallOptions;

export type GetQuestdbJobsByIdAnswer = {
  job_id: string;
  job_type: string;
  status: string;
  payload: string;
  progress: number;
  total: number;
  result: string | null;
  error: string | null;
  message: string;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  [key: string]: unknown;
};

export type PostJobsByIdCancelParameters = { path: { id: string | number } } & CallOptions;

export type PostJobsByIdCancelAnswer = {
  job_id: string;
  job_type: string;
  status: string;
  payload: string;
  progress: number;
  total: number;
  result: string | null;
  error: string | null;
  message: string;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  [key: string]: unknown;
};

export type GetEventsParameters = CallOptions;

export type GetEventsAnswer = unknown;

export function stage1Client(options: ClientOptions) {
  return {
    /** Where this client calls, for requests that no function makes. */
    options,
    /** Alive `GET /healthz` */
    getHealthz: (parameters?: GetHealthzParameters) =>
      call<GetHealthzAnswer>(options, 'GET', '/healthz', parameters),
    /** Both stores can be opened `GET /readyz` */
    getReadyz: (parameters?: GetReadyzParameters) =>
      call<GetReadyzAnswer>(options, 'GET', '/readyz', parameters),
    /** Health in detail `GET /api/health` */
    getHealth: (parameters?: GetHealthParameters) =>
      call<GetHealthAnswer>(options, 'GET', '/api/health', parameters),
    /** All datasets `GET /api/datasets` */
    getDatasets: (parameters?: GetDatasetsParameters) =>
      call<GetDatasetsAnswer>(options, 'GET', '/api/datasets', parameters),
    /** Create or update a dataset `POST /api/datasets` */
    postDatasets: (parameters: PostDatasetsParameters) =>
      call<PostDatasetsAnswer>(options, 'POST', '/api/datasets', parameters),
    /** One dataset, by id or slug `GET /api/datasets/{id}` */
    getDatasetsById: (parameters: GetDatasetsByIdParameters) =>
      call<GetDatasetsByIdAnswer>(options, 'GET', '/api/datasets/{id}', parameters),
    /** Delete a dataset; its measurements stay `DELETE /api/datasets/{id}` */
    deleteDatasetsById: (parameters: DeleteDatasetsByIdParameters) =>
      call<DeleteDatasetsByIdAnswer>(options, 'DELETE', '/api/datasets/{id}', parameters),
    /** The runs of a dataset `GET /api/datasets/{id}/runs` */
    getDatasetsByIdRuns: (parameters: GetDatasetsByIdRunsParameters) =>
      call<GetDatasetsByIdRunsAnswer>(options, 'GET', '/api/datasets/{id}/runs', parameters),
    /** Append ohlcv rows; a row of a known time replaces it `POST /api/datasets/{id}/ohlcv/append` */
    postDatasetsByIdOhlcvAppend: (parameters: PostDatasetsByIdOhlcvAppendParameters) =>
      call<PostDatasetsByIdOhlcvAppendAnswer>(options, 'POST', '/api/datasets/{id}/ohlcv/append', parameters),
    /** Append indicators rows; a row of a known time replaces it `POST /api/datasets/{id}/indicators/append` */
    postDatasetsByIdIndicatorsAppend: (parameters: PostDatasetsByIdIndicatorsAppendParameters) =>
      call<PostDatasetsByIdIndicatorsAppendAnswer>(options, 'POST', '/api/datasets/{id}/indicators/append', parameters),
    /** The ohlcv rows in time order `GET /api/datasets/{id}/ohlcv` */
    getDatasetsByIdOhlcv: (parameters: GetDatasetsByIdOhlcvParameters) =>
      call<GetDatasetsByIdOhlcvAnswer>(options, 'GET', '/api/datasets/{id}/ohlcv', parameters),
    /** The indicators rows in time order `GET /api/datasets/{id}/indicators` */
    getDatasetsByIdIndicators: (parameters: GetDatasetsByIdIndicatorsParameters) =>
      call<GetDatasetsByIdIndicatorsAnswer>(options, 'GET', '/api/datasets/{id}/indicators', parameters),
    /** What an export of the dataset holds `GET /api/datasets/{id}/manifest` */
    getDatasetsByIdManifest: (parameters: GetDatasetsByIdManifestParameters) =>
      call<GetDatasetsByIdManifestAnswer>(options, 'GET', '/api/datasets/{id}/manifest', parameters),
    /** The time of every row index in a range `GET /api/datasets/{id}/index_map` */
    getDatasetsByIdIndexMap: (parameters: GetDatasetsByIdIndexMapParameters) =>
      call<GetDatasetsByIdIndexMapAnswer>(options, 'GET', '/api/datasets/{id}/index_map', parameters),
    /** Runs, newest first `GET /api/runs` */
    getRuns: (parameters?: GetRunsParameters) =>
      call<GetRunsAnswer>(options, 'GET', '/api/runs', parameters),
    /** Create a run, or replace it `POST /api/runs` */
    postRuns: (parameters: PostRunsParameters) =>
      call<PostRunsAnswer>(options, 'POST', '/api/runs', parameters),
    /** One run with its folds `GET /api/runs/{id}` */
    getRunsById: (parameters: GetRunsByIdParameters) =>
      call<GetRunsByIdAnswer>(options, 'GET', '/api/runs/{id}', parameters),
    /** Delete a run; its predictions stay `DELETE /api/runs/{id}` */
    deleteRunsById: (parameters: DeleteRunsByIdParameters) =>
      call<DeleteRunsByIdAnswer>(options, 'DELETE', '/api/runs/{id}', parameters),
    /** The predictions of a run, as CSV or JSON `GET /api/runs/{id}/predictions` */
    getRunsByIdPredictions: (parameters: GetRunsByIdPredictionsParameters) =>
      call<GetRunsByIdPredictionsAnswer>(options, 'GET', '/api/runs/{id}/predictions', parameters),
    /** Runs as a bare list `GET /api/walkforward/runs` */
    getWalkforwardRuns: (parameters?: GetWalkforwardRunsParameters) =>
      call<GetWalkforwardRunsAnswer>(options, 'GET', '/api/walkforward/runs', parameters),
    /** A run beside its folds `GET /api/walkforward/runs/{id}` */
    getWalkforwardRunsById: (parameters: GetWalkforwardRunsByIdParameters) =>
      call<GetWalkforwardRunsByIdAnswer>(options, 'GET', '/api/walkforward/runs/{id}', parameters),
    /** Datasets as a bare list, with their indicator rows `GET /api/indicators/datasets` */
    getIndicatorsDatasets: (parameters?: GetIndicatorsDatasetsParameters) =>
      call<GetIndicatorsDatasetsAnswer>(options, 'GET', '/api/indicators/datasets', parameters),
    /** One of them `GET /api/indicators/datasets/{id}` */
    getIndicatorsDatasetsById: (parameters: GetIndicatorsDatasetsByIdParameters) =>
      call<GetIndicatorsDatasetsByIdAnswer>(options, 'GET', '/api/indicators/datasets/{id}', parameters),
    /** Simulations as a bare list `GET /api/tradesim/runs` */
    getTradesimRuns: (parameters?: GetTradesimRunsParameters) =>
      call<GetTradesimRunsAnswer>(options, 'GET', '/api/tradesim/runs', parameters),
    /** A simulation beside its buckets `GET /api/tradesim/runs/{id}` */
    getTradesimRunsById: (parameters: GetTradesimRunsByIdParameters) =>
      call<GetTradesimRunsByIdAnswer>(options, 'GET', '/api/tradesim/runs/{id}', parameters),
    /** Simulations, newest first `GET /api/simulations` */
    getSimulations: (parameters?: GetSimulationsParameters) =>
      call<GetSimulationsAnswer>(options, 'GET', '/api/simulations', parameters),
    /** Create a simulation, or replace it `POST /api/simulations` */
    postSimulations: (parameters: PostSimulationsParameters) =>
      call<PostSimulationsAnswer>(options, 'POST', '/api/simulations', parameters),
    /** One simulation `GET /api/simulations/{id}` */
    getSimulationsById: (parameters: GetSimulationsByIdParameters) =>
      call<GetSimulationsByIdAnswer>(options, 'GET', '/api/simulations/{id}', parameters),
    /** The trades of a simulation in time order `GET /api/simulations/{id}/trades` */
    getSimulationsByIdTrades: (parameters: GetSimulationsByIdTradesParameters) =>
      call<GetSimulationsByIdTradesAnswer>(options, 'GET', '/api/simulations/{id}/trades', parameters),
    /** Run a query `POST /api/questdb/query` */
    postQuestdbQuery: (parameters: PostQuestdbQueryParameters) =>
      call<PostQuestdbQueryAnswer>(options, 'POST', '/api/questdb/query', parameters),
    /** The answer of a query as a CSV file `POST /api/questdb/export` */
    postQuestdbExport: (parameters: PostQuestdbExportParameters) =>
      call<PostQuestdbExportAnswer>(options, 'POST', '/api/questdb/export', parameters),
    /** All measurements by name `GET /api/questdb/measurements` */
    getQuestdbMeasurements: (parameters?: GetQuestdbMeasurementsParameters) =>
      call<GetQuestdbMeasurementsAnswer>(options, 'GET', '/api/questdb/measurements', parameters),
    /** One measurement with its columns `GET /api/questdb/measurement/{name}` */
    getQuestdbMeasurementByName: (parameters: GetQuestdbMeasurementByNameParameters) =>
      call<GetQuestdbMeasurementByNameAnswer>(options, 'GET', '/api/questdb/measurement/{name}', parameters),
    /** Delete a measurement, where allowed `DELETE /api/questdb/measurement/{name}` */
    deleteQuestdbMeasurementByName: (parameters: DeleteQuestdbMeasurementByNameParameters) =>
      call<DeleteQuestdbMeasurementByNameAnswer>(options, 'DELETE', '/api/questdb/measurement/{name}', parameters),
    /** Import a CSV as a job: JSON {measurement, data}, multipart/form-data, or text/csv `POST /api/questdb/import/async` */
    postQuestdbImportAsync: (parameters: PostQuestdbImportAsyncParameters) =>
      call<PostQuestdbImportAsyncAnswer>(options, 'POST', '/api/questdb/import/async', parameters),
    /** Import a small CSV before answering `POST /api/questdb/import` */
    postQuestdbImport: (parameters: PostQuestdbImportParameters) =>
      call<PostQuestdbImportAnswer>(options, 'POST', '/api/questdb/import', parameters),
    /** Jobs, newest first `GET /api/jobs` */
    getJobs: (parameters?: GetJobsParameters) =>
      call<GetJobsAnswer>(options, 'GET', '/api/jobs', parameters),
    /** One job `GET /api/jobs/{id}` */
    getJobsById: (parameters: GetJobsByIdParameters) =>
      call<GetJobsByIdAnswer>(options, 'GET', '/api/jobs/{id}', parameters),
    /** One job `GET /api/questdb/jobs/{id}` */
    getQuestdbJobsById: (parameters: GetQuestdbJobsByIdParameters) =>
      call<GetQuestdbJobsByIdAnswer>(options, 'GET', '/api/questdb/jobs/{id}', parameters),
    /** Cancel a job that is not final `POST /api/jobs/{id}/cancel` */
    postJobsByIdCancel: (parameters: PostJobsByIdCancelParameters) =>
      call<PostJobsByIdCancelAnswer>(options, 'POST', '/api/jobs/{id}/cancel', parameters),
    /** Server-sent events: `job` with the job on every change `GET /api/events` */
    getEvents: (parameters?: GetEventsParameters) =>
      call<GetEventsAnswer>(options, 'GET', '/api/events', parameters),
  };
}

export type Stage1Client = ReturnType<typeof stage1Client>;
