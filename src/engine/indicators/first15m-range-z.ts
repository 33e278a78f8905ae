/** The opening range in units of what the days before used to move. */
import { INTERVAL_MINUTES } from '../calendar/bar-interval.js';
import { sessionOpenMs } from '../calendar/exchange-calendar.js';
import { whyDailyMissing } from './daily.js';
import { whyFiveMinuteMissing } from './five-minute-deviation.js';
import { defineIndicator } from './indicator.js';
import { openingYardstick } from './open-gap-z.js';
import { choice, underlying } from './params.js';

/** The yardstick's own window; the contract gives none. */
const ATR_PERIOD = 14;

export const first15mRangeZ = defineIndicator({
  name: 'first15m_range_z',
  category: 'session',
  subcategory: 'opening',
  params: {
    ticker: underlying(),
    window_mins: { type: 'int', default: 15, min: 1, max: 390 },
    norm: choice('atr', 'atr', 'stddev5m'),
  },
  inputs: ['high', 'low', 'daily close'],
  requires: 'minute',
  doc: 'Range of the first window_mins minutes / ATR(14) of the days before; null before they are over. Needs bars that fit into the window.',
  isSparse: true,
  outputs: (p) => [`first15m_range_z_${p.window_mins}`],
  lookback: () => ATR_PERIOD + 1,
  lookbackSessions: (p) => (p.norm === 'atr' ? ATR_PERIOD + 2 : 2),
  whyMissing(market, p) {
    const minutes = INTERVAL_MINUTES[market.interval] ?? Infinity;
    if (p.window_mins % minutes !== 0)
      return `needs bars that fill ${p.window_mins} minutes, these are ${market.interval} bars`;
    return whyDailyMissing(market, p.ticker) ?? (p.norm === 'stddev5m' ? whyFiveMinuteMissing(market) : undefined);
  },
  compute(market, p) {
    const { bars } = market;
    const yardstick = openingYardstick(market, p.ticker, { norm: p.norm, atrPeriod: ATR_PERIOD });
    let [highest, lowest, overMs] = [Number.NaN, Number.NaN, 0];
    return [
      bars.close.map((_, i) => {
        if (i === 0 || bars.session[i] !== bars.session[i - 1]) {
          [highest, lowest] = [-Infinity, Infinity];
          overMs = sessionOpenMs(bars.session[i]!) + p.window_mins * 60_000;
        }
        if (bars.tsEndMs[i]! <= overMs) {
          highest = Math.max(highest, bars.high[i]!);
          lowest = Math.min(lowest, bars.low[i]!);
        }
        return bars.tsEndMs[i]! < overMs ? Number.NaN : (highest - lowest) / yardstick[i]!;
      }),
    ];
  },
});
