/** Exact SHAP values of tree ensembles, path-dependent (Lundberg et al. 2018): what each feature added to each raw score. */
import { assert } from '#base/assert.js';
import { type CompiledEnsemble, isLeftOf, STEP } from '../models/trees/compile.js';
import { gather, type Rows } from '../models/trees/row-block.js';
import type { TreeEnsemble } from '../models/trees/tree.js';
import { type LeafGifts, leafGifts } from './leaf-gifts.js';
import { type Demand, type LeafPath, leafPathsOf } from './leaf-paths.js';

/** What explaining needs to know of an ensemble: made once, used often. */
export interface ShapPlan {
  readonly compiled: CompiledEnsemble;
  /** The ways to the leaves, tree by tree. */
  readonly paths: readonly (readonly LeafPath[])[];
  /** The mean raw score over the training rows, one a score: what the ensemble says of a row it knows nothing about. */
  readonly base: Float64Array;
  /** Of the longest way. */
  readonly demandsMax: number;
}

export function planShap(compiled: CompiledEnsemble): ShapPlan {
  const paths = compiled.ensemble.trees.map(leafPathsOf);
  const demandsMax = paths.flat().reduce((most, path) => Math.max(most, path.demands.length), 0);
  return { compiled, paths, base: baseOf(compiled, paths), demandsMax };
}

function baseOf({ ensemble, treesPerRound }: CompiledEnsemble, paths: ShapPlan['paths']): Float64Array {
  const base = new Float64Array(treesPerRound);
  paths.forEach((leaves, t) => {
    const { leafValue } = ensemble.trees[t]!;
    for (const { leaf, demands } of leaves) {
      const mean = demands.reduce((product, { share }) => product * share, leafValue[leaf]!);
      base[t % treesPerRound] = base[t % treesPerRound]! + mean;
    }
  });
  return base.map((sum) => sum / roundsAveraged(ensemble));
}

/** An averaged ensemble divides its scores by its rounds. */
const roundsAveraged = ({ averageOutput, trees, treesPerRound }: TreeEnsemble): number =>
  averageOutput ? Math.max(1, trees.length / treesPerRound) : 1;

/**
 * SHAP values, rows x treesPerRound x (features + 1), row by row; the last of each group is the base value. A group sums to the row's
 * raw score. Missing values and categories are decided as in prediction; an averaged forest gives averages (LightGBM's own gives sums).
 *
 * Whatever a leaf gives depends only on which demands of its way a row meets (see `leaf-gifts.ts`), and of the 2^D answers few occur:
 * each is worked out once a block of rows. Cost: about leaves x D a row and tree where rows are many, leaves x D^2 where they are few.
 */
export function shapValues(plan: ShapPlan, x: Rows): Float64Array {
  const { compiled, paths, base } = plan;
  const { ensemble, treesPerRound, columns } = compiled;
  const isWide = columns.length === 0 || x.columns.length > columns[columns.length - 1]!;
  assert(isWide, 'the rows have the columns that the trees ask about');
  const group = ensemble.featureNames.length + 1;
  const stride = treesPerRound * group;
  const out = new Float64Array(x.rows * stride);
  const block = newBlock(plan, x.rows);
  for (let from = 0; from < x.rows; from += block.size) {
    block.rows = Math.min(block.size, x.rows - from);
    gather(x, columns, from, from + block.rows, block.values);
    for (let t = 0; t < paths.length; t++) {
      const { leafValue, splitFeature } = ensemble.trees[t]!;
      decide(compiled, t, splitFeature.length, block);
      const first = from * stride + (t % treesPerRound) * group;
      for (const path of paths[t]!) addLeaf(path, leafValue[path.leaf]!, block, out, first, stride);
    }
  }
  const rounds = roundsAveraged(ensemble);
  if (rounds > 1) for (let i = 0; i < out.length; i++) out[i] = out[i]! / rounds;
  for (let at = group - 1, k = 0; at < out.length; at += group, k++) out[at] = base[k % treesPerRound]!;
  return out;
}

/** Some rows at a time, and room for what is worked out about them. */
interface Block {
  readonly size: number;
  rows: number;
  /** Row by row, the columns that the trees ask about. */
  readonly values: Float64Array;
  /** Node by node, 1 where the row goes left. */
  readonly left: Uint8Array;
  /** Demand by demand, 1 where the row meets it. */
  readonly met: Uint8Array;
  readonly gifts: LeafGifts;
}

/** Many rows share the answers of a leaf; some hundred KiB of their values still stay in a cache. */
const CELLS = 32_768;
const ROWS_MAX = 1024;

function newBlock({ compiled, demandsMax }: ShapPlan, rows: number): Block {
  const { ensemble, columns } = compiled;
  const fitting = Math.max(64, Math.floor(CELLS / Math.max(1, columns.length)));
  const size = Math.max(1, Math.min(rows, ROWS_MAX, fitting));
  const nodes = ensemble.trees.reduce((most, tree) => Math.max(most, tree.splitFeature.length), 0);
  return {
    size,
    rows: 0,
    values: new Float64Array(size * columns.length),
    left: new Uint8Array(size * nodes),
    met: new Uint8Array(size * demandsMax),
    gifts: leafGifts(demandsMax, size),
  };
}

function decide(compiled: CompiledEnsemble, tree: number, nodeCount: number, block: Block): void {
  const { steps, columns } = compiled;
  const first = compiled.firstNode[tree]!;
  for (let node = 0; node < nodeCount; node++) {
    let value = steps[STEP * (first + node)]! >> 1;
    for (let row = 0, at = node * block.size; row < block.rows; row++, at++, value += columns.length) {
      block.left[at] = isLeftOf(compiled, first + node, block.values[value]!);
    }
  }
}

/** Adds what one leaf gives to every row of the block; `first` is where the first row's group begins in `out`. */
function addLeaf(path: LeafPath, leafValue: number, block: Block, out: Float64Array, first: number, stride: number) {
  const { demands } = path;
  if (demands.length === 0 || leafValue === 0) return;
  for (let d = 0; d < demands.length; d++) meet(demands[d]!, d * block.size, block);
  const at = block.gifts.of(demands, leafValue, block.met, block.size, block.rows);
  const { values } = block.gifts;
  for (let d = 0; d < demands.length; d++) {
    let to = first + demands[d]!.feature;
    for (let row = 0; row < block.rows; row++, to += stride) out[to] = out[to]! + values[at[row]! + d]!;
  }
}

/** Fills `met` from `offset` on: 1 where a row passes all of a demand's questions on the leaf's side. */
function meet(demand: Demand, offset: number, { size, rows, left, met }: Block): void {
  met.fill(1, offset, offset + rows);
  for (let asked: Demand | undefined = demand; asked !== undefined; asked = asked.before) {
    const other = asked.isLeft ? 0 : 1;
    for (let row = 0, at = asked.node * size, m = offset; row < rows; row++, at++, m++) {
      met[m] = met[m]! & (left[at]! ^ other);
    }
  }
}
