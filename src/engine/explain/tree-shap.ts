/** Exact SHAP values of tree ensembles, path-dependent (Lundberg et al. 2018): what each feature added to each raw score. */
import { assert } from '#base/assert.js';
import { type CompiledEnsemble, childOf } from '../models/trees/compile.js';
import { gather, type Rows, rowsInBlock } from '../models/trees/row-block.js';
import { gaussLegendre, type Quadrature } from './gauss-legendre.js';
import { type Demand, type LeafPath, leafPathsOf } from './leaf-paths.js';

/**
 * SHAP values, rows x treesPerRound x (features + 1), row by row; the last of each group is the base value, the mean raw score over
 * the training rows. A group sums to the row's raw score. Missing values and categories are decided as in prediction; an averaged
 * forest gives averages (LightGBM's own gives sums there).
 *
 * A leaf of value v whose way has D features gives to feature j
 *   v (o_j - z_j) * integral over t in [0, 1] of the product over s != j of (o_s t + z_s (1 - t)),
 * where o_s is 1 when the row meets the demands of s, else 0, and z_s is the share of training rows that meet them. As
 * k! (D - 1 - k)! / D! is the integral of t^k (1 - t)^(D - 1 - k), this is Shapley's weighted sum over all subsets, the value that
 * Lundberg's recursion unwinds term by term. Quadrature at D / 2 points has no error for this polynomial and never subtracts,
 * so that deep trees keep their digits. Cost: about leaves x D^2 a row and tree, without a branch in the loops.
 */
export function shapValues(compiled: CompiledEnsemble, x: Rows): Float64Array {
  const { ensemble, treesPerRound, columns } = compiled;
  const featureCount = ensemble.featureNames.length;
  const stride = treesPerRound * (featureCount + 1);
  const out = new Float64Array(x.rows * stride);
  const isWide = columns.length === 0 || x.columns.length > columns[columns.length - 1]!;
  assert(isWide, 'the rows have the columns that the trees ask about');
  const paths = ensemble.trees.map(leafPathsOf);
  const block = newBlock(compiled, paths);
  for (let from = 0; from < x.rows; from += block.size) {
    block.rows = Math.min(block.size, x.rows - from);
    gather(x, columns, from, from + block.rows, block.values);
    for (let t = 0; t < paths.length; t++) {
      const tree = ensemble.trees[t]!;
      decide(compiled, t, tree.splitFeature.length, block);
      const first = from * stride + (t % treesPerRound) * (featureCount + 1);
      for (const path of paths[t]!) addLeaf(path, tree.leafValue[path.leaf]!, block, out, first, stride);
    }
  }
  const rounds = ensemble.averageOutput ? ensemble.trees.length / treesPerRound : 1;
  if (rounds > 1) for (let i = 0; i < out.length; i++) out[i] = out[i]! / rounds;
  const base = baseValuesOf(compiled, paths);
  for (let at = featureCount, k = 0; at < out.length; at += featureCount + 1, k++) out[at] = base[k % treesPerRound]!;
  return out;
}

/** The mean raw score over the training rows, one a score: what an ensemble says of a row it knows nothing about. */
export function baseValues(compiled: CompiledEnsemble): Float64Array {
  return baseValuesOf(compiled, compiled.ensemble.trees.map(leafPathsOf));
}

function baseValuesOf({ ensemble, treesPerRound }: CompiledEnsemble, paths: readonly LeafPath[][]): Float64Array {
  const out = new Float64Array(treesPerRound);
  const rounds = ensemble.averageOutput ? Math.max(1, paths.length / treesPerRound) : 1;
  paths.forEach((leaves, t) => {
    let mean = 0;
    for (const { leaf, demands } of leaves) {
      mean += demands.reduce((product, { share }) => product * share, ensemble.trees[t]!.leafValue[leaf]!);
    }
    out[t % treesPerRound] = out[t % treesPerRound]! + mean / rounds;
  });
  return out;
}

