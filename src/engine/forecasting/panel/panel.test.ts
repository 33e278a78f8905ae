/** The regressions over many series: their contract, and that no row and no forecast sees its future. */
import { describe, expect, it } from 'vitest';
import type { DemandPanel } from '../../features/demand-panel.js';
import { type FutureOf, findLeaks } from '../../leakage/mutate-future.js';
import { noiseAt } from '../../leakage/noise.js';
import { dailySeries } from './daily-series.js';
import { globalBoosted } from './global-regression.js';
import { GLOBAL_FORECASTERS } from './index.js';
import { bench } from './panel.bench.js';
import { PANEL_FEATURES } from './panel-features.js';

const FIRST = 19_000;

/** Series of one kind and different size; the same weekday sells the same, promotions double it. */
function madePanel({ series = 12, days = 150, from = 0, seed = 1 } = {}): DemandPanel {
  const rows = series * days;
  const dayAt = (row: number) => from + (row % days);
  const seriesAt = (row: number) => Math.floor(row / days);
  const column = (value: (day: number, s: number, row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => value(dayAt(row), seriesAt(row), row));
  const isPromoted = Uint8Array.from(column((day, s) => Number(noiseAt(seed, day, s) < 0.15)));
  return {
    rows,
    offsets: Int32Array.from({ length: series + 1 }, (_, s) => s * days),
    day: Int32Array.from(column((day) => FIRST + day)),
    quantity: column((day, s, row) =>
      Math.round(
        (s + 2) * (1 + (day % 7)) * (isPromoted[row] === 1 ? 2 : 1) * (0.9 + 0.2 * noiseAt(seed, day, s + 100)),
      ),
    ),
    unitPrice: column((_, s) => 3 + s),
    isPromoted,
    isHoliday: Uint8Array.from(column((day) => Number(day % 30 === 0))),
  };
}

const PARAMS = { rounds: 40, minRowsLeaf: 5, learningRate: 0.2 };
const HISTORY = madePanel();
const PLAN = madePanel({ days: 14, from: 150 });

describe.each(GLOBAL_FORECASTERS.map((one) => [one.name, one] as const))('%s', (name, forecaster) => {
  const fitted = forecaster.fit(HISTORY, PARAMS);
  const points = forecaster.forecast(fitted, HISTORY, PLAN);

  it('answers for each row of the plan, and forecasts what was planted', () => {
    expect(points).toHaveLength(PLAN.rows);
    const error = points.reduce((sum, point, row) => sum + Math.abs(point - PLAN.quantity[row]!), 0);
    expect(error / PLAN.quantity.reduce((sum, value) => sum + value, 0)).toBeLessThan(
      name === 'global_ridge' ? 0.35 : 0.2,
    );
  });

  it('gives the same bytes again, and what it learnt survives JSON', () => {
    const text = JSON.stringify(fitted);
    expect(JSON.stringify(forecaster.fit(madePanel(), PARAMS))).toBe(text);
    expect(forecaster.forecast(JSON.parse(text) as typeof fitted, HISTORY, PLAN)).toEqual(points);
  });

  it('does not read what the plan says was sold, nor a day of a series from another series', () => {
    const unknown = { ...PLAN, quantity: new Float64Array(PLAN.rows).fill(NaN) };
    expect(forecaster.forecast(fitted, HISTORY, unknown)).toEqual(points);
    const other = HISTORY.quantity.slice();
    other.fill(77, HISTORY.offsets[1], HISTORY.offsets[2]);
    const turned = forecaster.forecast(fitted, { ...HISTORY, quantity: other }, PLAN);
    expect(turned.slice(0, 14)).toEqual(points.slice(0, 14));
    expect(turned.slice(14, 28)).not.toEqual(points.slice(14, 28));
  });

  it('days between the history and the plan are forecast too, and stand for what was sold on them', () => {
    const bare = ({ unitPrice: _, isPromoted: __, isHoliday: ___, ...panel }: DemandPanel): DemandPanel => panel;
    const learnt = forecaster.fit(bare(HISTORY), PARAMS);
    const whole = forecaster.forecast(learnt, bare(HISTORY), bare(PLAN));
    const late = forecaster.forecast(learnt, bare(HISTORY), bare(madePanel({ days: 11, from: 153 })));
    for (let s = 0; s < 12; s++) {
      expect(late.slice(s * 11, s * 11 + 11)).toEqual(whole.slice(s * 14 + 3, s * 14 + 14));
    }
  });

  it('hears a promotion that is planned', () => {
    const promoted = { ...PLAN, isPromoted: new Uint8Array(PLAN.rows).fill(1) };
    const more = forecaster.forecast(fitted, HISTORY, promoted);
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(more) / sum(points)).toBeGreaterThan(1.2);
  });

  it('of series that never sold, are empty or unknown it says 0 or why not', () => {
    const quantity = HISTORY.quantity.slice();
    quantity.fill(0, 0, 150);
    quantity.fill(NaN, 150, 300);
    const sparse = forecaster.forecast(
      forecaster.fit({ ...HISTORY, quantity }, PARAMS),
      { ...HISTORY, quantity },
      PLAN,
    );
    expect(sparse.every((point) => Number.isFinite(point) && point >= 0)).toBe(true);
    const nothing = { ...HISTORY, quantity: new Float64Array(HISTORY.rows) };
    expect(() => forecaster.fit(nothing, PARAMS)).toThrow(/more than 28 days after its first sale/);
  });
});

