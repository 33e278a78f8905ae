/** Every kind of job, in one list; a server and a worker know the same. */
import type { JobType } from '#jobs/job-type.js';
import type { MarketDesk } from '#services/market/desk.js';
import { strategyJobs } from '#services/strategy/recipes.js';
import type { House } from './house.js';
import { strategyDesk } from './sigma.js';
import { researchDesk, researchJobs } from './stage1.js';
import { marketJobs } from './umiki.js';

export const makeJobTypes = (house: House, market: MarketDesk): JobType[] => [
  ...marketJobs(market),
  ...researchJobs(researchDesk(house)),
  ...strategyJobs(strategyDesk(house)),
];
