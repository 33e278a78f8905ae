/** What a model may learn from a day: bars with a label, their features and their labels (umiki.md 4.6). */
import type { BarColumn, MinuteBars } from './minute-bars.js';

export const SHARD_CARRIED = ['ts', 'open', 'high', 'low', 'close'] as const satisfies readonly BarColumn[];

export const SHARD_FEATURES = [
  'volume',
  'n_events',
  'n_trades',
  'avg_spread',
  'avg_imbalance',
  'avg_imbalance_l1',
  'avg_imbalance_l5',
  'avg_depth_bid',
  'avg_depth_ask',
  'avg_book_slope_bid',
  'avg_book_slope_ask',
  'avg_ct_sz_ratio_bid',
  'avg_ct_sz_ratio_ask',
  'avg_r',
  'r_std',
  'avg_delta_r',
  'hidden_trade_volume',
  'avg_boundary_bid',
  'avg_boundary_ask',
  'trade_intensity',
  'delta_mid_std',
] as const satisfies readonly BarColumn[];

/** Both look forward: they are told apart from the features for good. */
export const SHARD_LABELS = ['return_1m', 'direction_1m'] as const satisfies readonly BarColumn[];

export const SHARD_COLUMNS = [...SHARD_CARRIED, ...SHARD_FEATURES, ...SHARD_LABELS] as const;

export type ShardColumn = (typeof SHARD_COLUMNS)[number];

export interface TrainingShard {
  readonly rows: number;
  readonly columns: Readonly<Record<ShardColumn, Float64Array>>;
}

/** The bars whose labels are known, in their order; a day without any gives a shard of no rows, which is not written. */
export function trainingShardOf({ rows, columns }: MinuteBars): TrainingShard {
  const kept = Array.from({ length: rows }, (_, i) => i).filter((i) => !Number.isNaN(columns.return_1m[i]));
  const taken = SHARD_COLUMNS.map((name) => [name, Float64Array.from(kept, (i) => columns[name][i]!)]);
  return { rows: kept.length, columns: Object.fromEntries(taken) as Record<ShardColumn, Float64Array> };
}
