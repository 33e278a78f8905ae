/** Option snapshots seen from bars: the latest one known at a bar's end, and what it says about volatility at the money. */
import { sessionCloseMs, sessionOpenMs } from '../calendar/exchange-calendar.js';
import { newYorkTimeMs } from '../calendar/new-york-time.js';
import type { Bars } from '../frame/bars.js';
import { latestSnapshot, type OptionChain } from '../frame/option-chain.js';

/** Rows of one snapshot, as [from, to). */
export type Span = readonly [number, number];

/** For each bar a value of the latest snapshot known at its end; NaN before the first one. */
export function fromSnapshot(bars: Bars, chain: OptionChain, read: (span: Span, row: number) => number): Float64Array {
  return bars.close.map((_, row) => {
    const span = latestSnapshot(chain, bars.tsEndMs[row]!);
    return span === undefined ? Number.NaN : read(span, row);
  });
}

/** The last bar of each session and, for each bar, which session (by its place among them) is its own. */
export function sessionsOf({ rows, session }: Bars): { lastRows: Int32Array; placeOf: Int32Array } {
  const lasts: number[] = [];
  const placeOf = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    if (row > 0 && session[row] === session[row - 1]) lasts[lasts.length - 1] = row;
    else lasts.push(row);
    placeOf[row] = lasts.length - 1;
  }
  return { lastRows: Int32Array.from(lasts), placeOf };
}

export interface MoneyParams {
  /** How far from the spot, in price, a strike may be. */
  readonly strikeBand: number;
  readonly type?: 'call' | 'put' | undefined;
}

/** The band of those who have no parameter for it. */
export const STRIKE_BAND = 5;

/** Expiries after a moment, ascending, each once. */
export function expiriesAfter(chain: OptionChain, [from, to]: Span, ms: number): number[] {
  const found = new Set<number>();
  for (let row = from; row < to; row++) if (chain.expiryMs[row]! > ms) found.add(chain.expiryMs[row]!);
  return [...found].sort((a, b) => a - b);
}

/** Implied volatility at the strike nearest to the spot (the lower of two), mean of call and put; NaN where none is known in the band. */
export function moneyVolatility(
  chain: OptionChain,
  [from, to]: Span,
  { spot, expiryMs }: { readonly spot: number; readonly expiryMs: number | undefined },
  { strikeBand, type }: MoneyParams,
): number {
  let nearest = Number.NaN;
  let [sum, count] = [0, 0];
  for (let row = from; row < to; row++) {
    const [strike, iv] = [chain.strike[row]!, chain.iv[row]!];
    if (chain.expiryMs[row] !== expiryMs || !(iv > 0) || !(Math.abs(strike - spot) <= strikeBand)) continue;
    if (type !== undefined && (type === 'call') !== (chain.isCall[row] === 1)) continue;
    const closer = Math.abs(strike - spot) - Math.abs(nearest - spot);
    if (Number.isNaN(closer) || closer < 0 || (closer === 0 && strike < nearest)) {
      nearest = strike;
      [sum, count] = [0, 0];
    }
    if (strike === nearest) {
      sum += iv;
      count++;
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** At-the-money volatility of the nearest expiry for each bar, at its own close. */
export const moneyColumn = (bars: Bars, chain: OptionChain, params: MoneyParams): Float64Array =>
  fromSnapshot(bars, chain, (span, row) => {
    const expiryMs = expiriesAfter(chain, span, bars.tsEndMs[row]!)[0];
    return moneyVolatility(chain, span, { spot: bars.close[row]!, expiryMs }, params);
  });

/** A stretch of the day, in minutes after midnight in New York. */
export interface DayWindow {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** From `10:00-11:00`; undefined for anything else. */
export function parseDayWindow(text: string): DayWindow | undefined {
  const match = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (match === null) return undefined;
  const [fromMinute, toMinute] = [Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4])];
  return fromMinute < toMinute && toMinute <= 24 * 60 ? { fromMinute, toMinute } : undefined;
}

/** The last quotes of a session's window that are known at a moment. A window is over at its end, or when the session is. */
export function windowSnapshot(
  quotes: OptionChain,
  session: number,
  { fromMinute, toMinute }: DayWindow,
  knownMs: number,
): { span: Span; isOver: boolean } | undefined {
  const begins = Math.max(newYorkTimeMs(session, fromMinute), sessionOpenMs(session));
  const ends = Math.min(newYorkTimeMs(session, toMinute), sessionCloseMs(session));
  const span = latestSnapshot(quotes, Math.min(knownMs, ends));
  if (span === undefined || quotes.asOfMs[span[0]]! < begins) return undefined;
  return { span, isOver: knownMs >= ends };
}
