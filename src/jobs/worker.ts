/**
 * The worker: takes jobs up to its number of hands, holds a lease on each, runs it, and writes how it ended.
 *
 * It is woken when a job is sent and looks every half second in any case. A job whose lease it lost is somebody else's:
 * its work is aborted and its result thrown away.
 */
import type { Kysely } from 'kysely';
import { AppError, errors } from '#base/errors.js';
import type { Json } from '#base/json.js';
import type { Log } from '#base/log.js';
import type { Tables } from '#store/database.js';
import type { JobRow } from '#store/job.store.js';
import { advanceJob, claimJob, finishJob, giveJobBack, type JobEnd, renewLeases } from '#store/job-state.store.js';
import type { Lane } from './delivery.js';
import { endsJob, type JobType } from './job-type.js';
import { tellJobChanged } from './listen.js';
import { type OpenQueue, toJob } from './open-queue.js';

/** Long enough for a busy event loop to renew in time, short enough that a dead worker's job is back within 15 s. */
export const LEASE_MS = 10_000;
/** Four tries within a lease. */
const RENEW_EVERY_MS = 2_500;
/** For wakes that were lost; one that arrives is heard at once. */
const LOOK_EVERY_MS = 500;
/** Five steps a second are all that anybody sees. */
const PROGRESS_EVERY_MS = 200;
/** The pause before another try doubles with each, up to this. */
const PAUSE_S_MAX = 30;
/** How long a clean stop waits for running jobs to hear that they should give up. */
const STOP_WITHIN_MS = 5_000;

export interface WorkerDesk {
  readonly db: Kysely<Tables>;
  readonly queue: OpenQueue;
  readonly types: readonly JobType[];
  /** Unique to this process: leases carry it. */
  readonly name: string;
  readonly hands: number;
  readonly lanes: readonly Lane[];
  readonly log: Log;
}

export interface JobWorker {
  /** Lets running jobs hear a cancel, gives them back to the queue, and stops. */
  close(): Promise<void>;
}

interface Running {
  readonly row: JobRow;
  readonly abort: AbortController;
  /** Why it was aborted, when it was. */
  reason: 'cancelled' | 'lost' | 'stopping' | 'timeout' | undefined;
  done: Promise<void>;
}

