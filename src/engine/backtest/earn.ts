/** What a stance earns at one rate of costs: every trading metric, with the bits of working it out bar by bar. */
import { addRepeatedly } from '../math/add-repeatedly.js';
import { minTrackRecord, probabilisticSharpe } from '../metrics/deflated-sharpe.js';
import { STD_MIN } from '../metrics/moments.js';
import { annualReturn } from '../metrics/returns.js';
import { SESSIONS_MIN, SESSIONS_PER_YEAR, type TradingMetrics } from '../metrics/trading.js';
import { CARRIES, CLOSES, EXPIRES, OPENS, type Stance } from './stance.js';
import type { Track } from './track.js';
import { meanOfWorst } from './worst.js';

/**
 * Equal to `tradingMetrics` of the whole ledger, but only the bars that hold or change a position are visited: the others earn exactly 0,
 * and 0 changes no sum and no product. Where a mean is subtracted they do count; `addRepeatedly` adds them.
 */
export function metricsOfStance(track: Track, stance: Stance, costRate: number): TradingMetrics {
  const { bars, sessions } = track;
  const earned = earn(track, stance, costRate);
  const tradesEarned = earnTrades(stance, costRate);
  const cumRet = earned.growth - 1;
  const cagr = annualReturn(cumRet, sessions, SESSIONS_PER_YEAR);
  const barMean = earned.sum / bars;
  const barStd = stdOf(squaresAround(barMean, bars, track.scratch.net, stance.bar, stance.count), bars);
  const mean = earned.dailySum / sessions;
  const shape = shapeAround(mean, sessions, track.scratch.daily, track.scratch.dayAt, earned.days);
  const std = stdOf(shape.m2, sessions);
  const ratio = sessions < SESSIONS_MIN || std === null || std === 0 ? null : mean / std;
  const hasShape = std !== null && std !== 0;
  const variance = shape.m2 / sessions;
  const skew = hasShape ? shape.m3 / sessions / (variance * Math.sqrt(variance)) : null;
  const kurtosis = hasShape ? shape.m4 / sessions / (variance * variance) : null;
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
    es95: meanOfWorst(track.scratch, earned.days, sessions, 0.05),
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

/** Fills `net` (one a stance's bar), `daily` and `dayAt` (one a session that holds anything) and sums what they come to. */
export function earn({ sessionAt, scratch }: Track, { count, bar, gross, traded }: Stance, costRate: number) {
  const { net, daily, dayAt } = scratch;
  let [sum, costTotal, growth, highest, deepest] = [0, 0, 1, 1, 0];
  let [days, dailySum, downside] = [0, 0, 0];
  let session = -1;
  let dayGrowth = 1;
  for (let i = 0; i < count; i++) {
    const cost = costRate * traded[i]!;
    const r = gross[i]! - cost;
    net[i] = r;
    sum += r;
    costTotal += cost;
    growth *= 1 + r;
    if (growth > highest) highest = growth;
    else {
      const fall = growth / highest - 1;
      if (fall < deepest) deepest = fall;
    }
    const at = sessionAt[bar[i]!]!;
    if (at !== session) {
      if (session >= 0) {
        const earned = dayGrowth - 1;
        daily[days] = earned;
        dayAt[days++] = session;
        dailySum += earned;
        if (earned < 0) downside += earned * earned;
      }
      session = at;
      dayGrowth = 1;
    }
    dayGrowth *= 1 + r;
  }
  if (session >= 0) {
    const earned = dayGrowth - 1;
    daily[days] = earned;
    dayAt[days++] = session;
    dailySum += earned;
    if (earned < 0) downside += earned * earned;
  }
  return { sum, costTotal, growth, deepest, days, dailySum, downside };
}

/** A trade's return compounds over its bars, each cost within the bar that pays it (`TradeBook` in positions.ts tells the same story). */
function earnTrades({ count, before, after, gross, filled, heldSize, size, events, trades }: Stance, costRate: number) {
  let [wins, winSum, losses, lossSum, total] = [0, 0, 0, 0, 0];
  let growth = 1;
  let factor = 1;
  for (let i = 0; i < count; i++) {
    const event = events[i]!;
    let closed: number;
    if ((event & CLOSES) !== 0) {
      growth *= factor;
      closed = growth * (1 + (before[i]! - costRate * heldSize[i]!)) - 1;
      total += closed;
      if (closed > 0) {
        wins++;
        winSum += closed;
      } else if (closed < 0) {
        losses++;
        lossSum += closed;
      }
    }
    if ((event & CARRIES) !== 0) {
      growth *= factor;
      factor = 1 + (gross[i]! - costRate * filled[i]!);
    } else if ((event & OPENS) !== 0) {
      growth = 1;
      factor = 1 + (after[i]! - costRate * size[i]!);
    }
    if ((event & EXPIRES) !== 0) {
      closed = growth * (factor - costRate * size[i]!) - 1;
      total += closed;
      if (closed > 0) {
        wins++;
        winSum += closed;
      } else if (closed < 0) {
        losses++;
        lossSum += closed;
      }
    }
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

function squaresAround(mean: number, total: number, values: Float64Array, at: Int32Array, count: number): number {
  const zero = (0 - mean) * (0 - mean);
  let squares = 0;
  let next = 0;
  for (let i = 0; i <= count; i++) {
    const until = i < count ? at[i]! : total;
    if (until - next > RUN) squares = addRepeatedly(squares, zero, until - next);
    else for (let k = next; k < until; k++) squares += zero;
    if (i === count) break;
    const d = values[i]! - mean;
    squares += d * d;
    next = until + 1;
  }
  return squares;
}

function shapeAround(mean: number, total: number, values: Float64Array, at: Int32Array, count: number) {
  const z = 0 - mean;
  const [zero2, zero3, zero4] = [z * z, z * z * z, z * z * z * z];
  let [m2, m3, m4] = [0, 0, 0];
  let next = 0;
  for (let i = 0; i <= count; i++) {
    const until = i < count ? at[i]! : total;
    if (until - next > RUN) {
      m2 = addRepeatedly(m2, zero2, until - next);
      m3 = addRepeatedly(m3, zero3, until - next);
      m4 = addRepeatedly(m4, zero4, until - next);
    } else {
      for (let k = next; k < until; k++) {
        m2 += zero2;
        m3 += zero3;
        m4 += zero4;
      }
    }
    if (i === count) break;
    const d = values[i]! - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
    next = until + 1;
  }
  return { m2, m3, m4 };
}
