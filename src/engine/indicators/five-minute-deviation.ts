/** Deviation of five-minute price changes of the session before: another yardstick for gaps and opening ranges. */
import { aggregateBars } from '../calendar/aggregate-bars.js';
import { INTERVAL_MINUTES } from '../calendar/bar-interval.js';
import { sessionIndex } from '../calendar/exchange-calendar.js';
import type { MarketData } from './indicator.js';

export const whyFiveMinuteMissing = ({ interval }: MarketData): string | undefined =>
  (INTERVAL_MINUTES[interval] ?? Infinity) <= 5
    ? undefined
    : `norm=stddev5m needs bars of 5 minutes or less, these are ${interval} bars`;

/** For each bar: sample deviation of the five-minute close changes within the session before its own; NaN where that has none. */
export function fiveMinuteDeviation({ bars, interval }: MarketData): Float64Array {
  const fine = aggregateBars(bars, interval, '5m');
  const changes = new Map<number, number[]>();
  for (let i = 1; i < fine.rows; i++) {
    const session = fine.session[i]!;
    if (session !== fine.session[i - 1]) continue;
    const known = changes.get(session) ?? [];
    known.push(fine.close[i]! - fine.close[i - 1]!);
    changes.set(session, known);
  }
  const byPosition = new Map([...changes].map(([session, values]) => [sessionIndex(session), sampleDeviation(values)]));
  return Float64Array.from(bars.session, (session) => byPosition.get(sessionIndex(session) - 1) ?? Number.NaN);
}

function sampleDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
