/** Health on the wire. */
import { z } from 'zod';
import type { Health } from '#services/research/health.service.js';
import type { Stage1Settings } from './settings.js';
import { isoZ } from './times.js';

const Component = z.looseObject({ status: z.string() });

export const HealthWire = z.object({
  status: z.enum(['healthy', 'degraded']),
  timestamp: z.string(),
  /** Whole seconds. */
  uptime: z.int(),
  version: z.string(),
  components: z.object({ metadata: Component, timeseries: Component, workers: Component }),
});

export const toHealthWire = (
  { metadata, timeseries, runningJobs, queuedJobs }: Health,
  nowMs: number,
  { startedAtMs, version }: Pick<Stage1Settings, 'startedAtMs' | 'version'>,
): z.infer<typeof HealthWire> => ({
  status: metadata.ok && timeseries.ok ? 'healthy' : 'degraded',
  timestamp: isoZ(nowMs),
  uptime: Math.max(0, Math.floor((nowMs - startedAtMs) / 1000)),
  version,
  components: {
    metadata: { status: word(metadata.ok) },
    timeseries: { status: word(timeseries.ok), backend: timeseries.backend },
    workers: { status: word(runningJobs !== null), running: runningJobs, pending: queuedJobs },
  },
});

const word = (ok: boolean) => (ok ? 'healthy' : 'unavailable');
