/** Moving average convergence and divergence. */
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, column, columnOf } from './params.js';

export const macd = defineIndicator({
  name: 'macd',
  category: 'oscillator',
  subcategory: 'average difference',
  params: { column: column(), fast: bars(12), slow: bars(26), signal: bars(9) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'EMA_fast - EMA_slow, its EMA, and their difference. Appel.',
  outputs: () => ['macd_line', 'macd_signal', 'macd_hist'],
  lookback: (p) => Math.max(p.fast, p.slow) - 1 + p.signal - 1,
  compute(market, p) {
    const values = columnOf(market.bars, p.column);
    const slow = exponentialAverage(values, p.slow);
    const line = exponentialAverage(values, p.fast).map((fast, i) => fast - slow[i]!);
    const signal = exponentialAverage(line, p.signal);
    return [line, signal, line.map((value, i) => value - signal[i]!)];
  },
});
