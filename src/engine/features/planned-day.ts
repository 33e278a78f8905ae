/** Flags that are planned ahead: promotions and holidays. */
import { type DemandFeature, defineFeature, fillUnknown } from './demand-feature.js';
import type { PLANNED } from './demand-panel.js';

interface PlannedFlag {
  readonly name: string;
  readonly output: string;
  readonly column: (typeof PLANNED)[number];
  readonly doc: string;
  readonly timeSafety: string;
}

const plannedFlag = ({ name, output, column, doc, timeSafety }: PlannedFlag): DemandFeature<null> =>
  defineFeature<null>({
    name,
    doc,
    timeSafety,
    reads: [column],
    defaults: null,
    outputs: () => [output],
    prepare(panel, _, columns) {
      const flags = panel[column];
      if (flags === undefined) return fillUnknown(columns);
      return (from, to) => {
        for (let t = from; t < to; t++) columns[0]![t] = flags[t]!;
      };
    },
  });

export const promotion = plannedFlag({
  name: 'promotion',
  output: 'promo_active',
  column: 'isPromoted',
  doc: '1 where a promotion of the product, of this store or of the chain, covers the day (forecastlab 8).',
  timeSafety: "Reads the plan of day t itself, made before t; no measured column, no other day's plan.",
});

export const holiday = plannedFlag({
  name: 'holiday',
  output: 'is_holiday',
  column: 'isHoliday',
  doc: '1 on a holiday of the calendar (forecastlab 8).',
  timeSafety: 'Reads the calendar of day t itself, which is known years ahead.',
});
