/** One classification tree of a forest: gini, a fresh draw of features at every node, class shares in the leaves. */
import type { Rng } from '#base/rng.js';
import { sampleWithoutReplacement } from '../../random/draws.js';
import type { BinnedMatrix } from './bin-matrix.js';
import type { TreeShape } from './tree-shape.js';

export interface CartParams {
  readonly maxDepth: number;
  readonly minRowsLeaf: number;
  /** Features looked at in each node. */
  readonly featuresPerNode: number;
}

export interface CartTree extends TreeShape {
  /** Class shares, `classes` numbers a node. */
  readonly shares: readonly number[];
  /** Fall of the summed gini impurity at each split; 0 in leaves. */
  readonly gain: readonly number[];
}

interface Cut {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
}

/** Breiman et al. (1984). `order` lists the tree's rows (repeats allowed) and is permuted; ties go to the lower feature, then the lower bin. */
export function growCart(
  binned: BinnedMatrix,
  target: Int8Array,
  classes: number,
  order: Int32Array,
  params: CartParams,
  rng: Rng,
): CartTree {
  const tree = {
    feature: [] as number[],
    bin: [] as number[],
    missingLeft: [] as number[],
    left: [] as number[],
    right: [] as number[],
  };
  const shares: number[] = [];
  const gains: number[] = [];
  const scratch = new Int32Array(order.length);
  const addNode = (from: number, to: number): number => {
    const counts = countClasses(target, classes, order, from, to);
    shares.push(...Array.from(counts, (count) => count / (to - from)));
    tree.feature.push(-1);
    tree.bin.push(0);
    tree.missingLeft.push(0);
    tree.left.push(0);
    tree.right.push(0);
    return gains.push(0) - 1;
  };
  const pending = [{ node: addNode(0, order.length), from: 0, to: order.length, depth: 0 }];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const { node, from, to, depth } = at;
    if (depth >= params.maxDepth || to - from < 2 * params.minRowsLeaf) continue;
    const features = sampleWithoutReplacement(binned.columns.length, params.featuresPerNode, rng);
    const cut = findCut(binned, target, classes, order, from, to, features, params.minRowsLeaf);
    if (cut === undefined) continue;
    const middle = partition(binned, order, scratch, from, to, cut);
    const left = addNode(from, middle);
    const right = addNode(middle, to);
    tree.feature[node] = cut.feature;
    tree.bin[node] = cut.bin;
    tree.missingLeft[node] = cut.missingLeft ? 1 : 0;
    tree.left[node] = left;
    tree.right[node] = right;
    gains[node] = cut.gain;
    pending.push(
      { node: right, from: middle, to, depth: depth + 1 },
      { node: left, from, to: middle, depth: depth + 1 },
    );
  }
  const { bin, ...shape } = tree;
  return {
    ...shape,
    cut: shape.feature.map((j, node) => (j < 0 ? 0 : binned.cuts[j]![bin[node]!]!)),
    shares,
    gain: gains,
  };
}

function countClasses(target: Int8Array, classes: number, order: Int32Array, from: number, to: number): Int32Array {
  const counts = new Int32Array(classes);
  for (let i = from; i < to; i++) counts[target[order[i]!]!]! += 1;
  return counts;
}

/** Sum of squared counts over the size: the larger, the purer. A cut gains what its sides have more of it than their parent. */
function purity(counts: Int32Array, size: number): number {
  let squares = 0;
  for (let k = 0; k < counts.length; k++) squares += counts[k]! * counts[k]!;
  return squares / size;
}

function findCut(
  binned: BinnedMatrix,
  target: Int8Array,
  classes: number,
  order: Int32Array,
  from: number,
  to: number,
  features: Int32Array,
  rowsMin: number,
): Cut | undefined {
  const total = countClasses(target, classes, order, from, to);
  const size = to - from;
  const parent = purity(total, size);
  let best: Cut | undefined;
  let bestPurity = parent + 1e-9;
  for (const feature of features) {
    const bins = binned.columns[feature]!;
    const missing = binned.missingBin[feature]!;
    const counts = new Int32Array((missing + 1) * classes);
    for (let i = from; i < to; i++) counts[bins[order[i]!]! * classes + target[order[i]!]!]! += 1;
    const absent = counts.subarray(missing * classes);
    const absentSize = absent.reduce((sum, count) => sum + count, 0);
    const left = new Int32Array(classes);
    let leftSize = 0;
    for (let bin = 0; bin + 1 < missing; bin++) {
      let inBin = 0;
      for (let k = 0; k < classes; k++) {
        const count = counts[bin * classes + k]!;
        left[k]! += count;
        inBin += count;
      }
      if (inBin === 0) continue;
      leftSize += inBin;
      for (let side = absentSize > 0 ? 1 : 0; side >= 0; side--) {
        const taken = leftSize + side * absentSize;
        if (taken < rowsMin || size - taken < rowsMin) continue;
        let squaresLeft = 0;
        let squaresRight = 0;
        for (let k = 0; k < classes; k++) {
          const l = left[k]! + side * absent[k]!;
          const r = total[k]! - l;
          squaresLeft += l * l;
          squaresRight += r * r;
        }
        const both = squaresLeft / taken + squaresRight / (size - taken);
        const missingLeft = absentSize > 0 ? side === 1 : 2 * leftSize >= size;
        if (both <= bestPurity) continue;
        bestPurity = both;
        best = { feature, bin, missingLeft, gain: both - parent };
      }
    }
  }
  return best;
}

function partition(
  binned: BinnedMatrix,
  order: Int32Array,
  scratch: Int32Array,
  from: number,
  to: number,
  cut: Cut,
): number {
  const bins = binned.columns[cut.feature]!;
  const missing = binned.missingBin[cut.feature]!;
  let left = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    const b = bins[row]!;
    if (b === missing ? cut.missingLeft : b <= cut.bin) order[left++] = row;
    else scratch[right++] = row;
  }
  order.set(scratch.subarray(0, right), left);
  return left;
}
