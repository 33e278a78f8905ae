/** Kaufman's adaptive moving average. */
import { defineIndicator } from './indicator.js';
import { bars, column, columnOf, named } from './params.js';

/**
 * KAMA_t = KAMA_(t-1) + c^2 (P - KAMA_(t-1)), c = ER (2/(fast+1) - 2/(slow+1)) + 2/(slow+1), ER = |P_t - P_(t-n)| / sum |dP|.
 * Kaufman, Trading Systems and Methods. Seeded with the price before the first full window; ER is 0 where nothing moved.
 */
function adaptiveAverage(
  values: Float64Array,
  { erPeriod, fast, slow }: { erPeriod: number; fast: number; slow: number },
): Float64Array {
  const fastest = 2 / (fast + 1);
  const slowest = 2 / (slow + 1);
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let i = erPeriod; i < values.length; i++) {
    let path = 0;
    for (let j = i - erPeriod + 1; j <= i; j++) path += Math.abs(values[j]! - values[j - 1]!);
    const efficiency = path === 0 ? 0 : Math.abs(values[i]! - values[i - erPeriod]!) / path;
    const constant = (efficiency * (fastest - slowest) + slowest) ** 2;
    const before = Number.isNaN(out[i - 1]!) ? values[i - 1]! : out[i - 1]!;
    out[i] = before + constant * (values[i]! - before);
  }
  return out;
}

export const kama = defineIndicator({
  name: 'kama',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), er_period: bars(10), fast: bars(2), slow: bars(30) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: "Kaufman's adaptive average; the efficiency ratio is 0 when the window is flat.",
  outputs: (p) => [named(`kama_${p.er_period}_${p.fast}_${p.slow}`, p.column)],
  lookback: (p) => p.er_period,
  compute: (market, p) => [
    adaptiveAverage(columnOf(market.bars, p.column), { erPeriod: p.er_period, fast: p.fast, slow: p.slow }),
  ],
});
