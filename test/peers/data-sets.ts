/** Seeded data sets on which both boosters learn the same thing: clicks, prices, and events among shops. */
import type { Rng } from '#base/rng.js';
import type { Matrix } from '#engine/frame/matrix.js';
import { drawNormal } from '#engine/random/draws.js';
import { createRng } from '#engine/random/xoshiro128.js';

export interface PeerSet {
  readonly name: string;
  readonly objective: 'binary' | 'regression';
  readonly metric: 'auc' | 'rmse';
  readonly categorical: readonly number[];
  readonly train: Labelled;
  readonly test: Labelled;
}

export interface Labelled {
  readonly x: Matrix;
  readonly y: Float64Array;
}

const ROWS = 40_000;

/** Every set has as many test rows as training rows, so that a third digit of a metric means something. */
export function peerSets(): PeerSet[] {
  return [clicks(createRng(101)), prices(createRng(102)), shops(createRng(103))];
}

/**
 * Numbers, one in twenty missing and the missing of one column telling something.
 *
 * No product without its factors: in which round it is found is chance, and with it the third digit of either booster.
 */
function clicks(rng: Rng): PeerSet {
  const columns = draw(20, () => (rng.below(20) === 0 ? NaN : drawNormal(rng)));
  const y = label((i) => {
    const at = (j: number) => orZero(columns[j]![i]!);
    const numbers = at(0) + 0.5 * at(0) * at(1) + at(1) + Math.sin(2 * at(2)) + 0.5 * at(5);
    const score = numbers + (at(3) > 0.5 ? 0.8 : 0) + (Number.isNaN(columns[4]![i]!) ? 1 : 0);
    return rng.float() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  });
  return { name: 'clicks', objective: 'binary', metric: 'auc', categorical: [], ...halves(columns, y) };
}

/** Numbers of several kinds: normal, small integers with ties, heavy tails. */
function prices(rng: Rng): PeerSet {
  const columns = [
    ...draw(8, () => drawNormal(rng)),
    ...draw(4, () => rng.below(10)),
    ...draw(3, () => (rng.below(10) === 0 ? NaN : Math.exp(1.5 * drawNormal(rng)))),
  ];
  const y = label((i) => {
    const at = (j: number) => columns[j]![i]!;
    const level = 2 * at(0) + at(1) ** 2 + Math.abs(at(2)) * at(3) + 0.3 * at(8) + (at(9) >= 5 ? 1 : 0);
    return 50 + level + Math.log1p(orZero(at(12))) + drawNormal(rng);
  });
  return { name: 'prices', objective: 'regression', metric: 'rmse', categorical: [], ...halves(columns, y) };
}

/** Two columns of categories with an effect of their own each, and an event in about one row of five. */
function shops(rng: Rng): PeerSet {
  const levels = [40, 150];
  const effects = levels.map((count) => Float64Array.from({ length: count }, () => drawNormal(rng)));
  const columns = [
    ...levels.flatMap((count) => draw(1, () => (rng.below(50) === 0 ? NaN : rng.below(count)))),
    ...draw(8, () => drawNormal(rng)),
  ];
  const y = label((i) => {
    const at = (j: number) => columns[j]![i]!;
    const effect = effects.reduce((sum, list, j) => sum + (list[at(j)] ?? 0), 0);
    const score = -2 + effect + at(2) + (at(3) > 1 ? at(4) : 0);
    return rng.float() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  });
  return { name: 'shops', objective: 'binary', metric: 'auc', categorical: [0, 1], ...halves(columns, y) };
}

const draw = (count: number, one: () => number): Float64Array[] =>
  Array.from({ length: count }, () => Float64Array.from({ length: 2 * ROWS }, one));

const label = (one: (row: number) => number): Float64Array => Float64Array.from({ length: 2 * ROWS }, (_, i) => one(i));

const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);

function halves(columns: readonly Float64Array[], y: Float64Array): { train: Labelled; test: Labelled } {
  const names = columns.map((_, j) => `f${j}`);
  const part = (from: number): Labelled => ({
    x: { rows: ROWS, names, columns: columns.map((column) => column.slice(from, from + ROWS)) },
    y: y.slice(from, from + ROWS),
  });
  return { train: part(0), test: part(ROWS) };
}
