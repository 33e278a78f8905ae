/** A job as the rest of the house sees it: domain words, camelCase, dates as milliseconds. */
import type { Json, JsonObject } from '#base/json.js';

export const JOB_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const isFinal = (status: JobStatus) => status === 'completed' || status === 'failed' || status === 'cancelled';

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly status: JobStatus;
  readonly payload: JsonObject;
  readonly result: Json | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly progress: number;
  readonly total: number;
  readonly message: string | null;
  readonly attempts: number;
  readonly surface: string;
  readonly ownerId: string | null;
  readonly subject: JsonObject;
  readonly cancelRequested: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}
