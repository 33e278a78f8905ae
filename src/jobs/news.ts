/** Who is told what of the news: watchers see the job as it stands, workers only that they should look or let go. */
import type { Log } from '#base/log.js';
import type { Database } from '#store/database.js';
import { listJobsById } from '#store/job.store.js';
import type { JobNews } from '#store/job-news.js';
import { isFinal, type Job, toJob } from './job.js';

export interface NewsDesk {
  readonly db: Database;
  readonly log: Log;
}

export interface News {
  /** Every change of every job as it becomes visible; returns the way to stop listening. */
  subscribe(listener: (job: Job) => void): () => void;
  /** Called once when this job is final; returns the way to stop waiting. */
  onEnd(jobId: string, listener: () => void): () => void;
  /** Called when a job may be waiting. */
  onWake(listener: () => void): () => void;
  /** Called with jobs that somebody wants cancelled. */
  onCancel(listener: (jobIds: readonly string[]) => void): () => void;
  /** Called with each job whose worker died. */
  onLost(listener: (jobId: string) => void): () => void;
  hear(news: JobNews, jobIds: readonly string[]): void;
  wake(): void;
  /** Resolves when what was heard is told. */
  settled(): Promise<void>;
}

export function makeNews({ db, log }: NewsDesk): News {
  const watchers = new Set<(job: Job) => void>();
  const wakers = new Set<() => void>();
  const cancellers = new Set<(ids: readonly string[]) => void>();
  const mourners = new Set<(jobId: string) => void>();
  const waiting = new Map<string, Set<() => void>>();
  /** Changed and not yet read; of one that changes twice in between, the later state is told. */
  let unread = new Set<string>();
  let reading: Promise<void> | undefined;

  const wake = () => {
    for (const waker of wakers) waker();
  };

  async function readAll() {
    while (unread.size > 0) {
      const ids = [...unread];
      unread = new Set();
      try {
        for (const row of await listJobsById(db, ids)) tell(toJob(row));
      } catch (error) {
        log.warn({ jobs: ids.length, error: String(error) }, 'news about jobs could not be read');
      }
    }
  }

  function tell(job: Job) {
    // Parts are in nobody's list.
    if (job.parentId === null) for (const watcher of watchers) watcher(job);
    if (isFinal(job.status)) for (const listener of waiting.get(job.id) ?? []) listener();
  }

  return {
    wake,
    subscribe: (listener) => added(watchers, listener),
    onWake: (listener) => added(wakers, listener),
    onCancel: (listener) => added(cancellers, listener),
    onLost: (listener) => added(mourners, listener),
    onEnd(jobId, listener) {
      const listeners = waiting.get(jobId) ?? new Set();
      waiting.set(jobId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) waiting.delete(jobId);
      };
    },
    hear(news, ids) {
      if (news === 'queued') wake();
      if (news === 'cancel') for (const canceller of cancellers) canceller(ids);
      if (news === 'lost') for (const id of ids) for (const mourner of mourners) mourner(id);
      for (const id of ids) if (watchers.size > 0 || waiting.has(id)) unread.add(id);
      if (unread.size === 0 || reading !== undefined) return;
      reading = readAll().finally(() => {
        reading = undefined;
      });
    },
    settled: async () => reading,
  };
}

function added<T>(set: Set<T>, one: T): () => void {
  set.add(one);
  return () => set.delete(one);
}
