/** Short momentum of the bars and daily RSI in one number. */
import { relativeChange } from './change.js';
import { fromSessionBefore, ownDaily, whyDailyMissing } from './daily.js';
import { defineIndicator } from './indicator.js';
import { factor, SELF } from './params.js';
import { rollingScore } from './rolling.js';
import { relativeStrength } from './rsi.js';

/** Twenty sessions of hourly bars. */
const SCORE_WINDOW = 140;
const RSI_PERIOD = 14;

export const momentumScoreTotal = defineIndicator({
  name: 'momentum_score_total',
  category: 'composite',
  subcategory: 'momentum',
  params: { w_hourly: factor(0.7, -10, 10), w_daily: factor(0.3, -10, 10) },
  inputs: ['close', 'daily close'],
  requires: 'daily',
  doc: 'w_hourly x mean of the trailing 140-bar z-scores of close_mom_1 and close_mom_3 + w_daily x (rsi_14_d - 50) / 50. The original scored over the whole sample.',
  outputs: () => ['momentum_score_total'],
  lookback: () => SCORE_WINDOW + 2,
  lookbackSessions: () => RSI_PERIOD + 1,
  whyMissing: (market) => whyDailyMissing(market, SELF),
  compute(market, p) {
    const { bars } = market;
    const daily = ownDaily(market)!;
    const one = rollingScore(relativeChange(bars.close, 1), SCORE_WINDOW);
    const three = rollingScore(relativeChange(bars.close, 3), SCORE_WINDOW);
    const strength = fromSessionBefore(bars, daily, relativeStrength(daily.close, RSI_PERIOD));
    return [one.map((score, i) => (p.w_hourly * (score + three[i]!)) / 2 + (p.w_daily * (strength[i]! - 50)) / 50)];
  },
});
