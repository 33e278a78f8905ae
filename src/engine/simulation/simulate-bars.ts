/** Price bars on the exchange's own sessions, with a signal of known strength in them, or none. */
import { assert } from '#base/assert.js';
import type { Rng } from '#base/rng.js';
import { type BarInterval, INTERVAL_MINUTES } from '../calendar/bar-interval.js';
import { barsFromColumns } from '../calendar/bars-from-columns.js';
import { addSessions, closeMinute, sessionOpenMs } from '../calendar/exchange-calendar.js';
import { newYorkMinute, newYorkTimeMs } from '../calendar/new-york-time.js';
import type { Bars } from '../frame/bars.js';
import { exp } from '../math/exp.js';
import { drawNormal } from '../random/draws.js';

/**
 * Where the signal can be seen: nowhere, in the bar's own return (the next return follows it; below zero it reverts), or in its
 * volume (high volume foretells a rise).
 */
export type SignalKind = 'none' | 'return' | 'volume';

export interface SimulatedBarsParams {
  readonly interval: Exclude<BarInterval, 'week'>;
  /** Day number of the first session (or the last session before it). */
  readonly from: number;
  readonly sessions: number;
  readonly signal: SignalKind;
  /** Correlation of the signal at t with the return from t to t + 1, between -1 and 1; 0 with the signal `none`. */
  readonly strength: number;
  /** Deviation of one bar's log return; default 0.01. */
  readonly volPerBar?: number;
  readonly firstPrice?: number;
}

export interface SimulatedBars {
  readonly bars: Bars;
  /** What a test compares with; it is not to be learnt from. */
  readonly truth: {
    readonly signal: SignalKind;
    readonly strength: number;
    /** The standard normal signal as known at the end of each bar; zeros without one. */
    readonly score: Float64Array;
    /** Expected log return of the next bar, given the score. */
    readonly expectedNext: Float64Array;
  };
}

const VOLUME_MEAN = 100_000;
/** One deviation of the score is about two thirds more or less volume. */
const VOLUME_SPREAD = 0.5;
/** Distance of the extremes from the body, in deviations of a bar. */
const WICK = 0.3;

/**
 * Log returns r(t+1) = vol (strength score(t) + sqrt(1 - strength^2) e(t+1)) with normal e: every return has the deviation `vol`, and
 * without a signal prices are a random walk. The open is the previous close, so nothing is won overnight that a bar does not show.
 */
export function simulateBars(params: SimulatedBarsParams, rng: Rng): SimulatedBars {
  const { interval, signal, strength, volPerBar = 0.01, firstPrice = 100 } = params;
  assert(Math.abs(strength) <= 1, 'a correlation lies between -1 and 1');
  assert((signal === 'none') === (strength === 0), 'a signal has a strength, and no signal has none');
  const startsMs = barStarts(params);
  const rows = startsMs.length;
  const [shocks, wicks, volumes] = [rng.fork('shock'), rng.fork('wick'), rng.fork('volume')];
  const column = () => new Float64Array(rows);
  const [open, high, low, close, volume, vwap] = [column(), column(), column(), column(), column(), column()];
  const [score, expectedNext] = [column(), column()];
  const rest = Math.sqrt(1 - strength * strength);
  let price = firstPrice;
  for (let t = 0; t < rows; t++) {
    const carried = t === 0 ? 0 : strength * score[t - 1]!;
    const move = carried + (t === 0 ? 1 : rest) * drawNormal(shocks);
    const excitement = drawNormal(volumes);
    open[t] = price;
    price *= exp(volPerBar * move);
    close[t] = price;
    high[t] = Math.max(open[t]!, price) * exp(volPerBar * WICK * Math.abs(drawNormal(wicks)));
    low[t] = Math.min(open[t]!, price) * exp(-volPerBar * WICK * Math.abs(drawNormal(wicks)));
    vwap[t] = (open[t]! + price) / 2;
    volume[t] = Math.round(VOLUME_MEAN * exp(VOLUME_SPREAD * excitement));
    score[t] = signal === 'return' ? move : signal === 'volume' ? excitement : 0;
    expectedNext[t] = volPerBar * strength * score[t]!;
  }
  const timestampUs = Float64Array.from(startsMs, (ms) => ms * 1000);
  const { bars } = barsFromColumns({ timestampUs, open, high, low, close, volume, vwap }, { interval });
  assert(bars.rows === rows, 'every simulated bar belongs to a session');
  return { bars, truth: { signal, strength, score, expectedNext } };
}

/** Starts of all bars: the bell, then the full minutes of the interval up to the close. */
function barStarts({ interval, from, sessions }: SimulatedBarsParams): number[] {
  const minutes = INTERVAL_MINUTES[interval];
  const starts: number[] = [];
  for (let i = 0; i < sessions; i++) {
    const session = addSessions(from, i);
    const openMs = sessionOpenMs(session);
    starts.push(openMs);
    if (minutes === undefined) continue;
    const first = Math.floor(newYorkMinute(openMs) / minutes + 1) * minutes;
    for (let minute = first; minute < closeMinute(session); minute += minutes)
      starts.push(newYorkTimeMs(session, minute));
  }
  return starts;
}
