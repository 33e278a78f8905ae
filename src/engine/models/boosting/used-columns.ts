/** The columns of a fit that can be split on at all. */
import { type ColumnBins, countedBins } from './binned-columns.js';
import type { BoostingParams } from './params.js';

/** A column that trees may split on: it has at least two bins. */
export interface UsedColumn {
  /** Position in the matrix. */
  readonly column: number;
  readonly values: number;
  readonly hasMissing: boolean;
  readonly isCategorical: boolean;
  /** -1, 0 or 1. */
  readonly monotone: number;
  /** First of its pairs in a histogram. */
  readonly start: number;
}

/** Columns with anything to split on. */
export function usedColumns(bins: readonly ColumnBins[], { monotoneConstraints }: BoostingParams): UsedColumn[] {
  const used: UsedColumn[] = [];
  let start = 0;
  bins.forEach((column, at) => {
    if (countedBins(column) < 2) return;
    const { values, hasMissing, categories } = column;
    const isCategorical = categories !== undefined;
    used.push({ column: at, values, hasMissing, isCategorical, monotone: monotoneConstraints?.[at] ?? 0, start });
    start += countedBins(column);
  });
  return used;
}
