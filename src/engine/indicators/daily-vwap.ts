/** Average price of a session before. */
import type { Bars } from '../frame/bars.js';
import { dailyOf, fromSessionBefore, whyDailyMissing } from './daily.js';
import { defineIndicator } from './indicator.js';
import { bars, underlying } from './params.js';
import { typicalPrice } from './true-range.js';

/** The daily bars' vwap; (H + L + C) / 3 where there is none. */
export function dailyVwapValues(daily: Bars): Float64Array {
  const fallback = typicalPrice(daily);
  return daily.vwap.map((value, i) => (Number.isNaN(value) ? fallback[i]! : value));
}

export const dailyVwap = defineIndicator({
  name: 'daily_vwap',
  category: 'daily',
  subcategory: 'average price',
  params: { underlying: underlying(), shift_days: bars(1) },
  inputs: ['daily vwap'],
  requires: 'daily',
  doc: 'VWAP of the session shift_days before (at least 1); a daily bar without vwap counts with (H + L + C) / 3.',
  outputs: () => ['vwap_d'],
  lookback: (p) => p.shift_days,
  lookbackSessions: (p) => p.shift_days,
  whyMissing: (market, p) => whyDailyMissing(market, p.underlying),
  compute(market, p) {
    const daily = dailyOf(market, p.underlying)!;
    return [fromSessionBefore(market.bars, daily, dailyVwapValues(daily), p.shift_days)];
  },
});
