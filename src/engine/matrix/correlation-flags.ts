/** Features that know the answer suspiciously well. A flag only warns: the mutate-the-future check is what refuses. */
import { difference } from '../indicators/change.js';
import { findNumbers, type Table } from './table.js';

export interface LeakageFlag {
  readonly column: string;
  /** Correlation with the horizon return; null when the flag rests on another proof. */
  readonly corr: number | null;
  readonly reason: string;
}

/** Bounds of sigma 10.7: they pass pure random walks of 300 rows, which fixed bounds do not. */
const CORR_MAX = 0.5;
const CORR_JUMP_MIN = 0.2;
const JUMP_FACTOR = 3;
const JUMP_ROWS_MIN = 100;
/** Standard errors that chance may reach. */
const ERRORS = 4;

/** Prices and running totals wander together with everything else that wanders: their changes are looked at. */
const LEVELS =
  /^(spy_prev_close|open|high|low|close|volume|vwap|vwap_intraday|vwap_d|obv|psar|supertrend|sma_\d+|ema_\d+(_d)?|kama_.*|(bb|keltner)_(mid|upper|lower)_\d+|donchian_.*|ichimoku_(tenkan|kijun|span_a|span_b)|(oi|gamma|gamma_density)_peak_strike)(_(open|high|low|volume|vwap))?$/;

export function correlationFlags(
  table: Table,
  options: { featureColumns: readonly string[]; horizonBars?: number | undefined },
): LeakageFlag[] {
  const outcome = findNumbers(table, 'ret_fwd') ?? findNumbers(table, 'ret_next_hour');
  if (outcome === undefined) return [];
  const rowsEffective = table.rows / (options.horizonBars ?? 1);
  return options.featureColumns.flatMap((column) => {
    const values = findNumbers(table, column);
    return values === undefined
      ? []
      : flagOf(column, LEVELS.test(column) ? difference(values) : values, outcome, rowsEffective);
  });
}

function flagOf(column: string, feature: Float64Array, outcome: Float64Array, rowsEffective: number): LeakageFlag[] {
  const chance = ERRORS / Math.sqrt(rowsEffective);
  const corr = correlation(feature, outcome, 0);
  const size = Math.abs(corr);
  if (size > Math.max(CORR_MAX, chance)) {
    return [
      { column, corr, reason: `correlation with the horizon return above ${Math.max(CORR_MAX, chance).toFixed(2)}` },
    ];
  }
  const before = Math.abs(correlation(feature, outcome, 1));
  const isJump =
    rowsEffective >= JUMP_ROWS_MIN && size > JUMP_FACTOR * before && size > Math.max(CORR_JUMP_MIN, chance);
  return isJump
    ? [{ column, corr, reason: 'correlation with the horizon return far above that of the row before' }]
    : [];
}

/** Pearson correlation of feature_(t - lag) with outcome_t where both are known; 0 where one does not vary. */
function correlation(feature: Float64Array, outcome: Float64Array, lag: number): number {
  let [count, sumX, sumY] = [0, 0, 0];
  const isKnown = (row: number) => !Number.isNaN(feature[row - lag]!) && !Number.isNaN(outcome[row]!);
  for (let row = lag; row < outcome.length; row++) {
    if (!isKnown(row)) continue;
    count++;
    sumX += feature[row - lag]!;
    sumY += outcome[row]!;
  }
  const [meanX, meanY] = [sumX / count, sumY / count];
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = lag; row < outcome.length; row++) {
    if (!isKnown(row)) continue;
    const [x, y] = [feature[row - lag]! - meanX, outcome[row]! - meanY];
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}
