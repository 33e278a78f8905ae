/** The columns of the derived and training zones: those of the engine, with the types they are stored in. */
import { FEATURES } from '#engine/book/day/features.js';
import { BAR_COLUMNS, type BarColumn } from '#engine/book/day/minute-bars.js';
import { SHARD_COLUMNS } from '#engine/book/day/training-shard.js';
import type { TableColumn } from './table-writer.js';

const WHOLE: ReadonlySet<BarColumn> = new Set<BarColumn>(['ts', 'volume', 'n_events', 'n_trades', 'direction_1m']);
const LABELS: ReadonlySet<BarColumn> = new Set<BarColumn>(['return_1m', 'direction_1m']);

/** The row's own number comes first: by it the rows of a feature file are found as those of the events are. */
export const FEATURE_FILE_COLUMNS: readonly TableColumn[] = [
  { name: 'record_index', kind: 'i64' },
  ...FEATURES.map((name): TableColumn => ({ name, kind: 'f64', isNullable: true })),
];

export const BAR_FILE_COLUMNS: readonly TableColumn[] = BAR_COLUMNS.map((name) => ({
  name,
  kind: WHOLE.has(name) ? 'i64' : 'f64',
  isNullable: LABELS.has(name),
}));

export const SHARD_FILE_COLUMNS: readonly TableColumn[] = SHARD_COLUMNS.map((name) => ({
  name,
  kind: WHOLE.has(name) ? 'i64' : 'f64',
}));
