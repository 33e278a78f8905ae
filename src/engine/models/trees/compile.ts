/** An ensemble laid out for prediction: every tree's nodes one after another in flat typed arrays, compiled once and used often. */
import { DECISION, EVERY_NUMBER, type Tree, type TreeEnsemble } from './tree.js';

/** A child >= 0 is an inner node, a child < 0 the leaf `~child`; both numbered across the whole ensemble. */
export interface CompiledEnsemble {
  readonly ensemble: TreeEnsemble;
  readonly treeCount: number;
  readonly treesPerRound: number;
  /** Where a tree begins: an inner node, or `~leaf` for a tree of one leaf. */
  readonly root: Int32Array;
  /** Number of each tree's first leaf. */
  readonly firstLeaf: Int32Array;
  /** 1 where a tree asks about categories. */
  readonly hasCategories: Uint8Array;
  /** The columns that are asked about at all, ascending. */
  readonly columns: Int32Array;
  /** Position of a node's column in `columns`. */
  readonly slot: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Where NaN goes: what "missing" means to the node is settled here, not while walking. */
  readonly nanChild: Int32Array;
  /** Where zero goes. */
  readonly zeroChild: Int32Array;
  /** First word of a node's set of categories, -1 in numerical nodes. */
  readonly setStart: Int32Array;
  /** Categories >= this are in no set of the node. */
  readonly setSize: Int32Array;
  readonly words: Uint32Array;
  readonly leafValue: Float64Array;
}

/** Lays an ensemble out for prediction. It must be sound: `checkTree` holds trees from outside to that. */
export function compileEnsemble(ensemble: TreeEnsemble): CompiledEnsemble {
  const { trees } = ensemble;
  const nodeCount = sum(trees, (tree) => tree.splitFeature.length);
  const columns = Int32Array.from(new Set(trees.flatMap((tree) => [...tree.splitFeature]))).sort();
  const slotOf = new Map(Array.from(columns, (column, slot) => [column, slot]));
  const flat = {
    ensemble,
    treeCount: trees.length,
    treesPerRound: ensemble.treesPerRound,
    root: new Int32Array(trees.length),
    firstLeaf: new Int32Array(trees.length),
    hasCategories: new Uint8Array(trees.length),
    columns,
    slot: new Int32Array(nodeCount),
    threshold: new Float64Array(nodeCount),
    left: new Int32Array(nodeCount),
    right: new Int32Array(nodeCount),
    nanChild: new Int32Array(nodeCount),
    zeroChild: new Int32Array(nodeCount),
    setStart: new Int32Array(nodeCount).fill(-1),
    setSize: new Int32Array(nodeCount),
    words: new Uint32Array(sum(trees, (tree) => tree.catThreshold.length)),
    leafValue: new Float64Array(sum(trees, (tree) => tree.leafValue.length)),
  };
  let firstNode = 0;
  let firstLeaf = 0;
  let firstWord = 0;
  trees.forEach((tree, t) => {
    const across = (child: number) => (child >= 0 ? firstNode + child : ~(firstLeaf + ~child));
    flat.root[t] = tree.splitFeature.length > 0 ? firstNode : ~firstLeaf;
    flat.firstLeaf[t] = firstLeaf;
    flat.leafValue.set(tree.leafValue, firstLeaf);
    flat.words.set(tree.catThreshold, firstWord);
    for (let node = 0; node < tree.splitFeature.length; node++) {
      const at = firstNode + node;
      flat.slot[at] = slotOf.get(tree.splitFeature[node]!)!;
      flat.threshold[at] = thresholdOf(tree, node);
      flat.left[at] = across(tree.leftChild[node]!);
      flat.right[at] = across(tree.rightChild[node]!);
      flat.nanChild[at] = goesLeft(tree, node, NaN) ? flat.left[at]! : flat.right[at]!;
      flat.zeroChild[at] = goesLeft(tree, node, 0) ? flat.left[at]! : flat.right[at]!;
      if ((tree.decisionType[node]! & DECISION.categorical) === 0) continue;
      const set = tree.threshold[node]!;
      flat.setStart[at] = firstWord + tree.catBoundaries[set]!;
      flat.setSize[at] = 32 * (tree.catBoundaries[set + 1]! - tree.catBoundaries[set]!);
      flat.hasCategories[t] = 1;
    }
    firstNode += tree.splitFeature.length;
    firstLeaf += tree.leafValue.length;
    firstWord += tree.catThreshold.length;
  });
  return flat;
}

/** Where a value goes from a node of any kind: `goesLeft`, on the flat arrays. */
export function childOf(compiled: CompiledEnsemble, node: number, value: number): number {
  if (value === 0) return compiled.zeroChild[node]!;
  if (Number.isNaN(value)) return compiled.nanChild[node]!;
  const start = compiled.setStart[node]!;
  if (start < 0) return value <= compiled.threshold[node]! ? compiled.left[node]! : compiled.right[node]!;
  // Between -1 and 0 a number is cut to category 0.
  if (!(value > -1 && value < compiled.setSize[node]!)) return compiled.right[node]!;
  const word = compiled.words[start + (value >>> 5)]!;
  return ((word >>> (value & 31)) & 1) === 1 ? compiled.left[node]! : compiled.right[node]!;
}

/**
 * LightGBM's decision at a node, in plain words.
 *
 * A category is the number cut to an integer; NaN, negative and unknown categories are in no set and go right. A number goes left
 * when it is <= the threshold; missing goes where the node says: NaN under `missingNan`, NaN and zero under `missingZero`,
 * and under `missingNone` NaN is taken for zero. The caller has turned numbers of size <= ZERO_SIZE_MAX into zero.
 */
export function goesLeft(tree: Tree, node: number, value: number): boolean {
  const decision = tree.decisionType[node]!;
  const threshold = thresholdOf(tree, node);
  if ((decision & DECISION.categorical) !== 0) {
    const category = Math.trunc(value);
    const start = tree.catBoundaries[threshold]!;
    const size = 32 * (tree.catBoundaries[threshold + 1]! - start);
    if (!(category >= 0 && category < size)) return false;
    return ((tree.catThreshold[start + (category >>> 5)]! >>> (category & 31)) & 1) === 1;
  }
  const missing = decision & DECISION.missingMask;
  const isMissing =
    (missing === DECISION.missingNan && Number.isNaN(value)) ||
    (missing === DECISION.missingZero && (value === 0 || Number.isNaN(value)));
  if (isMissing) return (decision & DECISION.defaultLeft) !== 0;
  return (Number.isNaN(value) ? 0 : value) <= threshold;
}

function thresholdOf({ threshold }: Tree, node: number): number {
  return threshold[node]! >= EVERY_NUMBER ? Infinity : threshold[node]!;
}

function sum(trees: readonly Tree[], size: (tree: Tree) => number): number {
  return trees.reduce((total, tree) => total + size(tree), 0);
}
