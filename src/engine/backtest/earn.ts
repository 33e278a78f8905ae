/** What a stance earns at one rate of costs: every trading metric, with the bits of working it out bar by bar. */
import { addRepeatedly } from '../math/add-repeatedly.js';
import { minTrackRecord, probabilisticSharpe } from '../metrics/deflated-sharpe.js';
import { STD_MIN } from '../metrics/moments.js';
import { annualReturn } from '../metrics/returns.js';
import { SESSIONS_MIN, SESSIONS_PER_YEAR, type TradingMetrics } from '../metrics/trading.js';
import type { Legs, Stance } from './stance.js';
import type { Scratch, Track } from './track.js';
import { meanOfWorst } from './worst.js';

const none = new Float64Array(0);
const NOTHING: Stance = {
  count: 0,
  bar: new Int32Array(0),
  session: new Int32Array(0),
  gross: none,
  traded: none,
  legs: { trades: 0, end: new Int32Array(0), earned: none, filled: none, expired: none },
  barsInMarket: 0,
  hitRate: null,
  tradedTotal: 0,
  grossGrowth: 1,
};

// V8 compiles a loop that is long at its first run before it has seen what follows, and then falls out of that code at the end of every
// later run, at a third of the speed. A few passes over nothing show it everything first; it takes no notes of the very first ones.
const PASSES = 32;
let hasRun = false;

/**
 * Equal to `tradingMetrics` of the whole ledger, but only the bars that hold or change a position are visited: the others earn exactly 0,
 * and 0 changes no sum and no product. Where a mean is subtracted they do count; `addRepeatedly` adds them.
 */
export function metricsOfStance(track: Track, stance: Stance, costRate: number): TradingMetrics {
  if (!hasRun) {
    hasRun = true;
    for (let pass = 0; pass < PASSES; pass++) metricsOfStance(track, NOTHING, 0);
  }
  const { bars, sessions } = track;
  const earned = earn(track, stance, costRate);
  const tradesEarned = earnTrades(stance.legs, costRate);
  const cumRet = earned.growth - 1;
  const cagr = annualReturn(cumRet, sessions, SESSIONS_PER_YEAR);
  const barMean = earned.sum / bars;
  const mean = earned.dailySum / sessions;
  const { moments, net } = track.scratch;
  momentsAround(track.scratch, earned.days, mean, barMean, sessions);
  const squares =
    bars === sessions ? moments[3]! : squaresAround(track.scratch, barMean, bars, net, stance.bar, stance.count);
  const barStd = stdOf(squares, bars);
  const std = stdOf(moments[0]!, sessions);
  const ratio = sessions < SESSIONS_MIN || std === null || std === 0 ? null : mean / std;
  const hasShape = std !== null && std !== 0;
  const variance = moments[0]! / sessions;
  const skew = hasShape ? moments[1]! / sessions / (variance * Math.sqrt(variance)) : null;
  const kurtosis = hasShape ? moments[2]! / sessions / (variance * variance) : null;
  const sample =
    ratio === null || skew === null || kurtosis === null ? null : { sharpe: ratio, periods: sessions, skew, kurtosis };
  const downside = sessions === 0 ? 0 : Math.sqrt(earned.downside / sessions) * Math.sqrt(SESSIONS_PER_YEAR);
  return {
    bars,
    sessions,
    sharpeHourly: barStd === null || barStd === 0 ? null : barMean / barStd,
    sharpe: ratio === null ? null : Math.sqrt(SESSIONS_PER_YEAR) * ratio,
    sortino: sessions === 0 || downside < STD_MIN ? null : (mean * SESSIONS_PER_YEAR) / downside,
    cumRet,
    cumRetSimple: earned.sum,
    cagr,
    annVol: std === null ? null : Math.sqrt(SESSIONS_PER_YEAR) * std,
    maxDrawdown: earned.deepest,
    calmar: cagr === null || earned.deepest === 0 ? null : cagr / Math.abs(earned.deepest),
    barsInMarket: stance.barsInMarket,
    exposure: bars === 0 ? null : stance.barsInMarket / bars,
    hitRate: stance.hitRate,
    ...tradesEarned,
    es95: meanOfWorst(track.scratch, { days: earned.days, losses: earned.lossCount, total: sessions }, 0.05),
    turnover: sessions === 0 ? null : ((stance.tradedTotal / 2) * SESSIONS_PER_YEAR) / sessions,
    skew,
    kurtosis,
    psr: sample && probabilisticSharpe(sample),
    minTrackRecord: sample && minTrackRecord(sample),
    sharpePerSession: ratio,
    costTotal: earned.costTotal,
    grossCumRet: stance.grossGrowth - 1,
    benchmark: track.benchmark,
  };
}

