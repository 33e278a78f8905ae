/** Members beyond sigma 9.2: asked for by name like all others, but not in the list that GET /indicators counts. */
import type { Indicator } from '../indicator.js';
import { indicators } from '../registry.js';
import { anchoredVwap } from './anchored-vwap.js';
import { choppiness } from './choppiness.js';
import { dema } from './dema.js';
import { fractionalDifference } from './fractional-difference.js';
import { heikinAshi } from './heikin-ashi.js';
import { hma } from './hma.js';
import { priceDeviation } from './price-deviation.js';
import { tema } from './tema.js';
import { trueRangeColumn } from './true-range-column.js';
import { vortex } from './vortex.js';
import { wma } from './wma.js';

export const extraIndicators: readonly Indicator[] = [
  wma,
  hma,
  dema,
  tema,
  choppiness,
  vortex,
  trueRangeColumn,
  heikinAshi,
  priceDeviation,
  anchoredVwap,
  fractionalDifference,
];

/** All that can be named. */
export const knownIndicators: readonly Indicator[] = [...indicators, ...extraIndicators];