/** A few rows at a time, and room for what is worked out about them. */
interface Block {
  readonly size: number;
  rows: number;
  /** Row by row, the columns that the trees ask about. */
  readonly values: Float64Array;
  /** Node by node, 1 where the row goes left. */
  readonly left: Uint8Array;
  /** Demand by demand, 1 where the row meets it. */
  readonly met: Float64Array;
  /** Point by point, the product over all demands. */
  readonly product: Float64Array;
  readonly quadrature: (demands: number) => Quadrature;
}

function newBlock({ ensemble, columns }: CompiledEnsemble, paths: readonly LeafPath[][]): Block {
  const size = rowsInBlock(columns.length);
  const nodes = ensemble.trees.reduce((most, tree) => Math.max(most, tree.splitFeature.length), 0);
  const demands = paths.flat().reduce((most, path) => Math.max(most, path.demands.length), 0);
  const rules: Quadrature[] = [];
  return {
    size,
    rows: 0,
    values: new Float64Array(size * columns.length),
    left: new Uint8Array(size * nodes),
    met: new Float64Array(size * demands),
    product: new Float64Array(size * pointsFor(demands)),
    quadrature: (count) => (rules[count] ??= gaussLegendre(pointsFor(count))),
  };
}

/** The integrand has degree demands - 1, and a rule of q points is exact up to degree 2q - 1. */
const pointsFor = (demands: number): number => (demands + 1) >> 1;

function decide(compiled: CompiledEnsemble, tree: number, nodeCount: number, block: Block): void {
  const { slot, left, columns } = compiled;
  const first = compiled.root[tree]!;
  for (let node = 0; node < nodeCount; node++) {
    const leftChild = left[first + node]!;
    let value = slot[first + node]!;
    for (let row = 0, at = node * block.size; row < block.rows; row++, at++, value += columns.length) {
      block.left[at] = childOf(compiled, first + node, block.values[value]!) === leftChild ? 1 : 0;
    }
  }
}

/** Adds what one leaf gives to every row of the block; `first` is where the first row's group begins in `out`. */
function addLeaf(path: LeafPath, leafValue: number, block: Block, out: Float64Array, first: number, stride: number) {
  const { demands } = path;
  if (demands.length === 0 || leafValue === 0) return;
  const { size, rows, met, product } = block;
  const { points, weights } = block.quadrature(demands.length);
  product.fill(leafValue, 0, points.length * size);
  demands.forEach((demand, d) => {
    meet(demand, d * size, block);
    for (let q = 0; q < points.length; q++) {
      const t = points[q]!;
      const unmet = (1 - t) * demand.share;
      for (let row = 0, m = d * size, p = q * size; row < rows; row++, m++, p++) {
        product[p] = product[p]! * (unmet + t * met[m]!);
      }
    }
  });
  demands.forEach(({ feature, share }, d) => {
    for (let q = 0; q < points.length; q++) {
      const t = points[q]!;
      // The product without this demand's own factor, times (1 - z) where it is met and (0 - z) where not: there the z cancels.
      const unmet = -weights[q]! / (1 - t);
      const more = (weights[q]! * (1 - share)) / (t + (1 - t) * share) - unmet;
      let at = first + feature;
      for (let row = 0, m = d * size, p = q * size; row < rows; row++, m++, p++, at += stride) {
        out[at] = out[at]! + product[p]! * (unmet + more * met[m]!);
      }
    }
  });
}

/** Fills `met` from `offset` on: 1 where a row passes all of a demand's questions on the leaf's side. */
function meet(demand: Demand, offset: number, { size, rows, left, met }: Block): void {
  met.fill(1, offset, offset + rows);
  for (let asked: Demand | undefined = demand; asked !== undefined; asked = asked.before) {
    const side = asked.isLeft ? 1 : 0;
    for (let row = 0, at = asked.node * size, m = offset; row < rows; row++, at++, m++) {
      if (left[at] !== side) met[m] = 0;
    }
  }
}
