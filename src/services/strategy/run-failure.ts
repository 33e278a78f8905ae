/** A failed run remembers why with every fact: the job keeps only code and message, and the caller who waits is owed the details. */

import type { ErrorKind } from '#base/app-error.js';
import { AppError, errors } from '#base/errors.js';
import type { Job } from '#jobs/job.js';
import { endsJob } from '#jobs/job-type.js';
import type { RunFailure } from '#store/build-run.store.js';
import { endRuns, type RunTable } from '#store/run-end.store.js';
import type { StrategyDesk } from './desk.js';

export type { RunFailure } from '#store/build-run.store.js';

/** Runs the work; a failure that ends the job is written into the run before it goes on. What is tried again has not failed. */
export async function rememberFailure<T>(
  desk: Pick<StrategyDesk, 'db'>,
  table: RunTable,
  jobId: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A cancelled job says so itself, once it has really stopped.
    if (endsJob(error) && error.code !== 'cancelled')
      await endRuns(desk.db, table, jobId, { status: 'failed', error: failureOf(error) });
    throw error;
  }
}

export const failureOf = ({ kind, code, message, detail }: AppError): RunFailure => ({ kind, code, message, detail });

/** The error a waiting caller gets: the same that ended the run. */
const errorOf = (failure: RunFailure) =>
  new AppError(failure.kind as ErrorKind, failure.code, failure.message, failure.detail);

/** For a job type's `afterEnd`: a run whose job failed in a way nobody expected, or was cancelled, is over as well. */
export const endWithJob =
  (desk: Pick<StrategyDesk, 'db'>, table: RunTable) =>
  async (job: Job): Promise<void> => {
    if (job.status !== 'failed' && job.status !== 'cancelled') return;
    const error: RunFailure | null =
      job.error === null
        ? null
        : { kind: kindOf(job.error.code), code: job.error.code, message: job.error.message, detail: {} };
    await endRuns(desk.db, table, job.id, { status: job.status, error });
  };

/** The job keeps no kind. What ended it unheard was broken, took too long, or lost what it stands on until its attempts were spent. */
export const kindOf = (code: string): ErrorKind =>
  code === 'internal' ? 'broken' : code === 'job_timeout' ? 'timeout' : 'unavailable';

/** Throws what ended a run, for callers who waited for its result. */
export function throwFailure(run: { readonly status: string; readonly error: RunFailure | null }): void {
  if (run.status === 'cancelled') throw errors.cancelled();
  if (run.status === 'failed' && run.error !== null) throw errorOf(run.error);
}
