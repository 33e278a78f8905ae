import { describe, expect, it } from 'vitest';
import { computeFeatures } from './compute-features.js';
import type { DemandFeature } from './demand-feature.js';
import { findDemandLeaks } from './demand-leaks.js';
import { checkPanel, cutPanel, type DemandPanel, keepRows } from './demand-panel.js';
import { imputePanel } from './imputation.js';
import { lag } from './lag.js';
import { madePanel, plainSeries as series } from './made-panel.fixture.js';
import { demandFeatures } from './registry.js';

const panel = madePanel({ series: 4, days: 90, seed: 5, gaps: 0.08, missing: 0.05 });
/** Whole series take shorter ways through some kernels, until their mutated future has holes. */
const whole = madePanel({ series: 2, days: 80, seed: 6 });

/** What every feature promises. */
function checkFeature(feature: DemandFeature<never>): void {
  const request = feature.requestDefaults();
  const compute = (seen: DemandPanel) => computeFeatures(seen, [request]);
  const table = compute(panel);

  expect(feature.timeSafety.length).toBeGreaterThan(30);
  expect(table.names).toEqual(request.outputs);
  for (const column of table.columns) expect(column.length).toBe(panel.rows);

  const before = structuredClone(panel);
  compute(panel);
  expect(panel).toEqual(before);

  // No feature knows its own day's measurements, nor anything later, nor another series.
  const measure = (seen: DemandPanel) => ({ panel: seen, table: compute(seen) });
  for (const input of [panel, whole])
    expect(findDemandLeaks({ panel: input, compute: measure, seed: 3, cuts: 'all' })).toEqual([]);
  const second = keepRows(
    panel,
    Int32Array.from({ length: panel.offsets[2]! - panel.offsets[1]! }, (_, i) => panel.offsets[1]! + i),
  );
  compute(second).columns.forEach((column, i) => {
    expect([...column]).toEqual([...table.columns[i]!.subarray(panel.offsets[1]!, panel.offsets[2]!)]);
  });

  // The same bytes in parts, and half the digits in half the memory.
  const shared = request.outputs.map(() => new Float64Array(panel.rows));
  computeFeatures(panel, [request], { columns: shared, series: [2, 4] });
  computeFeatures(panel, [request], { columns: shared, series: [0, 2] });
  expect(shared).toEqual(table.columns);
  const half = computeFeatures(panel, [request], { precision: 'float32' });
  expect(half.columns).toEqual(table.columns.map((column) => Float32Array.from(column)));

  // Odd panels give the documented nothing and never an infinity.
  for (const odd of [
    series([]),
    series([5]),
    series(new Array(60).fill(7)),
    series(new Array(60).fill(Number.NaN)),
    series(Array.from({ length: 60 }, (_, i) => (i % 9 === 4 ? Infinity : i))),
    madePanel({ series: 3, days: 40, seed: 1, missing: 1 }),
  ]) {
    checkPanel(odd);
    for (const column of compute(odd).columns) {
      expect(column.length).toBe(odd.rows);
      for (const value of column) expect(value === Infinity || value === -Infinity).toBe(false);
    }
  }
}

describe('every demand feature', () => {
  it.each(demandFeatures.map((feature) => [feature.name, feature] as const))('%s keeps the contract', (_, feature) =>
    checkFeature(feature),
  );

  it('has a name of its own', () =>
    expect(new Set(demandFeatures.map(({ name }) => name)).size).toBe(demandFeatures.length));
});

describe('the oracle over panels', () => {
  const byRow =
    (valueAt: (seen: DemandPanel, t: number, from: number, to: number) => number) => (seen: DemandPanel) => {
      const values = new Float64Array(seen.rows);
      for (let s = 0; s + 1 < seen.offsets.length; s++)
        for (let t = seen.offsets[s]!; t < seen.offsets[s + 1]!; t++)
          values[t] = valueAt(seen, t, seen.offsets[s]!, seen.offsets[s + 1]!);
      return { panel: seen, table: { names: ['planted'], columns: [values] } };
    };
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + (value || 0), 0) / values.length;
  const wholeDay = (seen: DemandPanel, t: number) =>
    seen.quantity.reduce((sum, value, i) => sum + (seen.day[i] === seen.day[t] ? value || 0 : 0), 0);

  const leaks = {
    'the target itself': byRow((seen, t) => seen.quantity[t]!),
    'a window that includes its own day': byRow((seen, t, from) =>
      meanOf(seen.quantity.subarray(Math.max(from, t - 6), t + 1)),
    ),
    'a centred window': byRow((seen, t, from, to) =>
      meanOf(seen.quantity.subarray(Math.max(from, t - 3), Math.min(to, t + 4))),
    ),
    "the whole series' mean": byRow((seen, _, from, to) => meanOf(seen.quantity.subarray(from, to))),
    "the whole panel's maximum": byRow((seen) => seen.quantity.reduce((most, value) => Math.max(most, value || 0), 0)),
    "the chain's sales of the day": byRow(wholeDay),
    "today's price": byRow((seen, t) => seen.unitPrice![t]!),
    "today's stock": byRow((seen, t) => seen.onHand![t]!),
    "today's empty shelf": byRow((seen, t) => seen.isStockout![t]!),
    "tomorrow's promotion": byRow((seen, t, _, to) => (t + 1 < to ? seen.isPromoted![t + 1]! : 0)),
    'days until the series ends': byRow((_, t, __, to) => to - t),
    'the next series': byRow((seen, t, _, to) => (to + t < seen.rows ? seen.quantity[to + t]! : 0)),
    'back-filled holes': (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: 'bfill' }).panel;
      return {
        panel: filled,
        table: computeFeatures(filled, [lag.request({ lags: [1], target: 'quantity', fillValue: null })]),
      };
    },
    'holes filled with the mean': (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: 'mean' }).panel;
      return {
        panel: filled,
        table: computeFeatures(filled, [lag.request({ lags: [1], target: 'quantity', fillValue: null })]),
      };
    },
  };

  it.each(Object.entries(leaks))('catches %s', (_, compute) =>
    expect(findDemandLeaks({ panel, compute, seed: 7, cuts: 'all' }).length).toBeGreaterThan(0),
  );

  it.each(['zero', 'ffill', 'expanding_mean'] as const)('passes holes filled by %s', (strategy) => {
    const compute = (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: strategy, unitPrice: strategy }).panel;
      return {
        panel: filled,
        table: computeFeatures(
          filled,
          demandFeatures.map((feature) => feature.requestDefaults()),
        ),
      };
    };
    expect(findDemandLeaks({ panel, compute, seed: 7, cuts: 12 })).toEqual([]);
  });

  it('leaves the rows before a day as they are when unknown rows are dropped', () => {
    const compute = (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: 'drop' }).panel;
      return {
        filled,
        ...computeFeatures(
          filled,
          demandFeatures.map((feature) => feature.requestDefaults()),
        ),
      };
    };
    const whole = compute(panel);
    for (const cutoff of [panel.day[10]!, panel.day[50]!]) {
      const cut = compute(cutPanel(panel, cutoff));
      const rows = Array.from(whole.filled.day.keys()).filter((t) => whole.filled.day[t]! <= cutoff);
      cut.columns.forEach((column, i) => {
        expect([...column]).toEqual(rows.map((row) => whole.columns[i]![row]));
      });
    }
  });
});
