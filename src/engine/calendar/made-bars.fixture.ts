/** Seeded bars for tests: a random walk on the exchange's own sessions. */
import type { Bars } from '../frame/bars.js';
import { noiseAt } from '../leakage/noise.js';
import { type BarInterval, INTERVAL_MINUTES } from './bar-interval.js';
import { barsFromColumns, type RawBars } from './bars-from-columns.js';
import { parseDay } from './civil-date.js';
import { addSessions, sessionCloseMs, sessionOpenMs } from './exchange-calendar.js';
import { newYorkMinute, newYorkTimeMs } from './new-york-time.js';

export interface MadeBars {
  readonly interval: BarInterval;
  readonly sessions: number;
  readonly seed?: number;
  /** First session, `YYYY-MM-DD`. */
  readonly from?: string;
}

/** Bars of `sessions` sessions; every price moves, no volume is zero. */
export function madeBars({ interval, sessions, seed = 7, from = '2022-01-03' }: MadeBars): Bars {
  const startsMs: number[] = [];
  for (let i = 0; i < sessions; i++) startsMs.push(...barStarts(addSessions(parseDay(from)!, i), interval));
  return barsFromColumns(madeColumns(startsMs, seed), { interval }).bars;
}

function barStarts(session: number, interval: BarInterval): number[] {
  const minutes = INTERVAL_MINUTES[interval];
  const openMs = sessionOpenMs(session);
  if (minutes === undefined) return [openMs];
  const starts = [openMs];
  const closes = sessionCloseMs(session);
  for (
    let minute = Math.floor(newYorkMinute(openMs) / minutes + 1) * minutes;
    newYorkTimeMs(session, minute) < closes;
    minute += minutes
  ) {
    starts.push(newYorkTimeMs(session, minute));
  }
  return starts;
}

function madeColumns(startsMs: readonly number[], seed: number): RawBars {
  const rows = startsMs.length;
  const column = () => new Float64Array(rows);
  const raw = {
    timestampUs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    vwap: column(),
  };
  let price = 100;
  for (let row = 0; row < rows; row++) {
    const [open, close] = [
      price * (1 + (noiseAt(seed, row, 1) - 0.5) / 100),
      price * (1 + (noiseAt(seed, row, 2) - 0.495) / 40),
    ];
    raw.timestampUs[row] = startsMs[row]! * 1000;
    raw.open[row] = open;
    raw.close[row] = close;
    raw.high[row] = Math.max(open, close) * (1 + noiseAt(seed, row, 3) / 200);
    raw.low[row] = Math.min(open, close) * (1 - noiseAt(seed, row, 4) / 200);
    raw.vwap[row] = (open + close) / 2;
    raw.volume[row] = 1000 + Math.floor(noiseAt(seed, row, 5) * 9000);
    price = close;
  }
  return raw;
}
