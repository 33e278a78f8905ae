/**
 * The worker: claims jobs, holds a lease on each, runs as many at once as it has hands, and writes how they ended.
 *
 * It is woken when a job is sent and looks every half second in any case. A job whose lease it lost is somebody else's:
 * its work is aborted and its result thrown away.
 */
import type { Kysely } from 'kysely';
import { errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import { noTrail, type OpenStep, type Trail } from '#base/trail.js';
import type { Tables } from '#store/database.js';
import type { JobRow, Lane } from '#store/job.store.js';
import { BATCH_MAX, claimJobs, isAnyWaiting, returnJobs } from '#store/job-claim.store.js';
import { tellJobs } from '#store/job-news.js';
import { parkJob } from '#store/job-part.store.js';
import { type JobEnd, renewLeases } from '#store/job-state.store.js';
import { makeAppetite } from './appetite.js';
import { makeEndWriter } from './end-writer.js';
import { toJob } from './job.js';
import { errorText, failedWith } from './job-failure.js';
import { endsJob, type JobType, waitsForParts } from './job-type.js';
import type { OpenQueue } from './open-queue.js';
import { endParts, hearParts } from './parts.js';
import { progressWriter } from './progress-writer.js';

/** Long enough for a busy event loop to renew in time, short enough that a dead worker's job is back within 15 s. */
export const LEASE_MS = 10_000;
/** Four tries within a lease. */
const RENEW_EVERY_MS = 2_500;
/** For wakes that were lost; one that arrives is heard at once. */
const LOOK_EVERY_MS = 500;
/** When others were taking at the same moment what we looked at. */
const LOOK_AGAIN_MS = 15;
/** A claimed job that nobody has begun after this goes back: its neighbours here take longer than they used to. */
const BEGIN_WITHIN_MS = 500;
/** The pause before another try doubles with each, up to this. */
const PAUSE_MS_MAX = 30_000;
/** A clean stop lets running jobs end for so long; most do. */
const DRAIN_MS = 1_500;
/** And then waits for the others to hear that they should give up. */
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
  /** Takes nothing while the server of the database runs other code. Default: whatever runs there. */
  readonly codeVersion?: string;
  /** Default none. */
  readonly trail?: Trail;
}

export interface JobWorker {
  /** Lets running jobs end for a moment, then lets them hear a cancel and gives them back to the queue. */
  close(): Promise<void>;
}

interface Running {
  readonly row: JobRow;
  readonly step: OpenStep;
  readonly abort: AbortController;
  /** Why it was aborted, when it was. */
  reason: 'cancelled' | 'lost' | 'stopping' | 'timeout' | undefined;
  done: Promise<void>;
}

interface Waiting {
  readonly row: JobRow;
  readonly claimedAtMs: number;
}

