/**
 * Every migration, in order. Numbered, forward only; what has been released is never edited, a change is a new number.
 * A list and not a directory scan, so that the build needs no directory and nothing runs by merely lying there.
 */
import type { Migration } from 'kysely';
import * as jobs from './0001-jobs.js';
import * as artifacts from './0002-artifacts.js';
import * as strategy from './0005-strategy.js';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-jobs': jobs,
  '0002-artifacts': artifacts,
  '0005-strategy': strategy,
};
