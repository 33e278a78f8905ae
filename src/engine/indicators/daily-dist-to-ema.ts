/** Distance of the daily close from its average as of the session before. */
import { dailyOf, fromSessionBefore, whyDailyMissing } from './daily.js';
import { distanceToAverage } from './dist-to-ema.js';
import { defineIndicator } from './indicator.js';
import { bars, choice, underlying } from './params.js';

export const dailyDistToEma = defineIndicator({
  name: 'daily_dist_to_ema',
  category: 'daily',
  subcategory: 'moving average',
  params: { underlying: underlying(), window: bars(20), normalize: choice('price', 'price', 'ema') },
  inputs: ['daily close'],
  requires: 'daily',
  doc: '(close - EMA) / |close| (or / |EMA|) of the daily bars up to the session before.',
  outputs: (p) => [`dist_ema${p.window}_d`],
  lookback: (p) => p.window,
  lookbackSessions: (p) => p.window,
  whyMissing: (market, p) => whyDailyMissing(market, p.underlying),
  compute(market, p) {
    const daily = dailyOf(market, p.underlying)!;
    return [fromSessionBefore(market.bars, daily, distanceToAverage(daily.close, p.window, p.normalize))];
  },
});