export function startWorker(desk: WorkerDesk): JobWorker {
  const { db, queue, log } = desk;
  const typeOf = new Map(desk.types.map((type) => [type.name, type]));
  const running = new Map<string, Running>();
  let isStopping = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  /** One look at a time; a wake during a look causes another, so that none is lost. */
  function look() {
    if (isStopping) return;
    if (looking !== undefined) {
      lookAgain = true;
      return;
    }
    looking = takeWhatFits()
      .catch((error) => log.warn({ error: String(error) }, 'the worker could not look for jobs'))
      .finally(() => {
        looking = undefined;
        if (lookAgain) {
          lookAgain = false;
          look();
        }
      });
  }

  async function takeWhatFits() {
    for (const lane of desk.lanes) {
      while (!isStopping && running.size < desk.hands) {
        const taken = await takeOne(lane);
        if (taken === 'empty') break;
        if (taken !== 'stale') start(taken);
      }
    }
  }

  /** A message whose row was cancelled or is already running is stale: it ends with its transaction. */
  async function takeOne(lane: Lane): Promise<JobRow | 'empty' | 'stale'> {
    return db.transaction().execute(async (tx) => {
      const id = await queue.delivery.take(tx, lane);
      if (id === undefined) return 'empty';
      const row = await claimJob(tx, { id, leaseOwner: desk.name, leaseMs: LEASE_MS });
      if (row === undefined) return 'stale';
      await tellJobChanged(tx, id);
      return row;
    });
  }

  function start(row: JobRow) {
    const abort = new AbortController();
    const job: Running = { row, abort, reason: undefined, done: Promise.resolve() };
    running.set(row.id, job);
    job.done = runJob(job)
      .catch((error) => {
        // After a stop that would not wait the storage is gone; the next start takes the job back.
        const say = isStopping ? log.debug : log.error;
        say.call(log, { jobId: row.id, error: String(error) }, 'the end of a job could not be written');
      })
      .finally(() => {
        running.delete(row.id);
        look();
      });
  }

  async function runJob(job: Running) {
    const { row, abort } = job;
    const type = typeOf.get(row.kind);
    if (type === undefined) return end(job, failedWith(errors.jobKindUnknown(row.kind)));
    const timeout = setTimeout(() => stop(job, 'timeout'), type.timeoutMs);
    const pace = progressWriter(desk, row);
    try {
      const context = { job: toJob(row), payload: row.payload, signal: abort.signal, progress: pace.tell };
      const result = await type.run(context);
      await pace.flush();
      await end(job, { status: 'completed', result, error: null });
    } catch (error) {
      await pace.flush();
      await endBroken(job, type, error);
    } finally {
      clearTimeout(timeout);
    }
  }

  async function endBroken(job: Running, type: JobType, error: unknown) {
    if (job.reason === 'lost') return;
    if (job.reason === 'cancelled') return end(job, { status: 'cancelled', result: null, error: null });
    if (job.reason === 'timeout') return end(job, failedWith(errors.jobTimedOut(type.name, type.timeoutMs)));
    if (job.reason === 'stopping') return giveBack(job, 0);
    if (endsJob(error)) return end(job, failedWith(error));
    log.error({ jobId: job.row.id, kind: type.name, error: errorText(error) }, 'a job broke');
    if (job.row.attempts < job.row.attemptsMax)
      return giveBack(job, Math.min(2 ** (job.row.attempts - 1), PAUSE_S_MAX));
    return end(job, failedWith(error));
  }

  async function end({ row }: Running, how: JobEnd) {
    const finished = await db.transaction().execute(async (tx) => {
      const final = await finishJob(tx, { id: row.id, leaseOwner: desk.name, end: how });
      if (final) await tellJobChanged(tx, row.id);
      return final;
    });
    if (finished) await typeOf.get(row.kind)?.afterEnd?.(toJob(finished));
  }

  async function giveBack({ row }: Running, delayS: number) {
    await db.transaction().execute(async (tx) => {
      const back = await giveJobBack(tx, { id: row.id, leaseOwner: desk.name });
      if (back === undefined) return;
      await queue.delivery.send(tx, queue.laneOf(row.kind), row.id, { priority: row.priority, delayS });
      await tellJobChanged(tx, row.id);
    });
  }

  function stop(job: Running, reason: NonNullable<Running['reason']>) {
    job.reason ??= reason;
    job.abort.abort();
  }

  async function renew() {
    const before = [...running.values()];
    if (before.length === 0) return;
    // These alone: what we could neither begin nor end, because the database was away, must come back when its lease ends.
    const ids = before.map(({ row }) => row.id);
    const held = await renewLeases(db, { ids, leaseOwner: desk.name, leaseMs: LEASE_MS });
    const leaseOf = new Map(held.map((lease) => [lease.id, lease]));
    for (const job of before) {
      const lease = leaseOf.get(job.row.id);
      if (lease === undefined) stop(job, 'lost');
      else if (lease.cancelRequested) stop(job, 'cancelled');
    }
  }

  const hearCancel = queue.subscribe((job) => {
    const mine = running.get(job.id);
    if (mine === undefined) return;
    if (job.cancelRequested) stop(mine, 'cancelled');
  });

  queue.onWake(look);
  const looker = setInterval(look, LOOK_EVERY_MS);
  const renewer = setInterval(
    () => void renew().catch((error) => log.warn({ error: String(error) }, 'leases could not be renewed')),
    RENEW_EVERY_MS,
  );
  look();

  return {
    async close() {
      isStopping = true;
      clearInterval(looker);
      hearCancel();
      await looking;
      for (const job of running.values()) stop(job, 'stopping');
      const ended = Promise.all([...running.values()].map((job) => job.done));
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref())]);
      clearInterval(renewer);
    },
  };
}

/** Writes progress at most every 200 ms, one write after another, and the last word always. */
function progressWriter(desk: WorkerDesk, row: JobRow) {
  let next: { done: number; total: number; message: string | null } | undefined;
  let writing: Promise<void> | undefined;
  let wroteAtMs = 0;

  async function write(): Promise<void> {
    const step = next;
    if (step === undefined) return;
    next = undefined;
    wroteAtMs = performance.now();
    await advanceJob(desk.db, {
      id: row.id,
      leaseOwner: desk.name,
      progress: step.done,
      total: step.total,
      message: step.message,
    });
    await tellJobChanged(desk.db, row.id);
  }

  const guarded = () =>
    write().catch((error) => desk.log.warn({ jobId: row.id, error: String(error) }, 'progress could not be written'));

  return {
    tell(done: number, total: number, message?: string) {
      next = { done: Math.floor(done), total: Math.floor(total), message: message ?? null };
      if (writing !== undefined || performance.now() - wroteAtMs < PROGRESS_EVERY_MS) return;
      writing = guarded().finally(() => {
        writing = undefined;
      });
    },
    async flush() {
      await writing;
      await guarded();
    },
  };
}

function failedWith(error: unknown): JobEnd {
  const isExpected = error instanceof AppError && error.kind !== 'broken';
  const said = isExpected
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: 'Internal error; the log has its cause' };
  return { status: 'failed', result: isExpected ? resultOf(error) : null, error: said };
}

/** An expected failure may carry what was found out, such as the report of rejected rows. */
const resultOf = (error: AppError): Json | null => (Object.keys(error.detail).length > 0 ? error.detail : null);

const errorText = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
