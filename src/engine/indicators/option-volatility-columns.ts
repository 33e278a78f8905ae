/** Columns of implied volatility, bar by bar: realised against it, skew, slope, its place in its own history, quotes by time of day. */
import { INTERVAL_MINUTES } from '../calendar/bar-interval.js';
import { DAY_MS } from '../calendar/civil-date.js';
import type { Bars } from '../frame/bars.js';
import { type OptionChain, sliceChain } from '../frame/option-chain.js';
import { sliceBars } from '../frame/slice-bars.js';
import { relativeChange } from './change.js';
import { fromSessionBefore, ownDaily } from './daily.js';
import type { MarketData } from './indicator.js';
import { optionsOf } from './option-data.js';
import {
  expiriesAfter,
  fromSnapshot,
  type MoneyParams,
  moneyColumn,
  moneyVolatility,
  parseDayWindow,
  type Span,
  STRIKE_BAND,
  sessionsOf,
  windowSnapshot,
} from './option-snapshots.js';
import { rollingDeviation } from './rolling.js';

const SESSIONS_A_YEAR = 252;
const MINUTES_A_SESSION = 390;

/** Deviation of returns x sqrt(bars a year): of these bars, or of daily ones up to the session before. */
export function realisedVolatility(market: MarketData, window: number, isDaily: boolean): Float64Array {
  if (isDaily) {
    const daily = ownDaily(market);
    if (daily === undefined) return new Float64Array(market.bars.rows).fill(Number.NaN);
    const deviation = rollingDeviation(relativeChange(daily.close), window, 1);
    return fromSessionBefore(market.bars, daily, deviation).map((value) => value * Math.sqrt(SESSIONS_A_YEAR));
  }
  const minutes = INTERVAL_MINUTES[market.interval];
  const weekly = market.interval === 'week' ? 52 : SESSIONS_A_YEAR;
  const barsAYear = minutes === undefined ? weekly : (SESSIONS_A_YEAR * MINUTES_A_SESSION) / minutes;
  return rollingDeviation(relativeChange(market.bars.close), window, 1).map((value) => value * Math.sqrt(barsAYear));
}

/** Contracts further than this from the delta that is looked for do not stand for it. */
const DELTA_REACH = 0.1;

/** IV of the 25-delta call - of the 25-delta put of the nearest expiry; NaN where no contract comes near. */
export const deltaSkew = (bars: Bars, chain: OptionChain): Float64Array =>
  fromSnapshot(bars, chain, (span, row) => {
    const [expiryMs] = expiriesAfter(chain, span, bars.tsEndMs[row]!);
    const nearest = (wanted: number) => {
      let [best, distance] = [Number.NaN, DELTA_REACH];
      for (let i = span[0]; i < span[1]; i++) {
        if (chain.expiryMs[i] !== expiryMs || !(chain.iv[i]! > 0) || (chain.isCall[i] === 1) !== wanted > 0) continue;
        const away = Math.abs(chain.delta[i]! - wanted);
        if (away < distance) [best, distance] = [chain.iv[i]!, away];
      }
      return best;
    };
    return nearest(0.25) - nearest(-0.25);
  });

/** At-the-money IV of the expiry nearest to `days` from now - that of the nearest expiry; NaN where there is one only. */
export const termSlope = (bars: Bars, chain: OptionChain, days: number, money: MoneyParams): Float64Array =>
  fromSnapshot(bars, chain, (span, row) => {
    const nowMs = bars.tsEndMs[row]!;
    const [near, ...later] = expiriesAfter(chain, span, nowMs);
    const away = (ms: number) => Math.abs(ms - nowMs - days * DAY_MS);
    const far = later.reduce<number | undefined>(
      (best, ms) => (best === undefined || away(ms) < away(best) ? ms : best),
      undefined,
    );
    const at = (expiryMs: number | undefined) =>
      moneyVolatility(chain, span, { spot: bars.close[row]!, expiryMs }, money);
    return far === undefined ? Number.NaN : at(far) - at(near);
  });

/** What `judge` says of the at-the-money IV now after those of the last `sessions - 1` sessions, one each at its last bar. */
export function placeInWindow(
  market: MarketData,
  sessions: number,
  observationsMin: number,
  judge: (observations: readonly number[]) => number,
): Float64Array {
  const { bars } = market;
  const now = moneyColumn(bars, optionsOf(market, 'chain'), { strikeBand: STRIKE_BAND });
  const { lastRows, placeOf } = sessionsOf(bars);
  return now.map((value, row) => {
    if (Number.isNaN(value)) return Number.NaN;
    const place = placeOf[row]!;
    const past = lastRows.subarray(Math.max(0, place - sessions + 1), place);
    const known = [...Array.from(past, (last) => now[last]!), value].filter((one) => !Number.isNaN(one));
    return known.length < observationsMin ? Number.NaN : judge(known);
  });
}