export function startWorker(desk: WorkerDesk): JobWorker {
  const { db, queue, log, name, hands, trail = noTrail } = desk;
  const typeOf = new Map(desk.types.map((type) => [type.name, type]));
  const appetite = makeAppetite(hands);
  const ends = makeEndWriter(desk);
  /** Claimed and not begun. */
  let waiting: Waiting[] = [];
  /** At work: they take hands. */
  const running = new Map<string, Running>();
  /** Done, and the end is being written: the lease is still needed. */
  const ending = new Map<string, Promise<void>>();
  let isStopping = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  /** Whoever woke us, what we then take is none of its work. */
  const wake = () => trail.outside(look);

  /** One look at a time; a wake during a look causes another, so that none is lost. */
  function look() {
    if (isStopping || room() === 0) return;
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

  /** How many to claim now: for free hands, and ahead once half of what was ahead is begun. */
  function room(): number {
    const free = hands - running.size - waiting.length;
    const ahead = appetite.ahead();
    const wanted = waiting.length > ahead / 2 || ending.size > BATCH_MAX ? free : free + ahead;
    return Math.max(0, Math.min(BATCH_MAX, wanted));
  }

  async function takeWhatFits() {
    for (let count = room(); count > 0 && !isStopping; count = room()) {
      const rows = await claimJobs(db, {
        ...{ lanes: desk.lanes, count, leaseOwner: name, leaseMs: LEASE_MS },
        codeVersion: desk.codeVersion ?? null,
      });
      const claimedAtMs = performance.now();
      waiting.push(...rows.map((row) => ({ row, claimedAtMs })));
      begin();
      if (rows.length > 0) {
        tellTaken(rows);
        continue;
      }
      // Nothing for us: no line at all, or one whose front others held while we looked.
      if (await isAnyWaiting(db, desk.lanes)) setTimeout(wake, LOOK_AGAIN_MS * (1 + Math.random())).unref();
      return;
    }
  }

  /** For those who watch; nobody waits for it. */
  function tellTaken(rows: readonly JobRow[]) {
    tellJobs(
      db,
      'changed',
      rows.map(({ id }) => id),
    ).catch((error) => log.debug({ error: String(error) }, 'nobody was told that jobs have begun'));
  }

  function begin() {
    while (running.size < hands && !isStopping) {
      const next = waiting.shift();
      if (next === undefined) return;
      start(next.row);
    }
  }

  function start(row: JobRow) {
    const step = trail.begin({
      ...{ kind: 'job', name: `job ${row.kind}`, ids: { jobId: row.id } },
      ...(row.trail === null ? {} : { from: row.trail }),
    });
    const job: Running = { row, step, abort: new AbortController(), reason: undefined, done: Promise.resolve() };
    running.set(row.id, job);
    job.done = step.run(() => workOn(job));
  }

  /** The hand is free when the work is done; the end is written while it takes up the next. */
  async function workOn(job: Running): Promise<void> {
    const { row } = job;
    const beganMs = performance.now();
    const writeEnd = await runJob(job);
    appetite.ate(performance.now() - beganMs);
    running.delete(row.id);
    const written = writeEnd().catch((error) => {
      // After a stop that would not wait the storage is gone; the next start takes the job back.
      const say = isStopping ? log.debug : log.error;
      say.call(log, { jobId: row.id, error: String(error) }, 'the end of a job could not be written');
    });
    ending.set(row.id, written);
    // Before the next one: it may hold this thread until it is done.
    await giveBackSurplus().catch(sayNotGivenBack);
    begin();
    wake();
    await written;
    ending.delete(row.id);
  }

  /** Does the work; gives how its end is to be written. Never rejects. */
  async function runJob(job: Running): Promise<() => Promise<void>> {
    const { row, step, abort } = job;
    const type = typeOf.get(row.kind);
    if (type === undefined) {
      const error = errors.jobKindUnknown(row.kind);
      step.end({ error });
      return () => end(job, failedWith(error));
    }
    const timeout = setTimeout(() => stop(job, 'timeout'), type.timeoutMs);
    const pace = progressWriter(desk, row);
    try {
      const context = { job: toJob(row), payload: row.payload, signal: abort.signal, progress: pace.tell };
      const result = await type.run(context);
      await pace.flush();
      step.end({ facts: factsOf(job) });
      if (result === waitsForParts) return () => letWait(job);
      return () => end(job, { status: 'completed', result, error: null });
    } catch (error) {
      await pace.flush();
      step.end({ facts: factsOf(job), error: job.reason === undefined ? error : { code: job.reason } });
      return () => endBroken(job, type, error);
    } finally {
      clearTimeout(timeout);
    }
  }

  async function endBroken(job: Running, type: JobType, error: unknown) {
    const { row, reason } = job;
    if (reason === 'lost') return;
    if (reason === 'cancelled') return end(job, { status: 'cancelled', result: null, error: null });
    if (reason === 'timeout') return end(job, failedWith(errors.jobTimedOut(type.name, type.timeoutMs)));
    if (reason === 'stopping') return giveBack([row.id], { delayMs: 0, isAttempt: false });
    if (endsJob(error)) return end(job, failedWith(error));
    log.error({ jobId: row.id, kind: type.name, error: errorText(error) }, 'a job broke');
    if (row.attempts >= row.attemptsMax) return end(job, failedWith(error));
    return giveBack([row.id], { delayMs: Math.min(1000 * 2 ** (row.attempts - 1), PAUSE_MS_MAX), isAttempt: true });
  }

  async function end({ row }: Pick<Running, 'row'>, how: JobEnd) {
    const finished = await ends.write({ id: row.id, end: how });
    if (finished === undefined) return;
    const ms = (finished.finishedAtMs ?? 0) - (finished.startedAtMs ?? 0);
    log.info({ jobId: row.id, kind: row.kind, status: finished.status, attempt: row.attempts, ms }, 'a job ended');
    if (finished.status !== 'completed') await endParts(db, [row.id]);
    await typeOf.get(row.kind)?.afterEnd?.(toJob(finished));
    if (row.parentId !== null) await hearParts(db, [row.parentId]);
  }

  /** Without a lease, until its parts are over; they may be by now. */
  async function letWait({ row }: Running): Promise<void> {
    if (await parkJob(db, { id: row.id, leaseOwner: name })) return hearParts(db, [row.id]);
    // Somebody wants it cancelled; or its lease was lost, and this changes nothing.
    await end({ row }, { status: 'cancelled', result: null, error: null });
  }

  async function giveBack(ids: readonly string[], how: { delayMs: number; isAttempt: boolean }) {
    if (ids.length > 0) await returnJobs(db, { ids, leaseOwner: name, ...how });
  }

  function stop(job: Running, reason: NonNullable<Running['reason']>) {
    job.reason ??= reason;
    job.abort.abort();
  }

  async function renew() {
    await giveBackStale();
    const before = [...running.values()];
    // These alone: what we could neither begin nor end, because the database was away, must come back when its lease ends.
    const ids = [...running.keys(), ...ending.keys(), ...waiting.map(({ row }) => row.id)];
    if (ids.length === 0) return;
    const held = await renewLeases(db, { ids, leaseOwner: name, leaseMs: LEASE_MS });
    const leaseOf = new Map(held.map((lease) => [lease.id, lease]));
    waiting = waiting.filter(({ row }) => !ids.includes(row.id) || leaseOf.has(row.id));
    for (const job of before) {
      const lease = leaseOf.get(job.row.id);
      if (lease === undefined) stop(job, 'lost');
      else if (lease.cancelRequested) stop(job, 'cancelled');
    }
  }

  /** What was claimed ahead of jobs that turn out long should not wait here while others are idle. */
  async function giveBackStale() {
    await giveBackUnbegun(waiting.filter(({ claimedAtMs }) => performance.now() - claimedAtMs > BEGIN_WITHIN_MS));
  }

  /** The same, as soon as one of them has shown how long they are. */
  async function giveBackSurplus() {
    await giveBackUnbegun(waiting.slice(hands - running.size + appetite.kept(BEGIN_WITHIN_MS)));
  }

  async function giveBackUnbegun(unbegun: readonly Waiting[]) {
    if (unbegun.length === 0) return;
    waiting = waiting.filter((one) => !unbegun.includes(one));
    await giveBack(
      unbegun.map(({ row }) => row.id),
      { delayMs: 0, isAttempt: false },
    );
  }

  const sayNotGivenBack = (error: unknown) => log.warn({ error: String(error) }, 'jobs could not be given back yet');

  const hearCancel = queue.onCancel((ids) => {
    for (const id of ids) {
      const mine = running.get(id);
      if (mine !== undefined) stop(mine, 'cancelled');
    }
  });

  const stopHearing = queue.onWake(wake);
  const timers = [
    setInterval(wake, LOOK_EVERY_MS),
    setInterval(() => void giveBackStale().catch(sayNotGivenBack), BEGIN_WITHIN_MS),
  ];
  const renewer = setInterval(
    () => void renew().catch((error) => log.warn({ error: String(error) }, 'leases could not be renewed')),
    RENEW_EVERY_MS,
  );
  wake();

  return {
    async close() {
      isStopping = true;
      for (const timer of timers) clearInterval(timer);
      stopHearing();
      await looking;
      const unbegun = waiting.splice(0).map(({ row }) => row.id);
      await giveBack(unbegun, { delayMs: 0, isAttempt: false }).catch((error) =>
        log.warn({ jobs: unbegun.length, error: String(error) }, 'jobs could not be given back; their leases will end'),
      );
      const allEnded = () => Promise.all([...[...running.values()].map((job) => job.done), ...ending.values()]);
      if (!(await within(DRAIN_MS, allEnded()))) {
        for (const job of running.values()) stop(job, 'stopping');
        await within(STOP_WITHIN_MS, allEnded());
      }
      // Deaf ones: whoever takes them need not wait for the lease, and their work ends with this process.
      await giveBack([...running.keys()], { delayMs: 0, isAttempt: false }).catch((error) =>
        log.warn({ error: String(error) }, 'a job that heard no stop could not be given back; its lease will end'),
      );
      hearCancel();
      clearInterval(renewer);
    },
  };
}

/** Whether it came true in time. */
async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const isInTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return isInTime;
}

const factsOf = ({ row, step }: Running) =>
  step.isTraced ? { 'almanac.job_kind': row.kind, 'almanac.job_attempt': row.attempts } : {};
