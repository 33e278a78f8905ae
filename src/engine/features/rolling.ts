/** `rolling_{aggregation}_{window}`: what the target did on the days before. */
import { assert } from '#base/assert.js';
import { defineFeature, fillUnknown } from './demand-feature.js';
import type { TargetName } from './demand-panel.js';
import { rollExtreme } from './rolling-extreme.js';
import { rollMoments, rowsOfSeries, type SeriesRows } from './rolling-moments.js';

export const AGGREGATIONS = ['mean', 'std', 'min', 'max', 'sum'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

export interface RollingParams {
  /** Calendar days. */
  readonly windows: readonly number[];
  readonly aggregations: readonly Aggregation[];
  readonly target: TargetName;
  /** Known values a window needs; null: all of its days. */
  readonly minPeriods: number | null;
}

export const rolling = defineFeature<RollingParams>({
  name: 'rolling',
  doc: 'Mean, deviation (n - 1), minimum, maximum and sum of the target over the days t - w .. t - 1; unknown with fewer than min_periods values (forecastlab 8).',
  timeSafety:
    'A value enters the window one row after its own, so row t has seen rows before t only; sums, extremes and the moments at which sums are renewed depend on what has entered. Whole series take shorter ways to the same bits.',
  reads: ['quantity', 'unitPrice', 'totalAmount'],
  defaults: { windows: [7, 14, 28], aggregations: ['mean', 'std'], target: 'quantity', minPeriods: null },
  outputs: ({ windows, aggregations }) =>
    windows.flatMap((window) => aggregations.map((aggregation) => `rolling_${aggregation}_${window}`)),
  prepare(panel, { windows, aggregations, target, minPeriods }, columns) {
    const values = panel[target];
    if (values === undefined) return fillUnknown(columns);
    const day = panel.day;
    const fills = windows.flatMap((window, i): ((rows: SeriesRows) => void)[] => {
      assert(window >= 1, 'a window is at least one day');
      const terms = { values, day, window, minPeriods: minPeriods ?? window };
      const columnOf = (aggregation: Aggregation) => {
        const position = aggregations.indexOf(aggregation);
        return position < 0 ? undefined : columns[i * aggregations.length + position];
      };
      const moments = { mean: columnOf('mean'), std: columnOf('std'), sum: columnOf('sum') };
      const hasMoments = Object.values(moments).some((column) => column !== undefined);
      const extremes = (['min', 'max'] as const).flatMap((extreme) => {
        const column = columnOf(extreme);
        return column === undefined ? [] : [rollExtreme(terms, extreme, column)];
      });
      return hasMoments ? [(rows) => rollMoments(terms, moments, rows), ...extremes] : extremes;
    });
    return (from, to) => {
      const rows = rowsOfSeries(values, day, from, to);
      for (const fill of fills) fill(rows);
    };
  },
});
