/** What the strategy services work with; each takes only its part of it. */
import type { Kysely } from 'kysely';
import type { Clock } from '#base/clock.js';
import type { Ids } from '#base/ids.js';
import type { Log } from '#base/log.js';
import type { Compute } from '#compute/port.js';
import type { ArtifactStore } from '#data/artifacts/port.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import type { JobQueue } from '#jobs/queue.js';
import type { Tables } from '#store/database.js';
import type { FitMemory } from './fit-memory.js';

export interface StrategyDesk {
  /** The pool itself, because services open transactions. */
  readonly db: Kysely<Tables>;
  readonly queue: JobQueue;
  readonly compute: Compute;
  readonly artifacts: ArtifactStore;
  readonly measurements: MeasurementStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Where names that callers see resolve to; an absolute directory that exists. */
  readonly workspaceDir: string;
  /** Stamped on every artifact, so that a later version knows whose numbers it verifies. */
  readonly codeVersion: string;
  /** `single`: models are shared unless said otherwise. `multi`: private. */
  readonly tenancy: 'single' | 'multi';
  /** Rate a year that option volatilities are solved with; 0 when left out. */
  readonly riskFree?: number;
  /** From twice as many configurations a sweep is cut into parts of about this size; 50 when left out. */
  readonly sweepPartConfigs?: number;
  /** What the jobs of this process have learned lately; recipes never get it. */
  readonly fits?: FitMemory;
}
