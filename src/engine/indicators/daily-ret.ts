/** Return of the sessions before. */
import { relativeChange } from './change.js';
import { dailyOf, fromSessionBefore, whyDailyMissing } from './daily.js';
import { defineIndicator } from './indicator.js';
import { bars, underlying } from './params.js';

export const dailyRet = defineIndicator({
  name: 'daily_ret',
  category: 'daily',
  subcategory: 'change',
  params: { underlying: underlying(), window: bars(1) },
  inputs: ['daily close'],
  requires: 'daily',
  doc: 'Return of the n sessions that ended with the session before.',
  outputs: (p) => [`ret_${p.window}d_d`],
  lookback: (p) => p.window + 1,
  lookbackSessions: (p) => p.window + 1,
  whyMissing: (market, p) => whyDailyMissing(market, p.underlying),
  compute(market, p) {
    const daily = dailyOf(market, p.underlying)!;
    return [fromSessionBefore(market.bars, daily, relativeChange(daily.close, p.window))];
  },
});
