/** Prediction of a compiled ensemble: raw scores, and the leaf every row ends in. */
import { assert } from '#base/assert.js';
import { type CompiledEnsemble, childOf } from './compile.js';
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
  const { columns, treeCount, hasCategories } = compiled;
  const columnsNeeded = columns.length === 0 ? 0 : columns[columns.length - 1]! + 1;
  assert(x.columns.length >= columnsNeeded, `the rows have the ${columnsNeeded} columns that the trees ask about`);
  const size = rowsInBlock(columns.length);
  const block = new Float64Array(size * columns.length);
  const leaves = new Int32Array(size);
  for (let from = 0; from < x.rows; from += size) {
    const to = Math.min(from + size, x.rows);
    gather(x, columns, from, to, block);
    for (let tree = 0; tree < treeCount; tree++) {
      const walk = hasCategories[tree] === 1 ? walkAny : walkNumbers;
      walk(compiled, compiled.root[tree]!, block, to - from, leaves);
      visit(tree, from, to - from, leaves);
    }
  }
}

/** The walk down a tree that asks about numbers only. */
function walkNumbers(compiled: CompiledEnsemble, root: number, block: Float64Array, count: number, leaves: Int32Array) {
  const { slot, threshold, left, right, nanChild, zeroChild } = compiled;
  const width = compiled.columns.length;
  for (let row = 0, base = 0; row < count; row++, base += width) {
    let node = root;
    while (node >= 0) {
      const value = block[base + slot[node]!]!;
      if (value === 0) node = zeroChild[node]!;
      else if (value <= threshold[node]!) node = left[node]!;
      // NaN is neither <= nor >.
      else node = value > threshold[node]! ? right[node]! : nanChild[node]!;
    }
    leaves[row] = ~node;
  }
}

/** The same down a tree that asks about categories too. */
function walkAny(compiled: CompiledEnsemble, root: number, block: Float64Array, count: number, leaves: Int32Array) {
  const { slot } = compiled;
  const width = compiled.columns.length;
  for (let row = 0, base = 0; row < count; row++, base += width) {
    let node = root;
    while (node >= 0) node = childOf(compiled, node, block[base + slot[node]!]!);
    leaves[row] = ~node;
  }
}