/** A column computed from the quotes of a window of each bar's own session, as far as they are known. */
export function windowColumn(
  market: MarketData,
  window: string,
  columnOf: (bars: Bars, quotes: OptionChain) => Float64Array,
): Float64Array {
  const quotes = optionsOf(market, 'quotes');
  const day = parseDayWindow(window);
  const column = new Float64Array(market.bars.rows).fill(Number.NaN);
  if (day === undefined) return column;
  for (let row = 0; row < market.bars.rows; row++) {
    const found = windowSnapshot(quotes, market.bars.session[row]!, day, market.bars.tsEndMs[row]!);
    if (found !== undefined)
      column[row] = columnOf(sliceBars(market.bars, row, row + 1), sliceChain(quotes, ...found.span))[0]!;
  }
  return column;
}

/** At-the-money IV of the quotes in a window of the session `shift` before each bar's own, at that session's close. */
export function closingVolatility(market: MarketData, window: string, strikeBand: number, shift: number): Float64Array {
  const { bars } = market;
  const quotes = optionsOf(market, 'quotes');
  const day = parseDayWindow(window);
  const { lastRows, placeOf } = sessionsOf(bars);
  const daily = Array.from(lastRows, (last) => {
    const found = day && windowSnapshot(quotes, bars.session[last]!, day, bars.tsEndMs[last]!);
    return found === undefined ? Number.NaN : moneyAt(quotes, found.span, bars.close[last]!, strikeBand);
  });
  return bars.close.map((_, row) => daily[placeOf[row]! - shift] ?? Number.NaN);
}

/** At-the-money IV at the open, against the session's first price, - that of the previous close; NaN until the window is over. */
export function openingChange(market: MarketData, opening: string, closing: string, strikeBand: number): Float64Array {
  const { bars } = market;
  const quotes = optionsOf(market, 'quotes');
  const day = parseDayWindow(opening);
  const { lastRows, placeOf } = sessionsOf(bars);
  return closingVolatility(market, closing, strikeBand, 1).map((before, row) => {
    const found = day && windowSnapshot(quotes, bars.session[row]!, day, bars.tsEndMs[row]!);
    if (found === undefined || !found.isOver) return Number.NaN;
    const first = placeOf[row] === 0 ? 0 : lastRows[placeOf[row]! - 1]! + 1;
    return moneyAt(quotes, found.span, bars.open[first]!, strikeBand) - before;
  });
}

/**
 * Mean IV of the strikes from `wing` to `band` away from the spot - IV at the money, from the last quotes of the window and the
 * close of the first bar that ends with it or after it; NaN until the window is over.
 */
export function wingLift(
  market: MarketData,
  window: string,
  { wing, band }: { wing: number; band: number },
): Float64Array {
  const { bars } = market;
  const quotes = optionsOf(market, 'quotes');
  const day = parseDayWindow(window);
  let known = Number.NaN;
  return bars.close.map((spot, row) => {
    if (row === 0 || bars.session[row] !== bars.session[row - 1]) known = Number.NaN;
    const found = day && windowSnapshot(quotes, bars.session[row]!, day, bars.tsEndMs[row]!);
    if (found === undefined || !found.isOver || !Number.isNaN(known)) return known;
    known = wingMean(quotes, found.span, spot, { wing, band }) - moneyAt(quotes, found.span, spot, band);
    return known;
  });
}

function wingMean(
  quotes: OptionChain,
  span: Span,
  spot: number,
  { wing, band }: { wing: number; band: number },
): number {
  const [expiryMs] = expiriesAfter(quotes, span, quotes.asOfMs[span[0]]!);
  let [sum, count] = [0, 0];
  for (let row = span[0]; row < span[1]; row++) {
    const away = Math.abs(quotes.strike[row]! - spot);
    if (quotes.expiryMs[row] !== expiryMs || !(quotes.iv[row]! > 0) || !(away >= wing && away <= band)) continue;
    sum += quotes.iv[row]!;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

const moneyAt = (quotes: OptionChain, span: Span, spot: number, strikeBand: number): number =>
  moneyVolatility(
    quotes,
    span,
    { spot, expiryMs: expiriesAfter(quotes, span, quotes.asOfMs[span[0]]!)[0] },
    { strikeBand },
  );
