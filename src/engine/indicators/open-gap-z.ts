/** The opening gap in units of what the days before used to move. */
import { dailyOf, fromSessionBefore, whyDailyMissing } from './daily.js';
import { fiveMinuteDeviation, whyFiveMinuteMissing } from './five-minute-deviation.js';
import { defineIndicator, type MarketData } from './indicator.js';
import { bars, choice, underlying } from './params.js';
import { averageTrueRange } from './true-range.js';

/** ATR of the days before the bar's own, or the deviation of the five-minute changes of the session before. */
export function openingYardstick(
  market: MarketData,
  ticker: string,
  { norm, atrPeriod }: { norm: string; atrPeriod: number },
): Float64Array {
  if (norm === 'stddev5m') return fiveMinuteDeviation(market);
  const daily = dailyOf(market, ticker)!;
  return fromSessionBefore(market.bars, daily, averageTrueRange(daily, atrPeriod));
}

export const openGapZ = defineIndicator({
  name: 'open_gap_z',
  category: 'session',
  subcategory: 'opening',
  params: { ticker: underlying(), atr_period: bars(14), norm: choice('atr', 'atr', 'stddev5m') },
  inputs: ['open', 'daily close'],
  requires: 'daily',
  doc: "(the session's open - previous close) / ATR of the days before. The original's ATR held the day itself.",
  outputs: () => ['open_gap_z'],
  lookback: (p) => p.atr_period + 1,
  lookbackSessions: (p) => (p.norm === 'atr' ? p.atr_period + 1 : 1),
  whyMissing: (market, p) =>
    whyDailyMissing(market, p.ticker) ?? (p.norm === 'stddev5m' ? whyFiveMinuteMissing(market) : undefined),
  compute(market, p) {
    const daily = dailyOf(market, p.ticker)!;
    const yardstick = openingYardstick(market, p.ticker, { norm: p.norm, atrPeriod: p.atr_period });
    const previousClose = fromSessionBefore(market.bars, daily, daily.close);
    let open = Number.NaN;
    return [
      market.bars.open.map((value, i) => {
        if (i === 0 || market.bars.session[i] !== market.bars.session[i - 1]) open = value;
        return (open - previousClose[i]!) / yardstick[i]!;
      }),
    ];
  },
});
