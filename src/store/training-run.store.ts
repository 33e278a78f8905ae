/** Queries on trainings. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import {
  completedColumns,
  lifeFromRow,
  orderedColumns,
  type RunLife,
  type RunOrder,
  startedColumns,
} from './run-life.js';
import type { TrainingRunTable } from './tables/training-run.table.js';
import { isSeenBy, type Viewer } from './viewer.js';

export interface TrainingRun extends RunLife {
  readonly trainingRunId: number;
  readonly params: JsonObject;
  readonly metrics: JsonObject | null;
  readonly summary: JsonObject | null;
  readonly matrixSha: string | null;
  readonly modelSha: string | null;
  readonly modelOut: string | null;
}

export async function insertTrainingRun(
  db: Database,
  run: RunOrder & {
    params: JsonObject;
    matrixSha: string | null;
    runSha: string;
  },
): Promise<void> {
  await db
    .insertInto('training_run')
    .values({
      ...orderedColumns(run),
      params: JSON.stringify(run.params),
      metrics: null,
      summary: null,
      matrix_sha: run.matrixSha,
      model_sha: null,
      model_out: null,
      run_sha: run.runSha,
    })
    .execute();
}

export async function startTrainingRun(db: Database, jobId: string): Promise<void> {
  await db.updateTable('training_run').set(startedColumns).where('job_id', '=', jobId).execute();
}

export async function completeTrainingRun(
  db: Database,
  jobId: string,
  done: { metrics: JsonObject; summary: JsonObject; modelSha: string; modelOut: string; lineage: JsonObject },
): Promise<void> {
  await db
    .updateTable('training_run')
    .set({
      ...completedColumns,
      metrics: JSON.stringify(done.metrics),
      summary: JSON.stringify(done.summary),
      model_sha: done.modelSha,
      model_out: done.modelOut,
      lineage: JSON.stringify(done.lineage),
    })
    .where('job_id', '=', jobId)
    .execute();
}

export async function findTrainingRun(db: Database, jobId: string): Promise<TrainingRun | undefined> {
  const row = await db.selectFrom('training_run').selectAll().where('job_id', '=', jobId).executeTakeFirst();
  return row && fromRow(row);
}

/** The newest finished training of a model. */
export async function findLatestTraining(db: Database, modelId: string): Promise<TrainingRun | undefined> {
  const row = await newestFinished(db).where('model_id', '=', modelId).executeTakeFirst();
  return row && fromRow(row);
}

/** The newest finished training with this key. */
export async function findFinishedTrainingByKey(db: Database, runSha: string): Promise<TrainingRun | undefined> {
  const row = await newestFinished(db).where('run_sha', '=', runSha).executeTakeFirst();
  return row && fromRow(row);
}

/** Newest first; `fromMs` and `toMs` bound the creation, both inclusive. */
export async function listTrainingRuns(
  db: Database,
  viewer: Viewer,
  filter: { modelId?: string; packId?: string; tag?: string; fromMs?: number; toMs?: number },
  page: PageRequest,
): Promise<Page<TrainingRun>> {
  let query = db.selectFrom('training_run').where(isSeenBy(viewer, 'training_run'));
  if (filter.modelId !== undefined)
    query = query.where(sql<SqlBool>`lower(model_id) = ${filter.modelId.toLowerCase()}`);
  if (filter.packId !== undefined) query = query.where('pack_id', '=', filter.packId);
  if (filter.tag !== undefined) query = query.where('tag', '=', filter.tag);
  if (filter.fromMs !== undefined) query = query.where('created_at', '>=', new Date(filter.fromMs));
  if (filter.toMs !== undefined) query = query.where('created_at', '<=', new Date(filter.toMs));
  return readPage(
    query,
    page,
    (matching) => matching.selectAll().orderBy('created_at', 'desc').orderBy('training_run_id', 'desc'),
    fromRow,
  );
}

const newestFinished = (db: Database) =>
  db
    .selectFrom('training_run')
    .selectAll()
    .where('status', '=', 'completed')
    .orderBy('finished_at', 'desc')
    .orderBy('training_run_id', 'desc');

const fromRow = (row: Selectable<TrainingRunTable>): TrainingRun => ({
  ...lifeFromRow(row),
  trainingRunId: row.training_run_id,
  params: row.params as JsonObject,
  metrics: row.metrics as JsonObject | null,
  summary: row.summary as JsonObject | null,
  matrixSha: row.matrix_sha,
  modelSha: row.model_sha,
  modelOut: row.model_out,
});
