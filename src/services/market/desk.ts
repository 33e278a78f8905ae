/** What the market services work with; each takes only its part of it. */
import type { Kysely } from 'kysely';
import type { Clock } from '#base/clock.js';
import type { Ids } from '#base/ids.js';
import type { Log } from '#base/log.js';
import type { Compute } from '#compute/port.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import type { RowReader } from '#data/zones/row-reader.js';
import type { Baseline } from '#engine/book/day/baseline.js';
import type { Heatmap } from '#engine/book/day/heatmap.js';
import type { JobQueue } from '#jobs/queue.js';
import type { Tables } from '#store/database.js';
import type { DayCache, Remembered } from './day-cache.js';

/** With the rows of the range it was drawn from. */
export type DrawnHeatmap = Heatmap & { readonly totalInRange: number };

export interface MarketDesk {
  /** The pool itself, because services open transactions. */
  readonly db: Kysely<Tables>;
  readonly queue: JobQueue;
  readonly compute: Compute;
  readonly measurements: MeasurementStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The data root: paths of zone files are told from here. */
  readonly root: string;
  /** Absolute; whoever names a source may reach these and nothing else. */
  readonly inboxDirs: readonly string[];
  readonly specDir: string;
  /** Where uploads wait; in the file system of the root. */
  readonly uploadDir: string;
  /** Reads a few rows at once; the pipeline opens its own in the workers. */
  readonly reader: RowReader;
  readonly days: DayCache;
  readonly baselines: Remembered<Baseline>;
  readonly heatmaps: Remembered<DrawnHeatmap>;
  /** Stamped on every file. */
  readonly codeVersion: string;
  readonly provider: { readonly key: string | null; readonly url: string };
}
