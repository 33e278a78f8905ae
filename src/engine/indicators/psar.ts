/** Wilder's parabolic stop and reverse. */
import type { Bars } from '../frame/bars.js';
import { defineIndicator } from './indicator.js';
import { factor } from './params.js';

/**
 * SAR_(t+1) = SAR + AF (extreme - SAR), never inside the last two bars' range; touched, it reverses to the extreme.
 * The first trade is long where the second close is not below the first. A missing price starts the walk anew.
 */
function parabolicStop({ high, low, close }: Bars, { step, maxStep }: { step: number; maxStep: number }): Float64Array {
  const out = new Float64Array(close.length).fill(Number.NaN);
  let isLong = true;
  let stop = Number.NaN;
  let extreme = Number.NaN;
  let acceleration = step;
  for (let i = 1; i < close.length; i++) {
    if (Number.isNaN(high[i]! + low[i]! + close[i]! + high[i - 1]! + low[i - 1]! + close[i - 1]!)) {
      stop = Number.NaN;
      continue;
    }
    if (Number.isNaN(stop)) {
      isLong = close[i]! >= close[i - 1]!;
      stop = isLong ? low[i - 1]! : high[i - 1]!;
      extreme = isLong ? high[i - 1]! : low[i - 1]!;
      acceleration = step;
    } else {
      stop += acceleration * (extreme - stop);
    }
    const back = i >= 2 && !Number.isNaN(high[i - 2]! + low[i - 2]!) ? i - 2 : i - 1;
    stop = isLong ? Math.min(stop, low[i - 1]!, low[back]!) : Math.max(stop, high[i - 1]!, high[back]!);
    const isTouched = isLong ? low[i]! < stop : high[i]! > stop;
    if (isTouched) {
      // The stop of a new trade is the extreme of the old one.
      stop = extreme;
      isLong = !isLong;
      extreme = isLong ? high[i]! : low[i]!;
      acceleration = step;
    } else if (isLong ? high[i]! > extreme : low[i]! < extreme) {
      extreme = isLong ? high[i]! : low[i]!;
      acceleration = Math.min(acceleration + step, maxStep);
    }
    out[i] = stop;
  }
  return out;
}

export const psar = defineIndicator({
  name: 'psar',
  aliases: ['SAR'],
  category: 'trend',
  subcategory: 'stops',
  params: { step: factor(0.02, 0.0001, 1), max_step: factor(0.2, 0.0001, 1) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: "Wilder's parabolic SAR (1978), clamped to the last two bars.",
  outputs: () => ['psar'],
  lookback: () => 1,
  compute: (market, p) => [parabolicStop(market.bars, { step: p.step, maxStep: p.max_step })],
});
