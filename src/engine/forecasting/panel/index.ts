/** All regressions over many series, once. */
import type { FittedRidge } from '../../models/ridge.js';
import type { FittedTrees } from '../lags/boosted-trees.js';
import { type GlobalForecaster, globalBoosted, globalRidge } from './global-regression.js';

/** Each reads back only what it wrote itself; `kind` says which that is. */
export const GLOBAL_FORECASTERS = [globalBoosted, globalRidge] as readonly GlobalForecaster<
  FittedTrees | FittedRidge
>[];
