/** Queries on trainings. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { RunFailure } from './build-run.store.js';
import type { Database } from './database.js';
import type { Viewer } from './model.store.js';
import type { TrainingRunTable } from './tables/training-run.table.js';

export interface TrainingRun {
  readonly trainingRunId: number;
  readonly jobId: string;
  readonly modelId: string;
  readonly packId: string;
  readonly status: string;
  readonly params: JsonObject;
  readonly metrics: JsonObject | null;
  readonly summary: JsonObject | null;
  readonly matrixSha: string | null;
  readonly modelSha: string | null;
  readonly modelOut: string | null;
  readonly lineage: JsonObject | null;
  readonly tag: string | null;
  readonly error: RunFailure | null;
  readonly ownerId: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export async function insertTrainingRun(
  db: Database,
  run: {
    jobId: string;
    modelId: string;
    packId: string;
    params: JsonObject;
    matrixSha: string | null;
    runSha: string;
    tag: string | null;
    ownerId: string | null;
  },
): Promise<void> {
  await db
    .insertInto('training_run')
    .values({
      job_id: run.jobId,
      model_id: run.modelId,
      pack_id: run.packId,
      params: JSON.stringify(run.params),
      metrics: null,
      summary: null,
      matrix_sha: run.matrixSha,
      model_sha: null,
      model_out: null,
      run_sha: run.runSha,
      lineage: null,
      tag: run.tag,
      error: null,
      owner_id: run.ownerId,
      started_at: null,
      finished_at: null,
    })
    .execute();
}

export async function startTrainingRun(db: Database, jobId: string): Promise<void> {
  await db
    .updateTable('training_run')
    .set({ status: 'running', started_at: sql<Date>`coalesce(started_at, now())` })
    .where('job_id', '=', jobId)
    .execute();
}

export async function completeTrainingRun(
  db: Database,
  jobId: string,
  done: { metrics: JsonObject; summary: JsonObject; modelSha: string; modelOut: string; lineage: JsonObject },
): Promise<void> {
  await db
    .updateTable('training_run')
    .set({
      status: 'completed',
      metrics: JSON.stringify(done.metrics),
      summary: JSON.stringify(done.summary),
      model_sha: done.modelSha,
      model_out: done.modelOut,
      lineage: JSON.stringify(done.lineage),
      error: null,
      finished_at: sql<Date>`now()`,
    })
    .where('job_id', '=', jobId)
    .execute();
}

export async function findTrainingRun(db: Database, jobId: string): Promise<TrainingRun | undefined> {
  const row = await db.selectFrom('training_run').selectAll().where('job_id', '=', jobId).executeTakeFirst();
  return row && fromRow(row);
}

export async function findLatestTraining(db: Database, modelId: string): Promise<TrainingRun | undefined> {
  const row = await db
    .selectFrom('training_run')
    .selectAll()
    .where('model_id', '=', modelId)
    .where('status', '=', 'completed')
    .orderBy('finished_at', 'desc')
    .orderBy('training_run_id', 'desc')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** The newest finished training with this key. */
export async function findFinishedTrainingByKey(db: Database, runSha: string): Promise<TrainingRun | undefined> {
  const row = await db
    .selectFrom('training_run')
    .selectAll()
    .where('run_sha', '=', runSha)
    .where('status', '=', 'completed')
    .orderBy('finished_at', 'desc')
    .orderBy('training_run_id', 'desc')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Newest first; `fromMs` and `toMs` bound the creation, both inclusive. */
export async function listTrainingRuns(
  db: Database,
  viewer: Viewer,
  filter: { modelId?: string; packId?: string; tag?: string; fromMs?: number; toMs?: number },
  { limit, offset }: PageRequest,
): Promise<Page<TrainingRun>> {
  let query = db.selectFrom('training_run');
  if (!viewer.seesAll)
    query = query.where(
      sql<SqlBool>`(owner_id is not distinct from ${viewer.userId} or exists (
        select 1 from model where model.model_id = training_run.model_id and model.visibility = 'shared'))`,
    );
  if (filter.modelId !== undefined)
    query = query.where(sql<SqlBool>`lower(model_id) = ${filter.modelId.toLowerCase()}`);
  if (filter.packId !== undefined) query = query.where('pack_id', '=', filter.packId);
  if (filter.tag !== undefined) query = query.where('tag', '=', filter.tag);
  if (filter.fromMs !== undefined) query = query.where('created_at', '>=', new Date(filter.fromMs));
  if (filter.toMs !== undefined) query = query.where('created_at', '<=', new Date(filter.toMs));
  const [rows, count] = await Promise.all([
    query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('training_run_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map(fromRow), total: Number(count.total) };
}

const fromRow = (row: Selectable<TrainingRunTable>): TrainingRun => ({
  trainingRunId: row.training_run_id,
  jobId: row.job_id,
  modelId: row.model_id,
  packId: row.pack_id,
  status: row.status,
  params: row.params as JsonObject,
  metrics: row.metrics as JsonObject | null,
  summary: row.summary as JsonObject | null,
  matrixSha: row.matrix_sha,
  modelSha: row.model_sha,
  modelOut: row.model_out,
  lineage: row.lineage as JsonObject | null,
  tag: row.tag,
  error: row.error as Json as RunFailure | null,
  ownerId: row.owner_id,
  createdAtMs: row.created_at.getTime(),
  startedAtMs: row.started_at?.getTime() ?? null,
  finishedAtMs: row.finished_at?.getTime() ?? null,
});
