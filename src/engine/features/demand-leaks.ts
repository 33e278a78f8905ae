/** The mutate-the-future oracle over a panel: time is the day, and it stands at the same day in all series. */
import { type FutureOf, findLeaks, type Leak, type NamedColumn } from '../leakage/mutate-future.js';
import { noiseAt } from '../leakage/noise.js';
import type { FeatureTable } from './compute-features.js';
import { cutPanel, type DemandPanel, MEASURED, PLANNED, seriesCount } from './demand-panel.js';

export interface DemandLeakSearch {
  readonly panel: DemandPanel;
  /** Pure; may fill or drop rows first, as long as the table is as long as the panel it answers with. */
  readonly compute: (panel: DemandPanel) => DemandTable;
  readonly seed: number;
  /** Days tried, spread over all; 'all' tries each. */
  readonly cuts?: number | 'all';
}

export interface DemandTable {
  readonly panel: DemandPanel;
  readonly table: FeatureTable;
}

/**
 * Features that use what is measured on their own day or later, or planned for later, each with one example (rows of an example
 * count the panel's days, the column's name ends in `@` and the series).
 */
export function findDemandLeaks({ panel, compute, seed, cuts }: DemandLeakSearch): Leak[] {
  const days = daysOf(panel);
  return findLeaks({
    input: panel,
    future: futureOfPanel,
    compute: (seen) => columnsByDay(days, compute(seen)),
    seed,
    ...(cuts === undefined ? {} : { cuts }),
  });
}

const daysOf = (panel: DemandPanel): Int32Array => Int32Array.from(new Set(panel.day)).sort();

/** Day `cut` has not been measured yet when its features are made: its own measurements are as unknown as those after it. */
const futureOfPanel: FutureOf<DemandPanel> = {
  rows: (panel) => daysOf(panel).length,
  mutate: (panel, cut, seed) => disturb(panel, daysOf(panel)[cut]!, seed),
  truncate: (panel, cut) => {
    const day = daysOf(panel)[cut]!;
    return disturb(cutPanel(panel, day), day, cut);
  },
};

function disturb(panel: DemandPanel, fromDay: number, seed: number): DemandPanel {
  const changed: Record<string, Float64Array | Uint8Array> = {};
  MEASURED.forEach((name, lane) => {
    const values = panel[name]?.slice();
    if (values === undefined) return;
    for (let t = 0; t < panel.rows; t++) {
      if (panel.day[t]! < fromDay) continue;
      const noise = noiseAt(seed, t, lane);
      // Some of what comes is missing; the cut day itself stays there, or dropping unknown rows would look like a leak.
      const isMissing = panel.day[t]! > fromDay && noise > 0.9;
      values[t] = isMissing ? Number.NaN : name === 'isStockout' ? Math.round(noise) : Math.floor(noise * 1000) + 0.25;
    }
    changed[name] = values;
  });
  PLANNED.forEach((name, lane) => {
    const flags = panel[name]?.slice();
    if (flags === undefined) return;
    for (let t = 0; t < panel.rows; t++)
      if (panel.day[t]! > fromDay) flags[t] = Math.round(noiseAt(seed, t, lane + MEASURED.length));
    changed[name] = flags;
  });
  return { ...panel, ...changed };
}

/** One column for each feature and series, by day, so that "up to the cut" means the same for all series. */
function columnsByDay(days: Int32Array, { panel, table }: DemandTable): NamedColumn[] {
  const place = new Map(Array.from(days, (day, i) => [day, i] as const));
  return table.columns.flatMap((column, c) =>
    Array.from({ length: seriesCount(panel) }, (_, s) => {
      const values = new Float64Array(days.length).fill(Number.NaN);
      for (let t = panel.offsets[s]!; t < panel.offsets[s + 1]!; t++) values[place.get(panel.day[t]!)!] = column[t]!;
      return { name: `${table.names[c]}@${s}`, values };
    }),
  );
}
