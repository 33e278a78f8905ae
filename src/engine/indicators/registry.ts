/** The list of all indicators (sigma 9.2). To add one, write its file and name it here: registration, documentation and tests follow. */

import { adx } from './adx.js';
import { aroon } from './aroon.js';
import { atr } from './atr.js';
import { bollingerBands } from './bollinger-bands.js';
import { calendarFlags } from './calendar-flags.js';
import { cci } from './cci.js';
import { closeVsVwap } from './close-vs-vwap.js';
import { cmf } from './cmf.js';
import { dailyDistToEma } from './daily-dist-to-ema.js';
import { dailyEma } from './daily-ema.js';
import { dailyRet } from './daily-ret.js';
import { dailyRsi } from './daily-rsi.js';
import { dailyVwap } from './daily-vwap.js';
import { dayOfWeek } from './day-of-week.js';
import { dayRangePos } from './day-range-pos.js';
import { distToEma } from './dist-to-ema.js';
import { donchian } from './donchian.js';
import { dpo } from './dpo.js';
import { elderRay } from './elder-ray.js';
import { ema } from './ema.js';
import { emaSlope } from './ema-slope.js';
import { first15mRangeZ } from './first15m-range-z.js';
import { fisherTransform } from './fisher-transform.js';
import { hourOfDay } from './hour-of-day.js';
import { ichimoku } from './ichimoku.js';
import type { Indicator } from './indicator.js';
import { intradayVwap } from './intraday-vwap.js';
import { kama } from './kama.js';
import { keltner } from './keltner.js';
import { lrR2 } from './lr-r2.js';
import { macd } from './macd.js';
import { mfi } from './mfi.js';
import { momentum } from './momentum.js';
import { momentumScoreTotal } from './momentum-score-total.js';
import { obv } from './obv.js';
import { openGapZ } from './open-gap-z.js';
import { optionFlow } from './option-flow.js';
import { optionStructure } from './option-structure.js';
import { optionVolatility } from './option-volatility.js';
import { ppo } from './ppo.js';
import { psar } from './psar.js';
import { qstick } from './qstick.js';
import { ret } from './ret.js';
import { returnsLast30m } from './returns-last-30m.js';
import { roc } from './roc.js';
import { rollingStd } from './rolling-std.js';
import { rsi } from './rsi.js';
import { rsiLastHour } from './rsi-last-hour.js';
import { sma } from './sma.js';
import { stochRsi } from './stoch-rsi.js';
import { stochastic } from './stochastic.js';
import { supertrend } from './supertrend.js';
import { trix } from './trix.js';
import { tsi } from './tsi.js';
import { ultimateOscillator } from './ultimate-oscillator.js';
import { vixDelta, vixLevel, vixTermSlope } from './vix.js';
import { volZscore } from './vol-zscore.js';
import { volatility } from './volatility.js';
import { williamsR } from './williams-r.js';

export const indicators: readonly Indicator[] = [
  sma,
  ema,
  emaSlope,
  distToEma,
  kama,
  momentum,
  ret,
  roc,
  trix,
  tsi,
  dpo,
  qstick,
  adx,
  aroon,
  psar,
  supertrend,
  ichimoku,
  elderRay,
  lrR2,
  rsi,
  stochRsi,
  stochastic,
  cci,
  williamsR,
  macd,
  ppo,
  fisherTransform,
  ultimateOscillator,
  bollingerBands,
  keltner,
  donchian,
  atr,
  volatility,
  rollingStd,
  obv,
  cmf,
  mfi,
  volZscore,
  intradayVwap,
  closeVsVwap,
  dailyRet,
  dailyRsi,
  dailyEma,
  dailyDistToEma,
  dailyVwap,
  hourOfDay,
  dayOfWeek,
  calendarFlags,
  dayRangePos,
  returnsLast30m,
  rsiLastHour,
  openGapZ,
  first15mRangeZ,
  momentumScoreTotal,
  vixLevel,
  vixDelta,
  vixTermSlope,
  ...optionFlow,
  ...optionStructure,
  ...optionVolatility,
];
