/** Which part of New York's day a moment falls into (umiki.md 4.9); early closes only where a spec names one. */
import { newYorkMinute } from '../../calendar/new-york-time.js';

export type Session = 'rth' | 'extended';

const OPEN = 9 * 60 + 30;
export const RTH_CLOSE_MINUTE = 16 * 60;
const PRE_MARKET = 4 * 60;
const POST_MARKET_END = 20 * 60;

/** rth = [09:30, close), extended = [04:00, 09:30) and [close, 20:00), undefined at night. `rthCloseMinute` counts from midnight. */
export function sessionOf(ms: number, rthCloseMinute: number = RTH_CLOSE_MINUTE): Session | undefined {
  const minute = newYorkMinute(ms);
  if (minute >= OPEN && minute < rthCloseMinute) return 'rth';
  return minute >= PRE_MARKET && minute < POST_MARKET_END ? 'extended' : undefined;
}
