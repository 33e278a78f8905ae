/** What the runs of the lab have in common, whichever kind they are: a build, a training, a backtest, a sweep. */
import { type Generated, type Selectable, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';

/** What ended a run early, whole enough to say it again: the job row keeps only code and message. */
export type RunFailure = {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly detail: JsonObject;
};

/** What a run is asked for with. */
export interface RunOrder {
  readonly jobId: string;
  readonly modelId: string;
  readonly packId: string;
  readonly tag: string | null;
  readonly ownerId: string | null;
}

export interface RunLife extends RunOrder {
  readonly status: string;
  readonly lineage: JsonObject | null;
  readonly error: RunFailure | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface RunLifeColumns {
  job_id: string;
  model_id: string;
  pack_id: string;
  status: Generated<string>;
  lineage: Json | null;
  tag: string | null;
  error: Json | null;
  owner_id: string | null;
  created_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}

/** The columns of a run that has not begun. */
export const orderedColumns = (order: RunOrder) => ({
  job_id: order.jobId,
  model_id: order.modelId,
  pack_id: order.packId,
  tag: order.tag,
  owner_id: order.ownerId,
  lineage: null,
  error: null,
  started_at: null,
  finished_at: null,
});

/** Another attempt at the same run keeps the time of the first. */
const firstStart = sql<Date>`coalesce(started_at, now())`;

export const startedColumns = { status: 'running', started_at: firstStart };

/** A run may be completed that never began: a sweep writes its members when they are done. */
export const completedColumns = {
  status: 'completed',
  error: null,
  started_at: firstStart,
  finished_at: sql<Date>`now()`,
};

export const lifeFromRow = (row: Selectable<RunLifeColumns>): RunLife => ({
  jobId: row.job_id,
  modelId: row.model_id,
  packId: row.pack_id,
  status: row.status,
  lineage: row.lineage as JsonObject | null,
  tag: row.tag,
  error: row.error as RunFailure | null,
  ownerId: row.owner_id,
  createdAtMs: row.created_at.getTime(),
  startedAtMs: row.started_at?.getTime() ?? null,
  finishedAtMs: row.finished_at?.getTime() ?? null,
});
