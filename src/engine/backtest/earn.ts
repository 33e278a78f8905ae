/** What holding something earns at several rates of costs: every trading metric, with the bits of working it out bar by bar. */
import * as at from '../kernels/sweep.js';
import type { SweepSheet } from '../kernels/sweep-sheet.js';
import type { Stance } from '../kernels/sweep-stance.js';
import { minTrackRecord, probabilisticSharpe } from '../metrics/deflated-sharpe.js';
import { STD_MIN } from '../metrics/moments.js';
import { annualReturn } from '../metrics/returns.js';
import { SESSIONS_MIN, SESSIONS_PER_YEAR, type TradingMetrics } from '../metrics/trading.js';
import { type Scene, type StanceRules, takeStance } from './stance.js';
import type { Track } from './track.js';

const WORST_SHARE = 0.05;
const YEAR_ROOT = Math.sqrt(SESSIONS_PER_YEAR);

/** One entry a rate, in their order: equal to `tradingMetrics` of the whole ledger. `entry[k]` is the bar's entry threshold. */
export function metricsAtRates(
  scene: Scene,
  entry: Float64Array,
  rules: StanceRules,
  costRates: readonly number[],
): TradingMetrics[] {
  const { track, room } = scene;
  const { bars, sessions } = track;
  const sheet = room.sheet(bars, costRates.length);
  const stance = takeStance(scene, sheet, entry, rules);
  sheet.rates.set(costRates);
  const worst = Math.ceil(WORST_SHARE * sessions - 1e-9);
  const { count, trades } = stance;
  room.earn(sheet, { count, trades, bars, sessions, worst }, costRates.length);
  return costRates.map((_, rate) => metricsOf(track, stance, sheet, worst, rate * at.FIGURES));
}

function metricsOf(track: Track, stance: Stance, { figures }: SweepSheet, worst: number, from: number): TradingMetrics {
  const { bars, sessions } = track;
  const { trades, barsInMarket } = stance;
  const sum = figures[from + at.SUM]!;
  const cumRet = figures[from + at.GROWTH]! - 1;
  const cagr = annualReturn(cumRet, sessions, SESSIONS_PER_YEAR);
  const maxDrawdown = figures[from + at.LOWEST]! - 1;
  const barStd = stdOf(figures[from + at.BAR_SECOND]!, bars);
  const mean = figures[from + at.DAILY_SUM]! / sessions;
  const std = stdOf(figures[from + at.SECOND]!, sessions);
  const ratio = sessions < SESSIONS_MIN || std === null || std === 0 ? null : mean / std;
  const hasShape = std !== null && std !== 0;
  const variance = figures[from + at.SECOND]! / sessions;
  const skew = hasShape ? figures[from + at.THIRD]! / sessions / (variance * Math.sqrt(variance)) : null;
  const kurtosis = hasShape ? figures[from + at.FOURTH]! / sessions / (variance * variance) : null;
  const sample =
    ratio === null || skew === null || kurtosis === null ? null : { sharpe: ratio, periods: sessions, skew, kurtosis };
  const downside = sessions === 0 ? 0 : Math.sqrt(figures[from + at.DOWNSIDE]! / sessions) * YEAR_ROOT;
  const wins = figures[from + at.WINS]!;
  const losses = figures[from + at.LOSSES]!;
  const winSum = figures[from + at.WIN_SUM]!;
  const lossSum = figures[from + at.LOSS_SUM]!;
  const avgTrade = trades === 0 ? null : figures[from + at.TRADE_SUM]! / trades;
  return {
    bars,
    sessions,
    sharpeHourly: barStd === null || barStd === 0 ? null : sum / bars / barStd,
    sharpe: ratio === null ? null : YEAR_ROOT * ratio,
    sortino: sessions === 0 || downside < STD_MIN ? null : (mean * SESSIONS_PER_YEAR) / downside,
    cumRet,
    cumRetSimple: sum,
    cagr,
    annVol: std === null ? null : YEAR_ROOT * std,
    maxDrawdown,
    calmar: cagr === null || maxDrawdown === 0 ? null : cagr / Math.abs(maxDrawdown),
    barsInMarket,
    exposure: bars === 0 ? null : barsInMarket / bars,
    hitRate: stance.judged === 0 ? null : stance.hits / stance.judged,
    trades,
    winRate: trades === 0 ? null : wins / trades,
    avgWin: wins === 0 ? null : winSum / wins,
    avgLoss: losses === 0 ? null : lossSum / losses,
    profitFactor: losses === 0 ? null : winSum / Math.abs(lossSum),
    // Win rate times mean win plus loss rate times mean loss, which is the mean trade.
    expectancy: avgTrade,
    avgTrade,
    es95: worst === 0 ? null : figures[from + at.WORST_SUM]! / worst,
    turnover: sessions === 0 ? null : ((stance.tradedTotal / 2) * SESSIONS_PER_YEAR) / sessions,
    skew,
    kurtosis,
    psr: sample && probabilisticSharpe(sample),
    minTrackRecord: sample && minTrackRecord(sample),
    sharpePerSession: ratio,
    costTotal: figures[from + at.COST]!,
    grossCumRet: stance.grossGrowth - 1,
    benchmark: track.benchmark,
  };
}

/** Deviation (n - 1) as `stdOf` in metrics/moments.ts has it. */
function stdOf(squares: number, count: number): number | null {
  if (count < 2) return null;
  const std = Math.sqrt(squares / (count - 1));
  return std < STD_MIN ? 0 : std;
}
