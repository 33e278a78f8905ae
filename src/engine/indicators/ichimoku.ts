/** Ichimoku's five lines, all from the past. */
import { difference } from './change.js';
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { rollingMax, rollingMin } from './rolling.js';

const delay = (values: Float64Array, count: number) =>
  values.map((_, i) => (i < count ? Number.NaN : values[i - count]!));

export const ichimoku = defineIndicator({
  name: 'ichimoku',
  category: 'trend',
  subcategory: 'lines',
  params: { tenkan: bars(9), kijun: bars(26), senkou: bars(52), shift_ahead: { type: 'bool', default: false } },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'Midpoints of the windows. With shift_ahead the spans are those that stand over this bar, computed kijun bars ago. Chikou is C_t - C_(t-kijun): the chart draws a future close there.',
  outputs: () => ['ichimoku_tenkan', 'ichimoku_kijun', 'ichimoku_span_a', 'ichimoku_span_b', 'ichimoku_chikou'],
  lookback: (p) => Math.max(Math.max(p.tenkan, p.kijun, p.senkou) - 1 + (p.shift_ahead ? p.kijun : 0), p.kijun),
  compute({ bars: { high, low, close } }, p) {
    const middle = (window: number) => {
      const lowest = rollingMin(low, window);
      return rollingMax(high, window).map((highest, i) => (highest + lowest[i]!) / 2);
    };
    const tenkan = middle(p.tenkan);
    const kijun = middle(p.kijun);
    const spanA = tenkan.map((value, i) => (value + kijun[i]!) / 2);
    const spanB = middle(p.senkou);
    const shift = p.shift_ahead ? p.kijun : 0;
    return [tenkan, kijun, delay(spanA, shift), delay(spanB, shift), difference(close, p.kijun)];
  },
});
