/** Queries on walk-forward runs. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import type { RunTable } from './tables/run.table.js';
import { declareChange, RUNS } from './transaction.js';

export interface Run {
  readonly runId: string;
  readonly datasetId: string;
  readonly declaredFoldCount: number;
  readonly features: readonly string[];
  readonly thresholds: readonly number[];
  readonly predictionMeasurement: string;
  readonly status: string;
  readonly targetColumn: string;
  readonly requestedBy: string;
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  readonly durationMs: number | null;
  readonly summaryMetrics: JsonObject;
  readonly hyperparameters: JsonObject;
  readonly walkConfig: JsonObject;
  readonly metadata: JsonObject;
  /** Kept from the first write when the run is written again. */
  readonly createdAtMs: number;
}

export interface RunListed extends Run {
  readonly datasetSlug: string;
  readonly storedFoldCount: number;
}

export interface RunFilter {
  readonly datasetId?: string | undefined;
  /** Ignoring case. */
  readonly status?: string | undefined;
  readonly measurement?: string | undefined;
  /** Part of the run id, the dataset's slug or the target column, ignoring case. */
  readonly search?: string | undefined;
}

export async function findRun(db: Database, runId: string): Promise<RunListed | undefined> {
  const row = await selectRuns(db).where('run_id', '=', runId).executeTakeFirst();
  return row && runFromRow(row);
}

/** A run that cannot be deleted until the transaction ends. */
export async function holdRun(tx: Database, runId: string): Promise<RunListed | undefined> {
  const row = await selectRuns(tx).where('run_id', '=', runId).forKeyShare('run').executeTakeFirst();
  return row && runFromRow(row);
}

/** The same for its deletion: whoever holds it is waited for, and nobody can hold it afterwards. */
export async function takeRun(tx: Database, runId: string): Promise<RunListed | undefined> {
  const row = await selectRuns(tx).where('run_id', '=', runId).forUpdate('run').executeTakeFirst();
  return row && runFromRow(row);
}

export async function takeRunsOfDataset(tx: Database, datasetId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('run')
    .select('run_id')
    .where('dataset_id', '=', datasetId)
    .orderBy('run_id')
    .forUpdate()
    .execute();
  return rows.map((row) => row.run_id);
}

/** Newest first, then by id. */
export async function listRuns(db: Database, filter: RunFilter, page: PageRequest): Promise<Page<RunListed>> {
  return readPage(
    selectRuns(db).where(matches(filter)),
    page,
    (matching) => matching.orderBy('run.created_at', 'desc').orderBy('run_id'),
    runFromRow,
  );
}

/** Inserts, or replaces the row with the same id, which stays locked until the transaction ends. Folds are left alone. */
export async function putRun(tx: Database, run: Run, nowMs: number): Promise<void> {
  declareChange(tx, RUNS);
  const { run_id, created_at, ...rest } = toRow(run, nowMs);
  await tx
    .insertInto('run')
    .values({ run_id, created_at, stored_fold_count: 0, ...rest })
    .onConflict((conflict) => conflict.column('run_id').doUpdateSet(rest))
    .execute();
}

export async function setStoredFoldCount(tx: Database, runId: string, count: number): Promise<void> {
  declareChange(tx, RUNS);
  await tx.updateTable('run').set({ stored_fold_count: count }).where('run_id', '=', runId).execute();
}

export async function setSummaryMetrics(tx: Database, runId: string, summary: JsonObject): Promise<void> {
  declareChange(tx, RUNS);
  await tx
    .updateTable('run')
    .set({ summary_metrics: JSON.stringify(summary) })
    .where('run_id', '=', runId)
    .execute();
}

/** The run's folds go with it. */
export async function deleteRun(tx: Database, runId: string): Promise<void> {
  declareChange(tx, RUNS);
  await tx.deleteFrom('run').where('run_id', '=', runId).execute();
}

export async function deleteRunsOfDataset(tx: Database, datasetId: string): Promise<void> {
  declareChange(tx, RUNS);
  await tx.deleteFrom('run').where('dataset_id', '=', datasetId).execute();
}

export const selectRuns = (db: Database) =>
  db
    .selectFrom('run')
    .innerJoin('dataset', 'dataset.dataset_id', 'run.dataset_id')
    .selectAll('run')
    .select('dataset.dataset_slug');

const matches = ({ datasetId, status, measurement, search }: RunFilter) =>
  sql<SqlBool>`(${datasetId ?? null}::text IS NULL OR run.dataset_id = ${datasetId ?? null})
    AND (${status ?? null}::text IS NULL OR lower(run.status) = lower(${status ?? null}))
    AND (${measurement ?? null}::text IS NULL OR run.prediction_measurement = ${measurement ?? null})
    AND (${search ?? null}::text IS NULL
      OR position(lower(${search ?? null}) in lower(run.run_id || ' ' || dataset.dataset_slug || ' ' || run.target_column)) > 0)`;

const dateOrNull = (ms: number | null) => (ms === null ? null : new Date(ms));

const toRow = (run: Run, nowMs: number) => ({
  run_id: run.runId,
  dataset_id: run.datasetId,
  declared_fold_count: run.declaredFoldCount,
  features: JSON.stringify(run.features),
  thresholds: JSON.stringify(run.thresholds),
  prediction_measurement: run.predictionMeasurement,
  status: run.status,
  target_column: run.targetColumn,
  requested_by: run.requestedBy,
  started_at: dateOrNull(run.startedAtMs),
  completed_at: dateOrNull(run.completedAtMs),
  duration_ms: run.durationMs,
  summary_metrics: JSON.stringify(run.summaryMetrics),
  hyperparameters: JSON.stringify(run.hyperparameters),
  walk_config: JSON.stringify(run.walkConfig),
  metadata: JSON.stringify(run.metadata),
  created_at: new Date(run.createdAtMs),
  updated_at: new Date(nowMs),
});

export const runFromRow = (row: Selectable<RunTable> & { dataset_slug: string }): RunListed => ({
  runId: row.run_id,
  datasetId: row.dataset_id,
  datasetSlug: row.dataset_slug,
  declaredFoldCount: row.declared_fold_count,
  storedFoldCount: row.stored_fold_count,
  // Both written by toRow alone, so they have these shapes.
  features: row.features as readonly string[],
  thresholds: row.thresholds as readonly number[],
  predictionMeasurement: row.prediction_measurement,
  status: row.status,
  targetColumn: row.target_column,
  requestedBy: row.requested_by,
  startedAtMs: row.started_at?.getTime() ?? null,
  completedAtMs: row.completed_at?.getTime() ?? null,
  durationMs: row.duration_ms === null ? null : Number(row.duration_ms),
  summaryMetrics: row.summary_metrics,
  hyperparameters: row.hyperparameters,
  walkConfig: row.walk_config,
  metadata: row.metadata,
  createdAtMs: row.created_at.getTime(),
});