/** Fills `net` (one a stance's bar), `daily` and `dayAt` (one a session that holds anything), `losses`, and sums what they come to. */
function earn({ scratch }: Track, { count, session, gross, traded }: Stance, costRate: number) {
  const { net, daily, dayAt, losses, totals } = scratch;
  let sum = 0;
  let costTotal = 0;
  let growth = 1;
  let highest = 1;
  let deepest = 0;
  let days = 0;
  let dailySum = 0;
  let downside = 0;
  let lossCount = 0;
  for (let i = 0; i < count; ) {
    const at = session[i]!;
    let dayGrowth = 1;
    do {
      const cost = costRate * traded[i]!;
      const r = gross[i]! - cost;
      net[i] = r;
      sum += r;
      costTotal += cost;
      growth *= 1 + r;
      if (growth > highest) highest = growth;
      const fall = growth / highest - 1;
      if (fall < deepest) deepest = fall;
      dayGrowth *= 1 + r;
      i++;
    } while (i < count && session[i] === at);
    const earned = dayGrowth - 1;
    // min(earned, 0), exactly and without a jump that nothing can foresee.
    const loss = (earned - Math.abs(earned)) * 0.5;
    daily[days] = earned;
    dayAt[days++] = at;
    dailySum += earned;
    downside += loss * loss;
    losses[lossCount] = loss;
    lossCount += Number(loss < 0);
  }
  totals.sum = sum;
  totals.costTotal = costTotal;
  totals.growth = growth;
  totals.deepest = deepest;
  totals.days = days;
  totals.dailySum = dailySum;
  totals.downside = downside;
  totals.lossCount = lossCount;
  return totals;
}

/** A trade's return compounds over its legs, each cost within the bar that pays it (`TradeBook` in positions.ts tells the same story). */
function earnTrades({ trades, end, earned, filled, expired }: Legs, costRate: number) {
  let wins = 0;
  let winSum = 0;
  let losses = 0;
  let lossSum = 0;
  let total = 0;
  let leg = 0;
  for (let t = 0; t < trades; t++) {
    let growth = 1;
    for (const until = end[t]!; leg < until; leg++)
      growth *= 1 + (earned[leg]! - costRate * filled[leg]!) - costRate * expired[leg]!;
    const gained = growth - 1;
    const size = Math.abs(gained);
    total += gained;
    winSum += (gained + size) * 0.5;
    lossSum += (gained - size) * 0.5;
    wins += Number(gained > 0);
    losses += Number(gained < 0);
  }
  const avgTrade = trades === 0 ? null : total / trades;
  return {
    trades,
    winRate: trades === 0 ? null : wins / trades,
    avgWin: wins === 0 ? null : winSum / wins,
    avgLoss: losses === 0 ? null : lossSum / losses,
    profitFactor: losses === 0 ? null : winSum / Math.abs(lossSum),
    expectancy: avgTrade,
    avgTrade,
  };
}

/** Deviation (n - 1) as `stdOf` in metrics/moments.ts has it. */
function stdOf(squares: number, count: number): number | null {
  if (count < 2) return null;
  const std = Math.sqrt(squares / (count - 1));
  return std < STD_MIN ? 0 : std;
}

// Shorter runs of zeros are added in place.
const RUN = 16;

/** Sum of squared distances of `total` values from their mean: `values` at the places `at`, 0 elsewhere. */
function squaresAround(
  { moments }: Scratch,
  mean: number,
  total: number,
  values: Float64Array,
  at: Int32Array,
  count: number,
): number {
  const zero = (0 - mean) * (0 - mean);
  let squares = 0;
  let next = 0;
  for (let i = 0; i <= count; i++) {
    const until = i < count ? at[i]! : total;
    if (until - next > RUN) {
      moments[3] = squares;
      addRepeatedly(moments, 3, zero, until - next);
      squares = moments[3]!;
    } else for (let k = next; k < until; k++) squares += zero;
    if (i === count) break;
    const d = values[i]! - mean;
    squares += d * d;
    next = until + 1;
  }
  return squares;
}

/**
 * Sums of second, third and fourth powers of the sessions' distances from their mean, into `moments`; where every bar is a session, the
 * bars' squares as well, in the same walk: its four chains of additions wait for each other no longer than one would.
 */
function momentsAround(
  { net, daily, dayAt, moments }: Scratch,
  count: number,
  mean: number,
  barMean: number,
  total: number,
): void {
  const z = 0 - mean;
  const zero2 = z * z;
  const zero3 = z * z * z;
  const zero4 = z * z * z * z;
  const zeroBar = (0 - barMean) * (0 - barMean);
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  let squares = 0;
  let next = 0;
  for (let i = 0; i <= count; i++) {
    const until = i < count ? dayAt[i]! : total;
    if (until - next > RUN) {
      moments[0] = m2;
      moments[1] = m3;
      moments[2] = m4;
      moments[3] = squares;
      addRepeatedly(moments, 0, zero2, until - next);
      addRepeatedly(moments, 1, zero3, until - next);
      addRepeatedly(moments, 2, zero4, until - next);
      addRepeatedly(moments, 3, zeroBar, until - next);
      m2 = moments[0]!;
      m3 = moments[1]!;
      m4 = moments[2]!;
      squares = moments[3]!;
    } else {
      for (let k = next; k < until; k++) {
        m2 += zero2;
        m3 += zero3;
        m4 += zero4;
        squares += zeroBar;
      }
    }
    if (i === count) break;
    const d = daily[i]! - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
    const apart = net[i]! - barMean;
    squares += apart * apart;
    next = until + 1;
  }
  moments[0] = m2;
  moments[1] = m3;
  moments[2] = m4;
  moments[3] = squares;
}
