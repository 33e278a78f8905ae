/** Daily demand of many series as columns: each series is one run of rows, its days ascending. */
import { assert } from '#base/assert.js';

/**
 * Row t of a series says what was measured on `day[t]` and what was planned for it.
 *
 * Measured columns (quantity, unitPrice, totalAmount, onHand, isStockout) are known after the day, NaN is "not known"; an infinite value counts as
 * not known. Planned columns (isPromoted, isHoliday) are known long before. An absent column is known nowhere.
 */
export interface DemandPanel {
  readonly rows: number;
  /** Series s is the rows `offsets[s]` to `offsets[s + 1]` (excluded); one more entry than series. */
  readonly offsets: Int32Array;
  /** Day numbers (days since 1970-01-01), strictly ascending within a series; days without a row are allowed. */
  readonly day: Int32Array;
  readonly quantity: Float64Array;
  readonly unitPrice?: Float64Array;
  readonly totalAmount?: Float64Array;
  readonly onHand?: Float64Array;
  /** 1 where the shelf was empty, 0 where not, NaN without a snapshot. */
  readonly isStockout?: Float64Array;
  readonly isPromoted?: Uint8Array;
  readonly isHoliday?: Uint8Array;
}

export const MEASURED = ['quantity', 'unitPrice', 'totalAmount', 'onHand', 'isStockout'] as const;

export const PLANNED = ['isPromoted', 'isHoliday'] as const;

/** Columns that a feature may be made of (forecastlab 8). */
export type TargetName = 'quantity' | 'unitPrice' | 'totalAmount';

export const seriesCount = (panel: DemandPanel): number => panel.offsets.length - 1;

/** Asserts what the kernels rely on; one pass over the rows. */
export function checkPanel({ rows, offsets, day, ...columns }: DemandPanel): void {
  assert(offsets.length >= 1 && offsets[0] === 0 && offsets.at(-1) === rows, 'the series cover all rows');
  for (const column of [day, ...Object.values(columns)]) assert(column.length === rows, 'all columns are as long');
  for (let s = 0; s + 1 < offsets.length; s++) {
    assert(offsets[s]! <= offsets[s + 1]!, 'offsets ascend');
    for (let t = offsets[s]! + 1; t < offsets[s + 1]!; t++) assert(day[t - 1]! < day[t]!, 'days ascend in a series');
  }
}

/** The panel of some of its rows (ascending positions); series keep their numbers, also when nothing of them is left. */
export function keepRows(panel: DemandPanel, rows: Int32Array): DemandPanel {
  const offsets = new Int32Array(panel.offsets.length);
  for (let s = 0, position = 0; s < offsets.length; s++) {
    while (position < rows.length && rows[position]! < panel.offsets[s]!) position++;
    offsets[s] = position;
  }
  const kept: Record<string, Float64Array | Uint8Array> = {};
  for (const name of [...MEASURED, ...PLANNED]) {
    const column = panel[name];
    if (column === undefined) continue;
    const values = column instanceof Uint8Array ? new Uint8Array(rows.length) : new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]!]!;
    kept[name] = values;
  }
  const day = Int32Array.from(rows, (row) => panel.day[row]!);
  return { ...panel, ...kept, rows: rows.length, offsets, day };
}

/** What was known at the end of a day: rows dated later do not exist (forecastlab 8: before anything else). */
export function cutPanel(panel: DemandPanel, cutoffDay: number): DemandPanel {
  let kept = 0;
  const rows = new Int32Array(panel.rows);
  for (let t = 0; t < panel.rows; t++) if (panel.day[t]! <= cutoffDay) rows[kept++] = t;
  return kept === panel.rows ? panel : keepRows(panel, rows.subarray(0, kept));
}
