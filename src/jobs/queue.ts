/** The door to the jobs: send, look, cancel, retry, wait. Services get this; only the worker sees more. */
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from '#store/database.js';
import type { JobFilter } from '#store/job.store.js';
import type { Job } from './job.js';

export type { JobFilter };

export interface NewJob {
  readonly kind: string;
  readonly payload: JsonObject;
  readonly surface: string;
  /** Given when the id is also the resource's name (`bt_...`); else a UUID is made. */
  readonly id?: string;
  readonly ownerId?: string | null;
  readonly subject?: JsonObject;
  readonly total?: number;
  readonly priority?: number;
  /** What this one needs, where it differs from its type: `nothing` for a backtest that is not saved. */
  readonly needs?: 'measurements' | 'nothing';
  /** An unfinished job with this key is returned in place of a new one. */
  readonly dedupeKey?: string;
  /** The job that this one is a part of: it is in no list, and is cancelled with that job. */
  readonly parentId?: string;
  readonly message?: string;
}

export interface JobQueue {
  /** Writes the row in the caller's transaction; workers hear of it at the commit, or find it within 0.5 s. */
  send(db: Database, job: NewJob): Promise<Job>;
  /** Call after the transaction that sent has committed: the worker takes the job at once. */
  wake(): void;
  find(db: Database, id: string): Promise<Job | undefined>;
  /** All parts of a job, by id. */
  parts(db: Database, parentId: string): Promise<Job[]>;
  list(db: Database, filter: JobFilter, page: PageRequest): Promise<Page<Job>>;
  /** Queued: cancelled at once. Running: heard at the next step. Final: throws jobFinal. Unknown: throws jobMissing. */
  cancel(db: Database, id: string): Promise<Job>;
  /** Failed or cancelled jobs go back to the queue, without the parts that they had; others throw jobNotRetryable. */
  retry(db: Database, id: string): Promise<Job>;
  /** Resolves with the job when it is final, or as it stands after `timeoutMs`. */
  waitFor(id: string, timeoutMs: number, signal?: AbortSignal): Promise<Job>;
  /** Every change of every job in this process's database, as it becomes visible (of two close together, the later); returns the way to stop listening. */
  subscribe(listener: (job: Job) => void): () => void;
}
