/** How probabilities become positions and money: everything a backtest can vary without learning anew. */
import { assert } from '#base/assert.js';

export const SELECT_BY = ['sharpe', 'cum_ret', 'trades'] as const;

export interface BacktestConfig {
  /** Candidates, ascending, each in (0, 1). */
  readonly thresholds: readonly number[];
  /** Fraction in (0, 1]; null for thresholds alone. */
  readonly topPct: number | null;
  /** Whether top_pct replaces the thresholds or must hold as well. */
  readonly combine: 'override' | 'and';
  /** A position persists while its side's probability is at least this; null means the entry threshold. */
  readonly exitThreshold: number | null;
  readonly sizeByConf: boolean;
  readonly confCap: number;
  /** No position where this feature is below the minimum or not known. */
  readonly momentumGate: { readonly column: string; readonly min: number } | null;
  readonly longOnly: boolean;
  readonly perHourThresholds: boolean;
  readonly selectBy: (typeof SELECT_BY)[number];
  /** Per side, in basis points of the traded amount. */
  readonly slippageBps: number;
  readonly commissionBps: number;
  /** `close` fills at the price that made the signal and is kept for comparison only. */
  readonly fill: 'next_open' | 'close';
}

export const DEFAULT_CONFIG: BacktestConfig = {
  thresholds: [0.55, 0.6, 0.65, 0.7],
  topPct: null,
  combine: 'override',
  exitThreshold: null,
  sizeByConf: false,
  confCap: 1,
  momentumGate: null,
  longOnly: false,
  perHourThresholds: false,
  selectBy: 'sharpe',
  slippageBps: 1,
  commissionBps: 0,
  fill: 'next_open',
};

export type ConfigKind = 'thresholds' | 'top_pct' | 'both';

export const kindOfConfig = ({ topPct, combine }: BacktestConfig): ConfigKind =>
  topPct === null ? 'thresholds' : combine === 'and' ? 'both' : 'top_pct';

export const costRateOf = ({ slippageBps, commissionBps }: BacktestConfig): number =>
  (slippageBps + commissionBps) / 1e4;

/** Every rule but the costs. A list of a record's keys, so that the compiler misses a rule that is forgotten here. */
const RULES = Object.keys({
  thresholds: 0,
  topPct: 0,
  combine: 0,
  exitThreshold: 0,
  sizeByConf: 0,
  confCap: 0,
  momentumGate: 0,
  longOnly: 0,
  perHourThresholds: 0,
  selectBy: 0,
  fill: 0,
} satisfies Record<Exclude<keyof BacktestConfig, 'slippageBps' | 'commissionBps'>, 0>) as (keyof BacktestConfig)[];

/** Equal for configurations that differ in costs only. */
export const rulesKey = (config: BacktestConfig): string => JSON.stringify(RULES.map((rule) => config[rule]));

/** Callers check what users send; this catches what they forgot. Choosing "the higher threshold" relies on the order. */
export function assertConfig({ thresholds, topPct, combine, exitThreshold, confCap }: BacktestConfig): void {
  assert(topPct === null || (topPct > 0 && topPct <= 1), 'top_pct is a fraction in (0, 1]');
  assert((topPct !== null && combine === 'override') || thresholds.length > 0, 'there is a threshold to choose');
  assert(
    thresholds.every((t, i) => t > 0 && t < 1 && (i === 0 || t > thresholds[i - 1]!)),
    'thresholds rise within (0, 1)',
  );
  assert(exitThreshold === null || (exitThreshold > 0 && exitThreshold < 1), 'the exit threshold is within (0, 1)');
  assert(confCap >= 0 && confCap <= 1, 'the cap is within [0, 1]');
}
