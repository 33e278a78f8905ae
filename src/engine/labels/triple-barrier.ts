/** Which of three barriers is met first: a rise, a fall, or the end of patience. Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 3. */
import { assert } from '#base/assert.js';
import type { Bars } from '../frame/bars.js';
import { DOWN, FLAT, UP } from '../frame/matrix.js';

export interface Barriers {
  /** Distance of the upper barrier from the close, as a return, row by row; NaN gives the row no label. Infinity: no such barrier. */
  readonly upper: Float64Array;
  /** Distance of the lower one, as a positive number. */
  readonly lower: Float64Array;
  /** Bars until the label ends by itself. */
  readonly barsMax: number;
  /** 1 or -1 for a row that bets on that side (0 bets on none): where one bar meets both barriers, the bet's loss came first. */
  readonly side?: Int8Array | undefined;
  /** The label ends at the latest with its session. */
  readonly isIntraday?: boolean | undefined;
}

export interface BarrierLabels {
  /** UP or DOWN by the barrier met first, FLAT where time ran out, -1 without a label. */
  readonly y: Int8Array;
  /** Return from this close to the barrier (or to the open that jumped over it, or to the last close); NaN without a label. */
  readonly value: Float64Array;
  /** End of the bar in which it ended: from here on the label is known. NaN without a label. */
  readonly t1Ms: Float64Array;
  /** Rows that met both barriers within one bar, whose order nobody knows. A finer path has fewer. */
  readonly ambiguous: number;
}

/**
 * Labels every bar. With `path` (finer bars of the same instrument, such as minutes) barriers are met in the order of the
 * path. An open beyond a barrier meets it at the open. Met both within one bar: the loss of `side`, without a side the lower.
 * No label: a barrier or this close unknown, or the data end before the label does.
 */
export function tripleBarrier(bars: Bars, barriers: Barriers, path: Bars = bars): BarrierLabels {
  const { rows } = bars;
  const { barsMax, upper, lower, side } = barriers;
  assert(barsMax >= 1, 'a label ends after one bar at the earliest');
  assert(upper.length === rows && lower.length === rows, 'every bar has its barriers');
  const y = new Int8Array(rows).fill(-1);
  const value = new Float64Array(rows).fill(Number.NaN);
  const t1Ms = new Float64Array(rows).fill(Number.NaN);
  let ambiguous = 0;
  let first = 0;
  for (let row = 0; row < rows; row++) {
    const start = bars.close[row]!;
    const last = lastBar(bars, row, barriers);
    while (first < path.rows && path.tsStartMs[first]! < bars.tsEndMs[row]!) first++;
    if (!(upper[row]! > 0) || !(lower[row]! > 0) || !isPrice(start) || last === row) continue;
    const levels = { up: start * (1 + upper[row]!), down: start * (1 - lower[row]!), lossIsUp: side?.[row] === -1 };
    const touch = firstTouch(path, first, bars.tsEndMs[Math.min(last, rows - 1)]!, levels);
    if (touch !== undefined) {
      y[row] = touch.isUp ? UP : DOWN;
      value[row] = touch.price / start - 1;
      t1Ms[row] = touch.ms;
      if (touch.isAmbiguous) ambiguous++;
    } else if (last < rows && isPrice(bars.close[last]!)) {
      y[row] = FLAT;
      value[row] = bars.close[last]! / start - 1;
      t1Ms[row] = bars.tsEndMs[last]!;
    }
  }
  return { y, value, t1Ms, ambiguous };
}

/** Meta-labels: whether the bet on `side` gained (UP) or not (DOWN); -1 where there was no bet or no label. */
export const metaLabels = ({ y, value }: BarrierLabels, side: Int8Array): Int8Array =>
  y.map((code, row) => (code < 0 || side[row] === 0 ? -1 : side[row]! * value[row]! > 0 ? UP : DOWN));

/** The bar at which patience ends; beyond the data where they end before it, the row itself where its session does. */
function lastBar({ rows, session }: Bars, row: number, { barsMax, isIntraday = false }: Barriers): number {
  if (!isIntraday) return row + barsMax;
  let last = row;
  while (last < row + barsMax && last + 1 < rows && session[last + 1] === session[row]) last++;
  return last;
}

const isPrice = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;

interface Levels {
  readonly up: number;
  readonly down: number;
  readonly lossIsUp: boolean;
}

function firstTouch({ rows, open, high, low, tsEndMs }: Bars, from: number, untilMs: number, levels: Levels) {
  const { up, down, lossIsUp } = levels;
  for (let i = from; i < rows && tsEndMs[i]! <= untilMs; i++) {
    const ms = tsEndMs[i]!;
    if (open[i]! >= up && isPrice(open[i]!)) return { isUp: true, price: open[i]!, ms, isAmbiguous: false };
    if (open[i]! <= down && isPrice(open[i]!)) return { isUp: false, price: open[i]!, ms, isAmbiguous: false };
    const [isUp, isDown] = [high[i]! >= up, low[i]! <= down];
    if (isUp && isDown) return { isUp: lossIsUp, price: lossIsUp ? up : down, ms, isAmbiguous: true };
    if (isUp || isDown) return { isUp, price: isUp ? up : down, ms, isAmbiguous: false };
  }
  return undefined;
}
