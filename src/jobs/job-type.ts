/**
 * What a kind of job is: its name, how often it may be tried, and the work itself.
 *
 * Rules: `run` may happen twice, so twice must be once (artifacts are named by content, rows are upserted). It hears
 * `signal` and stops at the next step; what it tells `progress` only grows. An error that a second attempt would meet again
 * (`endsJob`) ends the job as failed with its code; any other is tried again until `attemptsMax`. `waitsForParts` in place of a
 * result: the job holds no hand until all parts that it sent are over, or one has failed; then it is run again, as the same attempt.
 */
import { AppError } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import type { Job } from './job.js';

/** What `run` gives while the parts that it sent are not over. */
export const waitsForParts: unique symbol = Symbol('waits for parts');

export interface JobContext<P extends JsonObject> {
  readonly job: Job;
  readonly payload: P;
  readonly signal: AbortSignal;
  /** Steps done of the total; written to the row at most every 200 ms and at the end. */
  readonly progress: (done: number, total: number, message?: string) => void;
}

export interface JobType<P extends JsonObject = JsonObject, R extends Json = Json> {
  readonly name: string;
  /** How often a job may be begun, kills of its worker included; say beside the number why that is safe. */
  readonly attemptsMax: number;
  readonly timeoutMs: number;
  /** `measurements`: only a process that may write the measurement store takes it (DESIGN.md 3). */
  readonly needs?: 'measurements';
  run(context: JobContext<P>): Promise<R | typeof waitsForParts>;
  /** Cleans up after the last word on the job (failed, cancelled or completed): uploads, temporary rows. May run twice. */
  afterEnd?(job: Job): Promise<void>;
}

/**
 * Forgets the payload's type, so that one list holds every job type.
 *
 * The payload needs no second check on the way out: it was written by the service that names this type.
 */
export const defineJob = <P extends JsonObject, R extends Json>(type: JobType<P, R>): JobType => ({
  ...type,
  run: (context) => type.run({ ...context, payload: context.payload as P }),
});

/** Whether the error is about the work itself. A database that went away or our own mistake says nothing of it: try again. */
export const endsJob = (error: unknown): error is AppError =>
  error instanceof AppError && error.kind !== 'broken' && error.kind !== 'unavailable';
