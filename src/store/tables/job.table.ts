import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One piece of work that outlives its request; unique by job_id. Workers claim it from its row. */
export interface JobTable {
  job_id: string;
  /** The job type's name: `questdb_import`, `train`, `backtest`, ... */
  kind: string;
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  payload: Json;
  result: Json | null;
  error: { code: string; message: string } | null;
  progress: Generated<number>;
  total: Generated<number>;
  stages: Json | null;
  message: string | null;
  attempts: Generated<number>;
  attempts_max: number;
  priority: Generated<number>;
  /** Who can run it: those who serve this lane. */
  lane: Generated<'general' | 'measurements'>;
  /** Queued, and not to be tried before. */
  not_before: Generated<Date | null>;
  /** Which surface asked; each lists the kinds it knows. */
  surface: string;
  owner_id: string | null;
  /** What the job is about, for lists: `{ model_id, pack_id, backtest_id, ... }`. */
  subject: Json;
  /** Equal keys while queued or running are the same work (sigma 13.3). */
  dedupe_key: string | null;
  /** What a tracer needs to make it a child of its sender. */
  trail: Record<string, string> | null;
  /** The job that this one is a part of, which waits for it. */
  parent_id: string | null;
  lease_owner: string | null;
  lease_until: Date | null;
  cancel_requested: Generated<boolean>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}
