/** The queue itself: job rows, their delivery, and the news about them, behind `JobQueue`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { errors } from '#base/errors.js';
import type { Ids } from '#base/ids.js';
import type { Log } from '#base/log.js';
import type { Database } from '#store/database.js';
import { findJob, findUnfinishedJob, insertJob, type JobRow, listJobs } from '#store/job.store.js';
import { requestCancel, requeueFinishedJob } from '#store/job-state.store.js';
import { type Delivery, type Lane, openDelivery } from './delivery.js';
import { isFinal, type Job } from './job.js';
import type { JobType } from './job-type.js';
import { listenForJobs, tellJobChanged } from './listen.js';
import type { JobQueue } from './queue.js';

/** For news that was lost while somebody waits for a job. */
const LOOK_EVERY_MS = 1_000;

export interface QueueDesk {
  readonly db: Database;
  /** For LISTEN, which needs a connection of its own. */
  readonly connection: pg.ClientConfig;
  readonly ids: Ids;
  readonly log: Log;
}

/** What the worker sees beyond the services' door. */
export interface WorkerDoor {
  readonly delivery: Delivery;
  /** Called when a job may be waiting. */
  onWake(listener: () => void): void;
  laneOf(kind: string): Lane;
}

export interface OpenQueue extends JobQueue, WorkerDoor {
  /** Makes job types known. The queue is there before them, because their desks hold it. */
  register(types: readonly JobType[]): void;
  close(): Promise<void>;
}

export async function openQueue(desk: QueueDesk, types: readonly JobType[] = []): Promise<OpenQueue> {
  const { db: house, log } = desk;
  const typeOf = new Map(types.map((type) => [type.name, type]));
  const listeners = new Set<(job: Job) => void>();
  const wakers = new Set<() => void>();
  const laneOf = (kind: string): Lane => (typeOf.get(kind)?.needs === 'measurements' ? 'measurements' : 'general');
  const wake = () => {
    for (const waker of wakers) waker();
  };

  /** Reads one job after another, so that listeners hear its states in order. */
  let news = Promise.resolve();
  function spread(jobId: string) {
    news = news.then(async () => {
      try {
        const row = listeners.size > 0 || wakers.size > 0 ? await findJob(house, jobId) : undefined;
        if (row === undefined) return;
        if (row.status === 'queued') wake();
        for (const listener of listeners) listener(toJob(row));
      } catch (error) {
        log.warn({ jobId, error: String(error) }, 'news about a job could not be read');
      }
    });
  }

  const delivery = await openDelivery(house, log);
  const ear = await listenForJobs(desk.connection, { onChange: spread, onReconnect: wake, log });

  async function send(db: Database, job: Parameters<JobQueue['send']>[1]): Promise<Job> {
    const type = typeOf.get(job.kind);
    if (type === undefined) throw errors.jobKindUnknown(job.kind);
    const row = await insertJob(db, {
      id: job.id ?? desk.ids.uuid(),
      kind: job.kind,
      payload: job.payload,
      surface: job.surface,
      ownerId: job.ownerId ?? null,
      subject: job.subject ?? {},
      total: job.total ?? 0,
      attemptsMax: type.attemptsMax,
      priority: job.priority ?? 0,
      dedupeKey: job.dedupeKey ?? null,
      message: job.message ?? null,
    });
    if (row === undefined) return existingJob(db, job);
    await delivery.send(db, laneOf(job.kind), row.id, { priority: row.priority });
    await tellJobChanged(db, row.id);
    return toJob(row);
  }

  async function existingJob(db: Database, { id, dedupeKey }: { id?: string; dedupeKey?: string }): Promise<Job> {
    const sameWork = dedupeKey === undefined ? undefined : await findUnfinishedJob(db, dedupeKey);
    const row = sameWork ?? (id === undefined ? undefined : await findJob(db, id));
    if (row === undefined) throw errors.jobVanished();
    return toJob(row);
  }

  async function cancel(db: Database, id: string): Promise<Job> {
    const row = await requestCancel(db, id);
    if (row === undefined) {
      const standing = await findJob(db, id);
      throw standing === undefined ? errors.jobMissing(id) : errors.jobFinal(id, standing.status);
    }
    await tellJobChanged(db, id);
    const job = toJob(row);
    if (isFinal(job.status)) await typeOf.get(job.kind)?.afterEnd?.(job);
    return job;
  }

  async function retry(db: Database, id: string): Promise<Job> {
    const row = await requeueFinishedJob(db, id);
    if (row === undefined) {
      const standing = await findJob(db, id);
      throw standing === undefined ? errors.jobMissing(id) : errors.jobNotRetryable(id, standing.status);
    }
    await delivery.send(db, laneOf(row.kind), id, { priority: row.priority });
    await tellJobChanged(db, id);
    return toJob(row);
  }

  /** Hears the end as news, and looks once a second in any case: news may be lost while the database restarts. */
  async function waitFor(id: string, timeoutMs: number, signal?: AbortSignal): Promise<Job> {
    let hear: (job: Job) => void = () => {};
    const ended = new Promise<void>((resolve) => {
      hear = (job) => job.id === id && isFinal(job.status) && resolve();
      listeners.add(hear);
    });
    const givenUpAtMs = performance.now() + timeoutMs;
    try {
      for (;;) {
        const job = await get(id);
        const leftMs = givenUpAtMs - performance.now();
        if (isFinal(job.status) || leftMs <= 0 || signal?.aborted === true) return job;
        await Promise.race([ended, pause(Math.min(leftMs, LOOK_EVERY_MS), signal)]);
      }
    } finally {
      listeners.delete(hear);
    }
  }

  async function get(id: string): Promise<Job> {
    const row = await findJob(house, id);
    if (row === undefined) throw errors.jobMissing(id);
    return toJob(row);
  }

  return {
    send,
    wake,
    cancel,
    retry,
    waitFor,
    delivery,
    laneOf,
    register: (more) => {
      for (const type of more) typeOf.set(type.name, type);
    },
    onWake: (listener) => void wakers.add(listener),
    find: async (db, id) => {
      const row = await findJob(db, id);
      return row && toJob(row);
    },
    list: async (db, filter, page) => {
      const { items, total } = await listJobs(db, filter, page);
      return { items: items.map(toJob), total };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await ear.close();
      await delivery.close();
      await news;
    },
  };
}

/** A row without what only workers need. */
export function toJob({ attemptsMax: _max, priority: _priority, leaseOwner: _owner, ...job }: JobRow): Job {
  return job;
}

/** Ends early, and quietly, when the signal fires. */
const pause = (ms: number, signal: AbortSignal | undefined) =>
  sleep(ms, undefined, signal === undefined ? { ref: false } : { ref: false, signal }).catch(() => {});
