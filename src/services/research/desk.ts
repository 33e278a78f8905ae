/** What the research services work with; each takes only its part of it. */
import type { Kysely } from 'kysely';
import type { Clock } from '#base/clock.js';
import type { Ids } from '#base/ids.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import type { JobQueue } from '#jobs/queue.js';
import type { Tables } from '#store/database.js';

export interface ResearchDesk {
  /** The pool itself, because services open transactions. */
  readonly db: Kysely<Tables>;
  readonly measurements: MeasurementStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Where uploads wait for their job; made when absent. */
  readonly uploadDir: string;
}
