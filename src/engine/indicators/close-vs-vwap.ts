/** Close against an average price. */
import { dailyOf, fromSessionBefore, whyDailyMissing } from './daily.js';
import { dailyVwapValues } from './daily-vwap.js';
import { defineIndicator } from './indicator.js';
import { sessionVwap } from './intraday-vwap.js';
import { choice, SELF } from './params.js';

export const closeVsVwap = defineIndicator({
  name: 'close_vs_vwap',
  category: 'volume',
  subcategory: 'average price',
  params: { kind: choice('intraday', 'intraday', 'daily') },
  inputs: ['vwap', 'high', 'low', 'close', 'volume'],
  requires: 'ohlcv',
  doc: '(C - VWAP) / VWAP, of this session so far or (kind=daily) of the session before.',
  outputs: () => ['close_vs_vwap'],
  lookback: () => 0,
  lookbackSessions: (p) => (p.kind === 'daily' ? 1 : 0),
  whyMissing: (market, p) => (p.kind === 'daily' ? whyDailyMissing(market, SELF) : undefined),
  compute(market, p) {
    const { bars } = market;
    const daily = dailyOf(market, SELF);
    const average =
      p.kind === 'daily' && daily !== undefined
        ? fromSessionBefore(bars, daily, dailyVwapValues(daily))
        : sessionVwap(bars, bars.vwap, bars.volume);
    return [bars.close.map((close, i) => (close - average[i]!) / average[i]!)];
  },
});
