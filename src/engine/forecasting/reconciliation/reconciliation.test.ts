import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawNormal } from '../../random/draws.js';
import { createRng } from '../../random/xoshiro128.js';
import { bottomUp } from './bottom-up.js';
import { type BottomSeries, hierarchyOf, incoherenceOf, nodeCount, RETAIL_LEVELS, sumUp } from './hierarchy.js';
import { fitMint } from './mint.js';
import { shareOut, topDown } from './top-down.js';

const golden = JSON.parse(readFileSync(new URL('golden/mint-shrink.json', import.meta.url), 'utf8'));
const series: BottomSeries[] = golden.series;
const hierarchy = hierarchyOf(series, RETAIL_LEVELS);

test('a retail hierarchy has its levels in order, each node with its members', () => {
  expect(hierarchy.aggregates.map(({ name, members }) => [name, members.length])).toEqual([
    ['total', 8],
    ['S0', 4],
    ['S1', 4],
    ['C0', 4],
    ['C1', 4],
    ['P0', 2],
    ['P1', 2],
    ['P2', 2],
    ['P3', 2],
    ['S0 / C0', 2],
    ['S0 / C1', 2],
    ['S1 / C0', 2],
    ['S1 / C1', 2],
  ]);
  const onlyStore = hierarchyOf(series.slice(0, 4), RETAIL_LEVELS);
  expect(onlyStore.aggregates.map(({ level }) => level)).not.toContain('product');
  expect(() => hierarchyOf([{ name: 'a', groups: {} }], [['store']])).toThrow('belongs to a store');
});

test('MinT with a shrunk covariance gives the forecasts of an independent program', () => {
  const reconciled = fitMint(hierarchy, golden.residuals).reconcile(golden.forecasts);
  for (const [node, value] of golden.reconciled.entries()) expect(reconciled[node]).toBeCloseTo(value, 5);
});

const anyForecasts = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
  minLength: nodeCount(hierarchy),
  maxLength: nodeCount(hierarchy),
});

test('whatever the forecasts, every method makes them add up', () => {
  const mint = fitMint(hierarchy, golden.residuals);
  const shares = shareOut(series.map((_, i) => [i, 2, 3]));
  fc.assert(
    fc.property(anyForecasts, (forecasts) => {
      const results = [
        bottomUp(hierarchy, forecasts),
        topDown(hierarchy, forecasts, shares),
        mint.reconcile(forecasts),
      ];
      for (const result of results) expect(incoherenceOf(hierarchy, result)).toBeLessThan(1e-9);
      expect(Math.min(...mint.reconcile(forecasts, { min: 0 }))).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('forecasts that add up already are left alone by MinT: it brings no bias of its own', () => {
  const mint = fitMint(hierarchy, golden.residuals);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 8, maxLength: 8 }), (bottom) => {
      const coherent = sumUp(hierarchy, bottom);
      const result = mint.reconcile(coherent);
      for (const [node, value] of coherent.entries()) expect(result[node]).toBeCloseTo(value, 6);
    }),
  );
});

test('where totals are known better than their parts, MinT beats both single levels', () => {
  const rng = createRng(5);
  const noise = (node: number) => drawNormal(rng) * (node < hierarchy.aggregates.length ? 1 : 3);
  const residuals = Array.from({ length: nodeCount(hierarchy) }, (_, node) =>
    Array.from({ length: 300 }, () => noise(node)),
  );
  const mint = fitMint(hierarchy, residuals);
  const shares = shareOut(series.map(() => [1]));
  const squares = { mint: 0, bottom: 0, top: 0 };
  for (let trial = 0; trial < 200; trial++) {
    const truth = sumUp(
      hierarchy,
      series.map(() => 50 + 10 * rng.float()),
    );
    const forecasts = truth.map((value, node) => value + noise(node));
    const add = (key: keyof typeof squares, made: Float64Array) =>
      made.forEach((value, node) => {
        squares[key] += (value - truth[node]!) ** 2;
      });
    add('mint', mint.reconcile(forecasts));
    add('bottom', bottomUp(hierarchy, forecasts));
    add('top', topDown(hierarchy, forecasts, shares));
  }
  expect(squares.mint).toBeLessThan(0.5 * squares.bottom);
  expect(squares.mint).toBeLessThan(0.5 * squares.top);
});

test('shares are means over time or of the means, and refuse a history without sales', () => {
  const history = [
    [1, 0, 3],
    [3, 0, 1],
  ];
  expect([...shareOut(history)]).toEqual([0.5, 0.5]);
  expect([
    ...shareOut(
      [
        [1, 9],
        [3, 3],
      ],
      'shares',
    ),
  ]).toEqual([0.5, 0.5]);
  expect([
    ...shareOut([
      [1, 9],
      [3, 3],
    ]),
  ]).toEqual([0.625, 0.375]);
  expect(() => shareOut([[0], [0]])).toThrow('nothing was sold');
  expect(() => shareOut([[0], [0]], 'shares')).toThrow('nothing was sold');
});

test('errors that are too few are refused; a node that never errs and moments without an error do no harm', () => {
  const lacking = golden.residuals.map((errors: number[]) => errors.map((value, t) => (t === 3 ? Number.NaN : value)));
  expect(fitMint(hierarchy, lacking).reconcile(golden.forecasts).every(Number.isFinite)).toBe(true);
  const silent = golden.residuals.map((errors: number[], node: number) => (node === 15 ? errors.map(() => 0) : errors));
  expect(fitMint(hierarchy, silent).reconcile(golden.forecasts).every(Number.isFinite)).toBe(true);
  const none = golden.residuals.map(() => [0, 0, 0]);
  expect(fitMint(hierarchy, none).reconcile(golden.forecasts).every(Number.isFinite)).toBe(true);
  expect(() =>
    fitMint(
      hierarchy,
      golden.residuals.map(() => [1]),
    ),
  ).toThrow('at least two moments');
});
