/** Directional movement: +DI, -DI and their average index. */
import type { Bars } from '../frame/bars.js';
import { defineIndicator } from './indicator.js';
import { wilderAverage } from './moving-average.js';
import { bars } from './params.js';
import { averageTrueRange } from './true-range.js';

/** +DM is the rise of the high where it exceeds the fall of the low; -DM the other way round. The first row has none. */
function directionalMovement({ high, low }: Bars): { up: Float64Array; down: Float64Array } {
  const up = new Float64Array(high.length).fill(Number.NaN);
  const down = new Float64Array(high.length).fill(Number.NaN);
  for (let i = 1; i < high.length; i++) {
    const rise = high[i]! - high[i - 1]!;
    const fall = low[i - 1]! - low[i]!;
    const isKnown = !Number.isNaN(rise + fall);
    up[i] = isKnown ? (rise > fall && rise > 0 ? rise : 0) : Number.NaN;
    down[i] = isKnown ? (fall > rise && fall > 0 ? fall : 0) : Number.NaN;
  }
  return { up, down };
}

export const adx = defineIndicator({
  name: 'adx',
  aliases: ['DMI'],
  category: 'trend',
  subcategory: 'strength',
  params: { period: bars(14) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: "Wilder's DMI (1978): DI = 100 smoothed DM / ATR, DX = 100 |+DI - -DI| / (+DI + -DI) (0 when both are 0), ADX = Wilder average of DX.",
  outputs: (p) => [`plus_di_${p.period}`, `minus_di_${p.period}`, `adx_${p.period}`],
  lookback: (p) => 2 * p.period - 1,
  compute(market, { period }) {
    const range = averageTrueRange(market.bars, period);
    const { up, down } = directionalMovement(market.bars);
    const index = (movement: Float64Array) =>
      wilderAverage(movement, period).map((value, i) => (range[i] === 0 ? Number.NaN : (100 * value) / range[i]!));
    const plus = index(up);
    const minus = index(down);
    const strength = plus.map((value, i) => {
      const total = value + minus[i]!;
      return total === 0 ? 0 : (100 * Math.abs(value - minus[i]!)) / total;
    });
    return [plus, minus, wilderAverage(strength, period)];
  },
});
