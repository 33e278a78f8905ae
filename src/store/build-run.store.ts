/** Queries on the buildings of matrices. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Database } from './database.js';
import {
  completedColumns,
  lifeFromRow,
  orderedColumns,
  type RunLife,
  type RunOrder,
  startedColumns,
} from './run-life.js';
import type { BuildRunTable } from './tables/build-run.table.js';

export type { RunFailure } from './run-life.js';

export interface BuildRun extends RunLife {
  readonly buildRunId: number;
  readonly params: JsonObject;
  readonly metrics: JsonObject | null;
  readonly matrixSha: string | null;
  readonly artifactSha: string | null;
  readonly barsSha: string | null;
  readonly path: string | null;
  readonly outCsv: string | null;
}

/** A finished matrix: every member that names bytes is there. */
export type BuiltMatrix = BuildRun & {
  readonly matrixSha: string;
  readonly artifactSha: string;
  readonly metrics: JsonObject;
};

export async function insertBuildRun(
  db: Database,
  run: RunOrder & {
    params: JsonObject;
  },
): Promise<void> {
  await db
    .insertInto('build_run')
    .values({
      ...orderedColumns(run),
      params: JSON.stringify(run.params),
      metrics: null,
      matrix_sha: null,
      artifact_sha: null,
      bars_sha: null,
      path: null,
      out_csv: null,
    })
    .execute();
}

export async function completeBuildRun(
  db: Database,
  jobId: string,
  done: {
    metrics: JsonObject;
    matrixSha: string;
    artifactSha: string;
    barsSha: string;
    path: string;
    outCsv: string;
    lineage: JsonObject;
  },
): Promise<void> {
  await db
    .updateTable('build_run')
    .set({
      ...completedColumns,
      metrics: JSON.stringify(done.metrics),
      matrix_sha: done.matrixSha,
      artifact_sha: done.artifactSha,
      bars_sha: done.barsSha,
      path: done.path,
      out_csv: done.outCsv,
      lineage: JSON.stringify(done.lineage),
    })
    .where('job_id', '=', jobId)
    .execute();
}

export async function startBuildRun(db: Database, jobId: string): Promise<void> {
  await db.updateTable('build_run').set(startedColumns).where('job_id', '=', jobId).execute();
}

export async function findBuildRun(db: Database, jobId: string): Promise<BuildRun | undefined> {
  const row = await db.selectFrom('build_run').selectAll().where('job_id', '=', jobId).executeTakeFirst();
  return row && fromRow(row);
}

/** The newest finished matrix of a model. */
export async function findLatestMatrix(db: Database, modelId: string): Promise<BuiltMatrix | undefined> {
  const row = await db
    .selectFrom('build_run')
    .selectAll()
    .where(sql<SqlBool>`lower(model_id) = ${modelId.toLowerCase()}`)
    .where('status', '=', 'completed')
    .orderBy('finished_at', 'desc')
    .orderBy('build_run_id', 'desc')
    .executeTakeFirst();
  return row && built(fromRow(row));
}

/** Finished matrices whose sha starts with `prefix`, one a distinct sha, newest first, at most two: enough to see that a prefix is ambiguous. */
export async function findMatricesBySha(db: Database, prefix: string): Promise<BuiltMatrix[]> {
  const rows = await db
    .selectFrom('build_run')
    .distinctOn('matrix_sha')
    .selectAll()
    .where('matrix_sha', 'like', `${prefix}%`)
    .where('status', '=', 'completed')
    .orderBy('matrix_sha')
    .orderBy('finished_at', 'desc')
    .limit(2)
    .execute();
  return rows.map((row) => built(fromRow(row))).filter((matrix) => matrix !== undefined);
}

function built(run: BuildRun): BuiltMatrix | undefined {
  const { matrixSha, artifactSha, metrics } = run;
  return matrixSha === null || artifactSha === null || metrics === null
    ? undefined
    : { ...run, matrixSha, artifactSha, metrics };
}

const fromRow = (row: Selectable<BuildRunTable>): BuildRun => ({
  ...lifeFromRow(row),
  buildRunId: row.build_run_id,
  params: row.params as JsonObject,
  metrics: row.metrics as JsonObject | null,
  matrixSha: row.matrix_sha,
  artifactSha: row.artifact_sha,
  barsSha: row.bars_sha,
  path: row.path,
  outCsv: row.out_csv,
});
