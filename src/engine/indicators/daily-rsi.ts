/** RSI of daily bars as of the session before. */
import { dailyOf, fromSessionBefore, whyDailyMissing } from './daily.js';
import { defineIndicator } from './indicator.js';
import { bars, column, columnOf, underlying } from './params.js';
import { relativeStrength } from './rsi.js';

export const dailyRsi = defineIndicator({
  name: 'daily_rsi',
  category: 'daily',
  subcategory: 'oscillator',
  params: { underlying: underlying(), period: bars(14), column: column() },
  inputs: ['daily close'],
  requires: 'daily',
  doc: "Wilder's RSI of the daily bars up to the session before.",
  outputs: (p) => [`rsi_${p.period}_d`],
  lookback: (p) => p.period + 1,
  lookbackSessions: (p) => p.period + 1,
  whyMissing: (market, p) => whyDailyMissing(market, p.underlying),
  compute(market, p) {
    const daily = dailyOf(market, p.underlying)!;
    return [fromSessionBefore(market.bars, daily, relativeStrength(columnOf(daily, p.column), p.period))];
  },
});
