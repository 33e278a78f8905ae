/** What a price was known to be at a moment. */
import type { Bars } from '../frame/bars.js';
import { isCovered, isSession, sessionCloseMs, sessionOpenMs } from './exchange-calendar.js';
import { newYorkDay } from './new-york-time.js';

/** While the exchange is open an older price says nothing about now. */
const AGE_MAX_MS = 3_600_000;

/**
 * The latest price known at a moment (epoch milliseconds): the close of the bar that ended last, or the open of the one that runs.
 * NaN before the first bar, and while the exchange is open when that price is more than an hour old; after the close the
 * session's last price stands until the next session opens, if it is of that session.
 */
export function priceAt(bars: Bars, ms: number): number {
  const row = lastStarted(bars, ms);
  if (row < 0) return Number.NaN;
  const isOver = bars.tsEndMs[row]! <= ms;
  const [price, knownMs] = isOver ? [bars.close[row]!, bars.tsEndMs[row]!] : [bars.open[row]!, bars.tsStartMs[row]!];
  const judgedMs = lastOpenMoment(ms);
  return judgedMs - knownMs > AGE_MAX_MS ? Number.NaN : price;
}

/** The moment itself while the exchange is open, else its last close. */
function lastOpenMoment(ms: number): number {
  let day = newYorkDay(ms);
  if (isCovered(day) && isSession(day) && ms >= sessionOpenMs(day)) return Math.min(ms, sessionCloseMs(day));
  do day--;
  while (isCovered(day) && !isSession(day));
  return isCovered(day) ? sessionCloseMs(day) : ms;
}

function lastStarted({ tsStartMs, rows }: Bars, ms: number): number {
  let [low, high] = [0, rows];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tsStartMs[middle]! <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
