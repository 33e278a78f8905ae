/** An ensemble laid out for prediction: every tree's nodes one after another in flat typed arrays, compiled once and used often. */
import { DECISION, EVERY_NUMBER, type Tree, type TreeEnsemble } from './tree.js';

/** Inner nodes are numbered across the whole ensemble, tree by tree; leaves likewise, and after all inner nodes. */
export interface CompiledEnsemble {
  readonly ensemble: TreeEnsemble;
  readonly treeCount: number;
  readonly treesPerRound: number;
  readonly nodeCount: number;
  /** Number of each tree's first inner node, and of its first leaf. */
  readonly firstNode: Int32Array;
  readonly firstLeaf: Int32Array;
  /** The place in `steps` where a tree begins. */
  readonly root: Int32Array;
  /** 1 where a tree asks about numbers only, and zero is no missing value to it. */
  readonly isPlain: Uint8Array;
  /** The columns that are asked about at all, ascending. */
  readonly columns: Int32Array;
  /**
   * STEP numbers a node: twice its column's position in `columns`, plus 1 when NaN goes left; the place of the right child; that of the
   * left. A leaf leads back to itself, so that rows which arrive at different depths can walk side by side.
   */
  readonly steps: Int32Array;
  readonly threshold: Float64Array;
  /** 1 where zero goes left: what "missing" means to a node is settled here, not while walking. */
  readonly zeroLeft: Uint8Array;
  /** First word of a node's set of categories, -1 in numerical nodes. */
  readonly setStart: Int32Array;
  /** Categories >= this are in no set of the node. */
  readonly setSize: Int32Array;
  readonly words: Uint32Array;
  readonly leafValue: Float64Array;
}

/** Numbers a node has in `steps`, one of them spare: a shift finds the node of a place. */
export const STEP = 4;
export const STEP_SHIFT = 2;

/** Lays an ensemble out for prediction. It must be sound: `faultOf` holds trees from outside to that. */
export function compileEnsemble(ensemble: TreeEnsemble): CompiledEnsemble {
  const { trees } = ensemble;
  const nodeCount = sum(trees, (tree) => tree.splitFeature.length);
  const leafCount = sum(trees, (tree) => tree.leafValue.length);
  const columns = Int32Array.from(new Set(trees.flatMap((tree) => [...tree.splitFeature]))).sort();
  const slotOf = new Map(Array.from(columns, (column, slot) => [column, slot]));
  const flat = {
    ensemble,
    treeCount: trees.length,
    treesPerRound: ensemble.treesPerRound,
    nodeCount,
    firstNode: new Int32Array(trees.length),
    firstLeaf: new Int32Array(trees.length),
    root: new Int32Array(trees.length),
    isPlain: new Uint8Array(trees.length).fill(1),
    columns,
    steps: new Int32Array(STEP * (nodeCount + leafCount)),
    threshold: new Float64Array(nodeCount + leafCount),
    zeroLeft: new Uint8Array(nodeCount),
    setStart: new Int32Array(nodeCount).fill(-1),
    setSize: new Int32Array(nodeCount),
    words: new Uint32Array(sum(trees, (tree) => tree.catThreshold.length)),
    leafValue: new Float64Array(leafCount),
  };
  let firstNode = 0;
  let firstLeaf = 0;
  let firstWord = 0;
  trees.forEach((tree, t) => {
    const placeOf = (child: number) => STEP * (child >= 0 ? firstNode + child : nodeCount + firstLeaf + ~child);
    flat.firstNode[t] = firstNode;
    flat.firstLeaf[t] = firstLeaf;
    flat.root[t] = placeOf(tree.splitFeature.length > 0 ? 0 : -1);
    flat.leafValue.set(tree.leafValue, firstLeaf);
    flat.words.set(tree.catThreshold, firstWord);
    for (let leaf = 0; leaf < tree.leafValue.length; leaf++) {
      const place = placeOf(~leaf);
      flat.steps.set([0, place, place], place);
    }
    for (let node = 0; node < tree.splitFeature.length; node++) {
      const at = firstNode + node;
      const slot = slotOf.get(tree.splitFeature[node]!)!;
      const [left, right] = [placeOf(tree.leftChild[node]!), placeOf(tree.rightChild[node]!)];
      flat.steps.set([2 * slot + (goesLeft(tree, node, NaN) ? 1 : 0), right, left], STEP * at);
      flat.threshold[at] = thresholdOf(tree, node);
      flat.zeroLeft[at] = goesLeft(tree, node, 0) ? 1 : 0;
      const decision = tree.decisionType[node]!;
      const isCategorical = (decision & DECISION.categorical) !== 0;
      if (isCategorical || (decision & DECISION.missingMask) === DECISION.missingZero) flat.isPlain[t] = 0;
      if (!isCategorical) continue;
      const set = tree.threshold[node]!;
      flat.setStart[at] = firstWord + tree.catBoundaries[set]!;
      flat.setSize[at] = 32 * (tree.catBoundaries[set + 1]! - tree.catBoundaries[set]!);
    }
    firstNode += tree.splitFeature.length;
    firstLeaf += tree.leafValue.length;
    firstWord += tree.catThreshold.length;
  });
  return flat;
}

/** 1 where a value goes left from a node of any kind, else 0: `goesLeft`, on the flat arrays. */
export function isLeftOf(compiled: CompiledEnsemble, node: number, value: number): number {
  if (value === 0) return compiled.zeroLeft[node]!;
  if (Number.isNaN(value)) return compiled.steps[STEP * node]! & 1;
  const start = compiled.setStart[node]!;
  if (start < 0) return value <= compiled.threshold[node]! ? 1 : 0;
  // Between -1 and 0 a number is cut to category 0.
  if (!(value > -1 && value < compiled.setSize[node]!)) return 0;
  return (compiled.words[start + (value >>> 5)]! >>> (value & 31)) & 1;
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
