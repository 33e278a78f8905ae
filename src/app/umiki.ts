/** Umiki's desk and job types, out of the house, and what a killed process left in the zones cleared away. */
import { join } from 'node:path';
import { createRowReader } from '#data/zones/row-reader.js';
import type { JobType } from '#jobs/job-type.js';
import { createRemembered } from '#services/market/day-cache.js';
import type { MarketDesk } from '#services/market/desk.js';
import { pipelineJob } from '#services/market/pipeline.job.js';
import { reconcile } from '#services/market/registry.service.js';
import { sweepZones } from '#services/market/sweep.js';
import type { House } from './house.js';
import { version } from './version.js';

/** The vendor's historical service. */
const PROVIDER_URL = 'https://hist.databento.com';

/** One a process: what it read of a day is kept for the next question. Close its reader when the doors are shut. */
export function openMarket(house: House): MarketDesk {
  const { config } = house;
  return {
    ...house,
    root: house.paths.root,
    inboxDirs: config.inboxDirs,
    specDir: config.specDir,
    uploadDir: join(house.paths.uploads, 'umiki'),
    reader: createRowReader(),
    days: createRemembered(),
    baselines: createRemembered(),
    // Up to a megabyte each.
    heatmaps: createRemembered(16),
    codeVersion: version,
    provider: { key: config.databentoApiKey, url: PROVIDER_URL },
  };
}

export const marketJobs = (desk: MarketDesk): JobType[] => [pipelineJob(desk)];

/** At the start of the server, before a job runs: half files go, and the registry says what the disk holds. */
export async function settleMarket(desk: MarketDesk): Promise<void> {
  await sweepZones(desk);
  const told = await reconcile(desk);
  if (told.added + told.removed + told.changed > 0) desk.log.info({ ...told }, 'the zones were held against the disk');
}
