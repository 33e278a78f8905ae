/** Yesterday's shelf: what was on hand and whether it was empty. */
import { type DemandFeature, defineFeature, fillUnknown } from './demand-feature.js';
import { lagSeries } from './lagged.js';

const yesterdays = (name: string, output: string, column: 'onHand' | 'isStockout', doc: string): DemandFeature<null> =>
  defineFeature<null>({
    name,
    doc,
    timeSafety: 'Reads the snapshot of t - 1 only: that of t is taken after the day has been sold.',
    reads: [column],
    defaults: null,
    outputs: () => [output],
    prepare(panel, _, columns) {
      const values = panel[column];
      if (values === undefined) return fillUnknown(columns);
      return (from, to) => lagSeries({ values, day: panel.day, lag: 1, fill: Number.NaN, out: columns[0]! }, from, to);
    },
  });

export const inventory = yesterdays(
  'inventory',
  'on_hand_lag_1',
  'onHand',
  'on_hand_qty of the day before; unknown without a snapshot (forecastlab 8).',
);

export const stockout = yesterdays(
  'stockout',
  'stockout_lag_1',
  'isStockout',
  '1 when the shelf was empty the day before, 0 when not, unknown without a snapshot (forecastlab 8).',
);
