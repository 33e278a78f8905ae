/** Queries on the steps of pipeline jobs and on what jobs say while they run. */
import { type Selectable, sql } from 'kysely';
import type { Database } from './database.js';
import type { JobLogTable } from './tables/job-log.table.js';
import type { PipelineStepTable } from './tables/pipeline-step.table.js';

export type StepStatus = PipelineStepTable['status'];

export interface PipelineStep {
  readonly jobId: string;
  readonly stage: string;
  readonly symbol: string;
  readonly date: string;
  readonly status: StepStatus;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly nRecords: number | null;
  readonly message: string | null;
}

export interface StepName {
  readonly jobId: string;
  readonly stage: string;
  readonly symbol: string;
  readonly date: string;
}

/** Postgres takes 65,535 parameters a statement. */
const ROWS_A_STATEMENT = 5_000;

/** Plans a job's steps; those that are planned already stay as they are. */
export async function insertSteps(db: Database, steps: readonly StepName[]): Promise<void> {
  for (let from = 0; from < steps.length; from += ROWS_A_STATEMENT)
    await db
      .insertInto('pipeline_step')
      .values(
        steps.slice(from, from + ROWS_A_STATEMENT).map(({ jobId, stage, symbol, date }, index) => ({
          job_id: jobId,
          position: from + index,
          stage,
          symbol,
          date,
          status: 'pending' as const,
          started_at: null,
          finished_at: null,
          n_records: null,
          message: null,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** What a killed worker left running is pending again. */
export async function resetRunningSteps(db: Database, jobId: string): Promise<void> {
  await db
    .updateTable('pipeline_step')
    .set({ status: 'pending', started_at: null })
    .where('job_id', '=', jobId)
    .where('status', '=', 'running')
    .execute();
}

export async function startStep(db: Database, step: StepName): Promise<void> {
  await named(db, step)
    .set({ status: 'running', started_at: sql<Date>`now()`, finished_at: null, message: null })
    .where('status', 'in', ['pending', 'running'])
    .execute();
}

/** running -> final, once: true for the caller that ended it. */
export async function endStep(
  db: Database,
  step: StepName,
  end: { status: 'completed' | 'skipped' | 'failed'; nRecords: number | null; message: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await named(db, step)
    .set({ status: end.status, finished_at: sql<Date>`now()`, n_records: end.nRecords, message: end.message })
    .where('status', '=', 'running')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const named = (db: Database, { jobId, stage, symbol, date }: StepName) =>
  db
    .updateTable('pipeline_step')
    .where('job_id', '=', jobId)
    .where('stage', '=', stage)
    .where('symbol', '=', symbol)
    .where('date', '=', date);

/** In the job's order. */
export async function listSteps(db: Database, jobId: string): Promise<PipelineStep[]> {
  const rows = await db
    .selectFrom('pipeline_step')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('position')
    .execute();
  return rows.map(stepFromRow);
}

export interface StepCount {
  readonly done: number;
  readonly total: number;
  /** `stage symbol date` of the step that runs. */
  readonly current: string | null;
}

/** How far each of these jobs is; a job without steps is missing in the answer. */
export async function countSteps(db: Database, jobIds: readonly string[]): Promise<Map<string, StepCount>> {
  if (jobIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('pipeline_step')
    .select(({ fn }) => [
      'job_id',
      fn.countAll<number>().as('total'),
      sql<number>`count(*) filter (where status not in ('pending', 'running'))`.as('done'),
      sql<
        string | null
      >`min(stage || ' ' || symbol || ' ' || to_char(date, 'YYYY-MM-DD')) filter (where status = 'running')`.as(
        'current',
      ),
    ])
    .where('job_id', 'in', [...jobIds])
    .groupBy('job_id')
    .execute();
  return new Map(
    rows.map(({ job_id, total, done, current }) => [job_id, { total: Number(total), done: Number(done), current }]),
  );
}

export type LogLevel = JobLogTable['level'];

export interface JobLogLine {
  readonly lineId: number;
  readonly tsMs: number;
  readonly level: LogLevel;
  readonly message: string;
}

export async function appendJobLog(
  db: Database,
  line: { jobId: string; level: LogLevel; message: string },
): Promise<void> {
  await db
    .insertInto('job_log')
    .values({ job_id: line.jobId, level: line.level, message: line.message.slice(0, 2_000) })
    .execute();
}

/** In the order they were said; those after a line, for listeners that come back. */
export async function listJobLog(db: Database, jobId: string, afterLineId = 0, limit = 10_000): Promise<JobLogLine[]> {
  const rows = await db
    .selectFrom('job_log')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('line_id', '>', afterLineId)
    .orderBy('line_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    lineId: row.line_id,
    tsMs: row.ts.getTime(),
    level: row.level,
    message: row.message,
  }));
}

const stepFromRow = (row: Selectable<PipelineStepTable>): PipelineStep => ({
  jobId: row.job_id,
  stage: row.stage,
  symbol: row.symbol,
  date: row.date,
  status: row.status,
  startedAtMs: row.started_at?.getTime() ?? null,
  finishedAtMs: row.finished_at?.getTime() ?? null,
  nRecords: row.n_records,
  message: row.message,
});
