/** The rows of the house: every table in one type, and the handle that queries and transactions share. */
import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Json } from '#base/json.js';
import { type Log, silentLog } from '#base/log.js';
import type { PostgresConnection } from './connection.js';
import { openPool, type PoolLoad, type WatchedPool } from './pool.js';
import type { ApiKeyTable } from './tables/api-key.table.js';
import type { ArtifactTable } from './tables/artifact.table.js';
import type { AuditTable } from './tables/audit.table.js';
import type { BacktestEquityTable } from './tables/backtest-equity.table.js';
import type { BacktestFoldTable } from './tables/backtest-fold.table.js';
import type { BacktestRunTable } from './tables/backtest-run.table.js';
import type { BacktestSweepTable } from './tables/backtest-sweep.table.js';
import type { BucketTable } from './tables/bucket.table.js';
import type { BuildRunTable } from './tables/build-run.table.js';
import type { DatasetTable } from './tables/dataset.table.js';
import type { DeploymentTable } from './tables/deployment.table.js';
import type { FoldTable } from './tables/fold.table.js';
import type { IdempotencyTable } from './tables/idempotency.table.js';
import type { IndicatorSetTable } from './tables/indicator-set.table.js';
import type { JobTable } from './tables/job.table.js';
import type { JobLogTable } from './tables/job-log.table.js';
import type { ModelTable } from './tables/model.table.js';
import type { ModelConfigTable } from './tables/model-config.table.js';
import type { ModelConfigVersionTable } from './tables/model-config-version.table.js';
import type { ModelTemplateTable } from './tables/model-template.table.js';
import type { PackTable } from './tables/pack.table.js';
import type { PipelineStepTable } from './tables/pipeline-step.table.js';
import type { PolicyTable } from './tables/policy.table.js';
import type { QcReportTable } from './tables/qc-report.table.js';
import type { RunTable } from './tables/run.table.js';
import type { SimulationTable } from './tables/simulation.table.js';
import type { SweepPartTable } from './tables/sweep-part.table.js';
import type { SweepResultTable } from './tables/sweep-result.table.js';
import type { TradeTable } from './tables/trade.table.js';
import type { TrainingManifestTable } from './tables/training-manifest.table.js';
import type { TrainingRunTable } from './tables/training-run.table.js';
import type { TrialTable } from './tables/trial.table.js';
import type { UserTable } from './tables/user.table.js';
import type { ZoneFileTable } from './tables/zone-file.table.js';

/** One member a table; add yours in the order of the alphabet. */
export interface Tables {
  api_key: ApiKeyTable;
  artifact: ArtifactTable;
  audit_entry: AuditTable;
  backtest_equity: BacktestEquityTable;
  backtest_fold: BacktestFoldTable;
  backtest_run: BacktestRunTable;
  backtest_sweep: BacktestSweepTable;
  bucket: BucketTable;
  build_run: BuildRunTable;
  dataset: DatasetTable;
  deployment: DeploymentTable;
  fold: FoldTable;
  idempotency_key: IdempotencyTable;
  indicator_set: IndicatorSetTable;
  job: JobTable;
  job_log: JobLogTable;
  model_config_version: ModelConfigVersionTable;
  model_config: ModelConfigTable;
  model_template: ModelTemplateTable;
  model: ModelTable;
  pack: PackTable;
  pipeline_step: PipelineStepTable;
  policy: PolicyTable;
  qc_report: QcReportTable;
  run: RunTable;
  simulation: SimulationTable;
  sweep_part: SweepPartTable;
  sweep_result: SweepResultTable;
  trade: TradeTable;
  training_manifest: TrainingManifestTable;
  training_run: TrainingRunTable;
  trial: TrialTable;
  user_account: UserTable;
  zone_file: ZoneFileTable;
}

/** A connection pool or an open transaction: store functions take either and never know which. */
export type Database = Kysely<Tables> | Transaction<Tables>;

export interface DatabaseOptions {
  /** A `postgres://` URL, or where the embedded server listens. */
  readonly at: string | PostgresConnection;
  /** Connections at most. Default 20: the embedded server lets in 60. */
  readonly poolSize?: number;
  readonly log?: Log;
  /** How long a query waits for a connection while the server is away, before databaseUnavailable. Default 10 s. */
  readonly patienceMs?: number;
}

/** Opens a pool; connects at the first query. `destroy()` closes it. */
export function openDatabase(options: DatabaseOptions): Kysely<Tables> {
  const { at, poolSize = 20, log = silentLog, patienceMs = 10_000 } = options;
  const pool = openPool({ at, size: poolSize, log, patienceMs });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  pools.set(db, pool);
  return db;
}

const pools = new WeakMap<Database, WatchedPool>();

/** How busy its connections are; undefined for a transaction. */
export const poolLoadOf = (db: Database): PoolLoad | undefined => pools.get(db)?.load();

/** The smallest question: fails as any other does while the server is away. */
export const ping = (db: Database): Promise<unknown> => sql`select 1`.execute(db);

/** A value for a jsonb column. Needed for arrays and strings, which `pg` would send as PostgreSQL arrays and bare text. */
export const jsonb = <T extends Json>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`;
