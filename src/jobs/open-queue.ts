/** The queue itself: job rows and the news about them, behind `JobQueue`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { errors } from '#base/errors.js';
import type { Ids } from '#base/ids.js';
import type { Log } from '#base/log.js';
import { noTrail, type Trail } from '#base/trail.js';
import type { Database } from '#store/database.js';
import { findJob, findUnfinishedJob, insertJob, listJobs } from '#store/job.store.js';
import { tellJobs } from '#store/job-news.js';
import { deleteParts, listParts } from '#store/job-part.store.js';
import { requestCancel, requeueFinishedJob } from '#store/job-state.store.js';
import { isFinal, type Job, toJob } from './job.js';
import type { JobType } from './job-type.js';
import { listenForJobs } from './listen.js';
import { makeNews, type News } from './news.js';
import { endParts } from './parts.js';
import type { JobQueue } from './queue.js';

/** For news that was lost while somebody waits for a job. */
const LOOK_EVERY_MS = 1_000;

export interface QueueDesk {
  readonly db: Database;
  /** For LISTEN, which needs a connection of its own. */
  readonly connection: pg.ClientConfig;
  readonly ids: Ids;
  readonly log: Log;
  /** Default none. */
  readonly trail?: Trail;
}

/** What the worker sees beyond the services' door. */
export interface OpenQueue extends JobQueue, Pick<News, 'onWake' | 'onCancel' | 'onLost'> {
  /** Makes job types known. The queue is there before them, because their desks hold it. */
  register(types: readonly JobType[]): void;
  close(): Promise<void>;
}

export async function openQueue(desk: QueueDesk, types: readonly JobType[] = []): Promise<OpenQueue> {
  const { db: house, log, trail = noTrail } = desk;
  const typeOf = new Map(types.map((type) => [type.name, type]));
  const news = makeNews({ db: house, log });
  const ear = await listenForJobs(desk.connection, { onChange: news.hear, onReconnect: news.wake, log });

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
      lane: (job.needs ?? type.needs) === 'measurements' ? 'measurements' : 'general',
      dedupeKey: job.dedupeKey ?? null,
      parentId: job.parentId ?? null,
      trail: carrierOf(trail),
      message: job.message ?? null,
    });
    if (row === undefined) return existingJob(db, job);
    await tellJobs(db, 'queued', [row.id]);
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
    await tellJobs(db, 'cancel', [id]);
    const job = toJob(row);
    if (!isFinal(job.status)) return job;
    await endParts(db, [id]);
    await typeOf.get(job.kind)?.afterEnd?.(job);
    return job;
  }

  async function retry(db: Database, id: string): Promise<Job> {
    const row = await requeueFinishedJob(db, id);
    if (row === undefined) {
      const standing = await findJob(db, id);
      throw standing === undefined ? errors.jobMissing(id) : errors.jobNotRetryable(id, standing.status);
    }
    await deleteParts(db, id);
    await tellJobs(db, 'queued', [id]);
    return toJob(row);
  }

  /** Hears the end as news, and looks once a second in any case: news may be lost while the database restarts. */
  async function waitFor(id: string, timeoutMs: number, signal?: AbortSignal): Promise<Job> {
    let stopHearing = () => {};
    const ended = new Promise<void>((resolve) => {
      stopHearing = news.onEnd(id, resolve);
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
      stopHearing();
    }
  }

  async function get(id: string): Promise<Job> {
    const row = await findJob(house, id);
    if (row === undefined) throw errors.jobMissing(id);
    return toJob(row);
  }

  return {
    send,
    cancel,
    retry,
    waitFor,
    wake: news.wake,
    subscribe: news.subscribe,
    onWake: news.onWake,
    onCancel: news.onCancel,
    onLost: news.onLost,
    register: (more) => {
      for (const type of more) typeOf.set(type.name, type);
    },
    find: async (db, id) => {
      const row = await findJob(db, id);
      return row && toJob(row);
    },
    parts: async (db, parentId) => (await listParts(db, parentId)).map(toJob),
    list: async (db, filter, page) => {
      const { items, total } = await listJobs(db, filter, page);
      return { items: items.map(toJob), total };
    },
    async close() {
      await ear.close();
      await news.settled();
    },
  };
}

/** Null when nobody traces, which is the rule. */
function carrierOf(trail: Trail): Record<string, string> | null {
  const carrier = trail.carrier();
  return Object.keys(carrier).length === 0 ? null : carrier;
}

/** Ends early, and quietly, when the signal fires. */
const pause = (ms: number, signal: AbortSignal | undefined) =>
  sleep(ms, undefined, signal === undefined ? { ref: false } : { ref: false, signal }).catch(() => {});
