/** How much is done at once. */
import { availableParallelism } from 'node:os';
import { setting } from '../setting.js';
import { whole } from '../setting-kinds.js';

export const workSettings = {
  workers: setting({
    name: 'ALMANAC_WORKERS',
    group: 'work',
    kind: whole(0, 256),
    fallback: availableParallelism(),
    fallbackSays: 'number of cores',
    doc: 'Compute threads; with 0 this process serves only and keeps what only it can do.',
  }),
  jobs: setting({
    name: 'ALMANAC_JOBS',
    group: 'work',
    kind: whole(1, 64),
    fallback: 2,
    aliases: ['STAGE1_WORKERS', 'JOBS_CONCURRENCY'],
    stage1Keys: ['workers'],
    doc: 'Jobs that run at once in this process.',
  }),
};
