/** RSI, shown in the last hour of the session only. */
import { isIntradayInterval } from '../calendar/bar-interval.js';
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { relativeStrength } from './rsi.js';

const LAST_HOUR = 15;
const HOURS_A_SESSION = 7;

export const rsiLastHour = defineIndicator({
  name: 'rsi_last_hour',
  category: 'session',
  subcategory: 'oscillator',
  params: { period: bars(7) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'RSI over all bars, given on rows with hour_et = 15 and null elsewhere.',
  isSparse: true,
  outputs: (p) => [`rsi_last_hour_${p.period}`],
  lookback: (p) => p.period,
  lookbackSessions: (p) => 1 + Math.ceil(p.period / HOURS_A_SESSION),
  whyMissing: ({ interval }) =>
    isIntradayInterval(interval) ? undefined : `needs intraday bars, these are ${interval} bars`,
  compute({ bars: market }, p) {
    const strength = relativeStrength(market.close, p.period);
    return [strength.map((value, i) => (market.hourEt[i] === LAST_HOUR ? value : Number.NaN))];
  },
});
