/** Whether the lab's parts answer, each really asked. */
import { checkHealth } from '#services/research/health.service.js';
import type { StrategyDesk } from './desk.js';

export interface LabProbes {
  readonly isDatabaseUp: boolean;
  readonly isMeasurementsUp: boolean;
  /** A job that nobody takes for long, while nothing runs, means that no worker is at work. */
  readonly areWorkersUp: boolean;
  readonly queueDepth: number;
}

/** By then a living worker would have taken a job that waits. */
const WAITING_MS_MAX = 60_000;

export async function probeLab(
  desk: Pick<StrategyDesk, 'db' | 'measurements' | 'queue' | 'clock'>,
): Promise<LabProbes> {
  const { metadata, timeseries, runningJobs, queuedJobs } = await checkHealth(desk);
  const isDatabaseUp = metadata.ok && queuedJobs !== null;
  const isIdle = (runningJobs ?? 0) === 0 && (queuedJobs ?? 0) > 0;
  return {
    isDatabaseUp,
    isMeasurementsUp: timeseries.ok,
    areWorkersUp: isDatabaseUp && !(isIdle && (await hasWaitedLong(desk))),
    queueDepth: queuedJobs ?? 0,
  };
}

async function hasWaitedLong(desk: Pick<StrategyDesk, 'db' | 'clock'>): Promise<boolean> {
  const row = await desk.db
    .selectFrom('job')
    .select(({ fn }) => fn.min('created_at').as('oldest'))
    .where('status', '=', 'queued')
    .executeTakeFirst();
  const oldest = row?.oldest?.getTime();
  return oldest !== undefined && desk.clock.nowMs() - oldest > WAITING_MS_MAX;
}
