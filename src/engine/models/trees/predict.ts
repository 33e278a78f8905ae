/** Prediction of a compiled ensemble: raw scores, and the leaf every row ends in. */
import { assert } from '#base/assert.js';
import { type CompiledEnsemble, isLeftOf, STEP, STEP_SHIFT } from './compile.js';
import { gather, type Rows, rowsInBlock } from './row-block.js';

/**
 * Raw scores, rows x treesPerRound, row by row: the sum of the leaves in the order of the trees (their mean over the rounds under
 * `averageOutput`). Columns are found by position. Missing values, zeros and categories: see `goesLeft`; an infinity is a large number.
 */
export function rawScores(
  compiled: CompiledEnsemble,
  x: Rows,
  out = new Float64Array(x.rows * compiled.treesPerRound),
): Float64Array {
  const { treesPerRound, treeCount, leafValue, ensemble } = compiled;
  assert(out.length === x.rows * treesPerRound, 'out holds one score a row and tree of a round');
  out.fill(0);
  eachBlockAndTree(compiled, x, (tree, from, count, leaves) => {
    for (let i = 0, at = from * treesPerRound + (tree % treesPerRound); i < count; i++, at += treesPerRound) {
      out[at] = out[at]! + leafValue[leaves[i]!]!;
    }
  });
  if (ensemble.averageOutput && treeCount > 0) {
    const rounds = treeCount / treesPerRound;
    for (let i = 0; i < out.length; i++) out[i] = out[i]! / rounds;
  }
  return out;
}

/** The leaf of every row in every tree, rows x trees, row by row; leaves are numbered within their tree. */
export function leafIndices(compiled: CompiledEnsemble, x: Rows): Int32Array {
  const { treeCount, firstLeaf } = compiled;
  const out = new Int32Array(x.rows * treeCount);
  eachBlockAndTree(compiled, x, (tree, from, count, leaves) => {
    const first = firstLeaf[tree]!;
    for (let i = 0, at = from * treeCount + tree; i < count; i++, at += treeCount) out[at] = leaves[i]! - first;
  });
  return out;
}

type Visit = (tree: number, firstRow: number, rowCount: number, leaves: Int32Array) => void;

/** Blocks outside, trees inside: every row meets the trees in their order, whatever the size of a block. */
function eachBlockAndTree(compiled: CompiledEnsemble, x: Rows, visit: Visit): void {
  const { columns, treeCount, isPlain } = compiled;
  const columnsNeeded = columns.length === 0 ? 0 : columns[columns.length - 1]! + 1;
  assert(x.columns.length >= columnsNeeded, `the rows have the ${columnsNeeded} columns that the trees ask about`);
  const size = rowsInBlock(columns.length);
  const block = new Float64Array(size * columns.length);
  const leaves = new Int32Array(size);
  for (let from = 0; from < x.rows; from += size) {
    const to = Math.min(from + size, x.rows);
    gather(x, columns, from, to, block);
    for (let tree = 0; tree < treeCount; tree++) {
      const walk = isPlain[tree] === 1 ? walkPlain : walkAny;
      walk(compiled, compiled.root[tree]!, block, { from: 0, to: to - from }, leaves);
      visit(tree, from, to - from, leaves);
    }
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const LANES = 4;

/**
 * The walk down a plain tree, four rows side by side and without a branch on the data.
 *
 * Which side a row takes cannot be guessed, and a wrong guess costs the processor more than a step; and four rows wait for memory
 * together. So all four go on until the last is at its leaf: some two thirds of the time of one row after another.
 */
function walkPlain(compiled: CompiledEnsemble, root: number, block: Float64Array, span: Span, leaves: Int32Array) {
  const { steps, threshold, columns, nodeCount } = compiled;
  const width = columns.length;
  const end = STEP * nodeCount;
  let row = span.from;
  for (; row + LANES <= span.to; row += LANES) {
    const base = row * width;
    let a = root;
    let b = root;
    let c = root;
    let d = root;
    // Negative while any of them is above its leaf.
    while (((a - end) | (b - end) | (c - end) | (d - end)) < 0) {
      a = step(steps, threshold, block, base, a);
      b = step(steps, threshold, block, base + width, b);
      c = step(steps, threshold, block, base + 2 * width, c);
      d = step(steps, threshold, block, base + 3 * width, d);
    }
    leaves[row] = (a - end) >> STEP_SHIFT;
    leaves[row + 1] = (b - end) >> STEP_SHIFT;
    leaves[row + 2] = (c - end) >> STEP_SHIFT;
    leaves[row + 3] = (d - end) >> STEP_SHIFT;
  }
  walkAny(compiled, root, block, { from: row, to: span.to }, leaves);
}

/** From a place to the next; the columns stand one by one, so that the compiler writes this into the loop. */
function step(steps: Int32Array, threshold: Float64Array, block: Float64Array, base: number, place: number): number {
  const asked = steps[place]!;
  const value = block[base + (asked >> 1)]!;
  const isLeft = Number(value <= threshold[place >> STEP_SHIFT]!) | (Number(Number.isNaN(value)) & asked);
  return steps[place + 1 + isLeft]!;
}

/** The walk down a tree of any kind. */
function walkAny(
  compiled: CompiledEnsemble,
  root: number,
  block: Float64Array,
  { from, to }: Span,
  leaves: Int32Array,
) {
  const { steps, columns, nodeCount } = compiled;
  const width = columns.length;
  const end = STEP * nodeCount;
  for (let row = from; row < to; row++) {
    let place = root;
    while (place < end) {
      const value = block[row * width + (steps[place]! >> 1)]!;
      place = steps[place + 1 + isLeftOf(compiled, place >> STEP_SHIFT, value)]!;
    }
    leaves[row] = (place - end) >> STEP_SHIFT;
  }
}
