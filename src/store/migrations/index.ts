/**
 * Every migration, in order. Numbered, forward only; what has been released is never edited, a change is a new number.
 * A list and not a directory scan, so that the build needs no directory and nothing runs by merely lying there.
 */
import type { Migration } from 'kysely';
import * as jobs from './0001-jobs.js';
import * as artifacts from './0002-artifacts.js';
import * as identity from './0003-identity.js';
import * as research from './0004-research.js';
import * as strategy from './0005-strategy.js';
import * as market from './0006-market.js';
import * as workers from './0007-workers.js';
import * as jobParts from './0008-job-parts.js';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-jobs': jobs,
  '0002-artifacts': artifacts,
  '0003-identity': identity,
  '0004-research': research,
  '0005-strategy': strategy,
  '0006-market': market,
  '0007-workers': workers,
  '0008-job-parts': jobParts,
};