it('has a bench that runs', () => expect(bench('small').hash).toMatch(/^[0-9a-f]{64}$/));

it('demand below zero is refused where counts are asked for, and learnt by its squares where nothing is', () => {
  const quantity = HISTORY.quantity.map((value, row) => (row === 100 ? -3 : value));
  const history = { ...HISTORY, quantity };
  expect(() => globalBoosted.fit(history, { ...PARAMS, objective: 'tweedie' })).toThrow(/tweedie/);
  expect(globalBoosted.fit(history, PARAMS).learnt.objective.name).toBe('regression');
  expect(globalBoosted.fit(HISTORY, PARAMS).learnt.objective.name).toBe('tweedie');
});

describe('the features', () => {
  const panel = madePanel({ series: 1, days: 400 });

  it('none sees its own day or a later one', () => {
    const future: FutureOf<DemandPanel> = {
      rows: () => 400,
      // Quantities from the cut day on, prices and plans after it: a day's own plan is known on the day.
      mutate: (input, cut, seed) => ({
        ...input,
        quantity: input.quantity.map((value, t) => (t < cut ? value : 900 * noiseAt(seed, t, 0))),
        unitPrice: input.unitPrice!.map((value, t) => (t <= cut ? value : 90 * noiseAt(seed, t, 1))),
        isPromoted: input.isPromoted!.map((value, t) => (t <= cut ? value : 1 - value)),
        isHoliday: input.isHoliday!.map((value, t) => (t <= cut ? value : 1 - value)),
      }),
      truncate: (input, cut) => {
        const keep = cut + 1;
        return {
          rows: keep,
          offsets: Int32Array.of(0, keep),
          day: input.day.slice(0, keep),
          quantity: input.quantity.slice(0, keep),
          unitPrice: input.unitPrice!.slice(0, keep),
          isPromoted: input.isPromoted!.slice(0, keep),
          isHoliday: input.isHoliday!.slice(0, keep),
        };
      },
    };
    const compute = (input: DemandPanel) => {
      const series = dailySeries(input, 0);
      return PANEL_FEATURES.map(({ name, valueAt }) => ({
        name,
        values: Float64Array.from({ length: input.rows }, (_, at) => valueAt(series, at)),
      }));
    };
    expect(findLeaks({ input: panel, future, compute, seed: 4, cuts: 12 })).toEqual([]);
  });

  it('a missing day is unknown, not zero, and a price stands until the next', () => {
    const kept = [0, 1, 4];
    const gapped: DemandPanel = {
      rows: 3,
      offsets: Int32Array.of(0, 3),
      day: Int32Array.from(kept, (at) => FIRST + at),
      quantity: Float64Array.of(5, 0, 7),
      unitPrice: Float64Array.of(2, 3, NaN),
    };
    const series = dailySeries(gapped, 0);
    expect([...series.quantity]).toEqual([5, 0, NaN, NaN, 7]);
    expect([...series.price]).toEqual([2, 3, 3, 3, 3]);
  });
});
