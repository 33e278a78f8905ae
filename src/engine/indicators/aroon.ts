/** How long ago the window's high and low were. */
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';

/** 100 (n - bars since the extreme of the last n+1 bars) / n; of equal extremes the earlier one counts. */
function freshness(
  values: Float64Array,
  period: number,
  isBetter: (value: number, best: number) => boolean,
): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let i = period; i < values.length; i++) {
    let best = i - period;
    let isKnown = true;
    for (let j = i - period; j <= i; j++) {
      if (Number.isNaN(values[j]!)) isKnown = false;
      if (isBetter(values[j]!, values[best]!)) best = j;
    }
    out[i] = isKnown ? (100 * (period - (i - best))) / period : Number.NaN;
  }
  return out;
}

export const aroon = defineIndicator({
  name: 'aroon',
  category: 'trend',
  subcategory: 'age of extremes',
  params: { period: bars(25) },
  inputs: ['high', 'low'],
  requires: 'ohlcv',
  doc: '100 (n - bars since the high (low) of n+1 bars) / n, and up - down. Chande (1995).',
  outputs: (p) => [`aroon_up_${p.period}`, `aroon_down_${p.period}`, `aroon_osc_${p.period}`],
  lookback: (p) => p.period,
  compute(market, { period }) {
    const up = freshness(market.bars.high, period, (value, best) => value > best);
    const down = freshness(market.bars.low, period, (value, best) => value < best);
    return [up, down, up.map((value, i) => value - down[i]!)];
  },
});
