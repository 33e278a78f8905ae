/** Seeded panels for tests: gaps in the days, missing values, everything a feature may read. */
import { createRng } from '../random/xoshiro128.js';
import type { DemandPanel } from './demand-panel.js';

export interface MadePanel {
  readonly series: number;
  readonly days: number;
  readonly seed: number;
  /** Share of days without a row, and of values that are missing. */
  readonly gaps?: number;
  readonly missing?: number;
  readonly firstDay?: number;
}

export function madePanel({ series, days, seed, gaps = 0, missing = 0, firstDay = 19_700 }: MadePanel): DemandPanel {
  const rng = createRng(seed);
  const offsets = [0];
  const day: number[] = [];
  for (let s = 0; s < series; s++) {
    for (let d = 0; d < days; d++) if (rng.float() >= gaps) day.push(firstDay + d);
    offsets.push(day.length);
  }
  const rows = day.length;
  const measured = (draw: () => number) =>
    Float64Array.from({ length: rows }, () => (rng.float() < missing ? Number.NaN : draw()));
  return {
    rows,
    offsets: Int32Array.from(offsets),
    day: Int32Array.from(day),
    quantity: measured(() => rng.below(40)),
    unitPrice: measured(() => 1 + rng.below(500) / 100),
    totalAmount: measured(() => rng.float() * 100),
    onHand: measured(() => rng.below(200)),
    isStockout: measured(() => rng.below(2)),
    isPromoted: Uint8Array.from({ length: rows }, () => rng.below(2)),
    isHoliday: Uint8Array.from({ length: rows }, () => rng.below(2)),
  };
}

/** One series of the given quantities, on consecutive days from 0 or on the given ones. */
export const plainSeries = (
  values: readonly number[],
  days: readonly number[] = values.map((_, i) => i),
): DemandPanel => ({
  rows: values.length,
  offsets: Int32Array.from([0, values.length]),
  day: Int32Array.from(days),
  quantity: Float64Array.from(values),
});
