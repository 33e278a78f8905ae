import { describe, expect, it } from 'vitest';
import { computeFeatures } from './compute-features.js';
import type { DemandPanel } from './demand-panel.js';
import { ewm } from './ewm.js';
import { imputePanel } from './imputation.js';
import { plainSeries } from './made-panel.fixture.js';

describe('the exponentially weighted mean', () => {
  const ewmOf = (panel: DemandPanel) =>
    computeFeatures(panel, [ewm.request({ spans: [3], target: 'quantity', minPeriods: 1 })]).columns[0]!;

  it('is that of pandas, one day later', () => {
    const values = ewmOf(plainSeries([1, 2, 3, 9]));
    expect(values[0]).toBeNaN();
    // pandas.Series([1, 2, 3]).ewm(span=3).mean()
    expect([...values.subarray(1)].map((value) => value.toFixed(6))).toEqual(['1.000000', '1.666667', '2.428571']);
  });

  it('fades by the calendar, whether a day is missing as a row or as a value', () => {
    const asValue = ewmOf(plainSeries([4, Number.NaN, Number.NaN, 8, 0]));
    const asRow = ewmOf(plainSeries([4, 8, 0], [0, 3, 4]));
    expect(asRow[2]).toBe(asValue[4]);
    expect(asRow[2]).toBeCloseTo((8 + 4 / 8) / (1 + 1 / 8), 12);
  });
});

describe('imputation', () => {
  const nothing = Number.NaN;
  const panel = plainSeries([nothing, 2, nothing, 6, nothing]);
  const filledBy = (strategy: Parameters<typeof imputePanel>[1]['quantity']) => {
    const { panel: filled } = imputePanel(panel, { quantity: strategy! });
    return [...filled.quantity];
  };

  it.each([
    ['zero', [0, 2, 0, 6, 0]],
    ['ffill', [nothing, 2, 2, 6, 6]],
    ['bfill', [2, 2, 6, 6, nothing]],
    ['mean', [4, 2, 4, 6, 4]],
    ['expanding_mean', [nothing, 2, 2, 6, 4]],
    ['drop', [2, 6]],
  ] as const)('by %s', (strategy, expected) => {
    expect(filledBy(strategy)).toEqual([...expected]);
    expect([...panel.quantity]).toEqual([nothing, 2, nothing, 6, nothing]);
  });

  it('says which rows are left and what looked ahead', () => {
    const two = { ...panel, offsets: Int32Array.from([0, 1, 5]), unitPrice: new Float64Array(5).fill(nothing) };
    const {
      panel: filled,
      rows,
      lookAhead,
    } = imputePanel(two, { quantity: 'drop', unitPrice: 'mean', totalAmount: 'bfill' });
    expect([...rows]).toEqual([1, 3]);
    expect([...filled.offsets]).toEqual([0, 0, 2]);
    expect([...filled.unitPrice!]).toEqual([nothing, nothing]);
    expect(lookAhead).toEqual([{ column: 'unitPrice', strategy: 'mean' }]);
  });

  it('never carries a value into the next series', () => {
    const two = { ...plainSeries([1, nothing, nothing, 4]), offsets: Int32Array.from([0, 2, 4]) };
    expect([...imputePanel(two, { quantity: 'ffill' }).panel.quantity]).toEqual([1, 1, nothing, 4]);
    expect([...imputePanel(two, { quantity: 'bfill' }).panel.quantity]).toEqual([1, nothing, 4, 4]);
  });
});
