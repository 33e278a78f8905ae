/** `rolling_{aggregation}_{window}`: what the target did on the days before. */
import { assert } from '#base/assert.js';
import { defineFeature, fillUnknown } from './demand-feature.js';
import type { TargetName } from './demand-panel.js';
import { rollExtreme } from './rolling-extreme.js';
import { rollByKernel, type WindowPlan } from './rolling-kernel.js';
import { daysFollow, rollMoments, rowsOfSeries, type SeriesRows } from './rolling-moments.js';

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
  prepare(panel, { windows, aggregations, target, minPeriods }, columns, kernels) {
    const values = panel[target];
    if (values === undefined) return fillUnknown(columns);
    const day = panel.day;
    const plans = windows.map((window, i): WindowPlan => {
      assert(window >= 1, 'a window is at least one day');
      const columnOf = (aggregation: Aggregation) => {
        const position = aggregations.indexOf(aggregation);
        return position < 0 ? undefined : columns[i * aggregations.length + position];
      };
      const [mean, std, sum, min, max] = (['mean', 'std', 'sum', 'min', 'max'] as const).map(columnOf);
      return {
        terms: { values, day, window, minPeriods: minPeriods ?? window },
        columns: { mean, std, sum, min, max },
      };
    });
    const fills = plans.flatMap(fillsOf);
    const byKernel = kernels && rollByKernel(kernels, plans);
    return (from, to) => {
      if (byKernel !== undefined && daysFollow(day, from, to) && byKernel(from, to)) return;
      const rows = rowsOfSeries(values, day, from, to);
      for (const fill of fills) fill(rows);
    };
  },
});

function fillsOf({ terms, columns }: WindowPlan): ((rows: SeriesRows) => void)[] {
  const { mean, std, sum, min, max } = columns;
  const fills: ((rows: SeriesRows) => void)[] = [];
  if (mean !== undefined || std !== undefined || sum !== undefined)
    fills.push((rows) => rollMoments(terms, { mean, std, sum }, rows));
  if (min !== undefined) fills.push(rollExtreme(terms, 'min', min));
  if (max !== undefined) fills.push(rollExtreme(terms, 'max', max));
  return fills;
}
