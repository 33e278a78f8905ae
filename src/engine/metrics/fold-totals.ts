/** What the folds of a walk-forward run come to together (stage1.md 4.1): signals, hit rates and profit factors of both sides. */
import { profitFactorOf } from './trade-totals.js';

/** One side of one fold; what is not known is 0. */
export interface FoldSide {
  readonly signals: number;
  /** Share of the signals that were right. */
  readonly hitRate: number;
  /** Both positive. */
  readonly sumWins: number;
  readonly sumLosses: number;
}

export interface FoldSides {
  readonly long: FoldSide;
  readonly short: FoldSide;
}

export interface SideTotals {
  readonly signals: number;
  /** Weighted by the folds' signals; 0 without any. */
  readonly hitRate: number;
  readonly profitFactor: number;
}

export type FoldTotals = Readonly<Record<'long' | 'short' | 'both', SideTotals>>;

/** Summed in the order of the folds. */
export function foldTotals(folds: readonly FoldSides[]): FoldTotals {
  const long = sumSides(folds.map((fold) => fold.long));
  const short = sumSides(folds.map((fold) => fold.short));
  const both = {
    signals: long.signals + short.signals,
    hits: long.hits + short.hits,
    wins: long.wins + short.wins,
    losses: long.losses + short.losses,
  };
  return { long: totalsOf(long), short: totalsOf(short), both: totalsOf(both) };
}

interface Sums {
  readonly signals: number;
  readonly hits: number;
  readonly wins: number;
  readonly losses: number;
}

function sumSides(sides: readonly FoldSide[]): Sums {
  let [signals, hits, wins, losses] = [0, 0, 0, 0];
  for (const side of sides) {
    signals += side.signals;
    hits += side.hitRate * side.signals;
    wins += side.sumWins;
    losses += side.sumLosses;
  }
  return { signals, hits, wins, losses };
}

const totalsOf = ({ signals, hits, wins, losses }: Sums): SideTotals => ({
  signals,
  hitRate: signals > 0 ? hits / signals : 0,
  profitFactor: profitFactorOf(wins, losses),
});
