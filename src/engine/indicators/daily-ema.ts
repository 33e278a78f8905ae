/** Exponential average of daily closes as of the session before. */
import { dailyOf, fromSessionBefore, whyDailyMissing } from './daily.js';
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, underlying } from './params.js';

export const dailyEma = defineIndicator({
  name: 'daily_ema',
  category: 'daily',
  subcategory: 'moving average',
  params: { underlying: underlying(), window: bars(20) },
  inputs: ['daily close'],
  requires: 'daily',
  doc: 'EMA of the daily closes up to the session before.',
  outputs: (p) => [`ema_${p.window}_d`],
  lookback: (p) => p.window,
  lookbackSessions: (p) => p.window,
  whyMissing: (market, p) => whyDailyMissing(market, p.underlying),
  compute(market, p) {
    const daily = dailyOf(market, p.underlying)!;
    return [fromSessionBefore(market.bars, daily, exponentialAverage(daily.close, p.window))];
  },
});
