/** One regression tree as plain parallel lists, and the walk down it. */
import type { BinnedMatrix } from './bins.js';

/** Node 0 is the root; a leaf has feature -1. Values <= cut go left. */
export interface Tree {
  readonly feature: readonly number[];
  readonly cut: readonly number[];
  /** Whether missing values go left, 1 or 0. */
  readonly missingLeft: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** A leaf's contribution to the score, learning rate included; 0 in inner nodes. */
  readonly value: readonly number[];
  /** What a split gained; 0 in leaves. */
  readonly gain: readonly number[];
}

/** A tree while it is grown: the bin of each cut is known as well. */
export class GrowingTree {
  readonly feature: number[] = [];
  readonly bin: number[] = [];
  readonly missingLeft: number[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly value: number[] = [];
  readonly gain: number[] = [];

  addLeaf(value: number): number {
    this.feature.push(-1);
    this.bin.push(0);
    this.missingLeft.push(0);
    this.left.push(0);
    this.right.push(0);
    this.gain.push(0);
    return this.value.push(value) - 1;
  }

  split(
    node: number,
    feature: number,
    bin: number,
    missingLeft: boolean,
    gain: number,
    left: number,
    right: number,
  ): void {
    this.feature[node] = feature;
    this.bin[node] = bin;
    this.missingLeft[node] = missingLeft ? 1 : 0;
    this.gain[node] = gain;
    this.left[node] = left;
    this.right[node] = right;
    this.value[node] = 0;
  }

  finish(cuts: readonly Float64Array[]): Tree {
    const { feature, missingLeft, left, right, value, gain } = this;
    return {
      feature,
      cut: feature.map((j, node) => (j < 0 ? 0 : cuts[j]![this.bin[node]!]!)),
      missingLeft,
      left,
      right,
      value,
      gain,
    };
  }

  /** Adds every row's leaf value to its score. */
  addTo(scores: Float64Array, binned: BinnedMatrix): void {
    const feature = Int32Array.from(this.feature);
    const bin = Int32Array.from(this.bin);
    const missingLeft = Uint8Array.from(this.missingLeft);
    const left = Int32Array.from(this.left);
    const right = Int32Array.from(this.right);
    const { columns, missingBin } = binned;
    for (let row = 0; row < scores.length; row++) {
      let node = 0;
      let j = feature[0]!;
      while (j >= 0) {
        const b = columns[j]![row]!;
        const goesLeft = b === missingBin[j] ? missingLeft[node] === 1 : b <= bin[node]!;
        node = goesLeft ? left[node]! : right[node]!;
        j = feature[node]!;
      }
      scores[row] = scores[row]! + this.value[node]!;
    }
  }
}

/** What it takes to walk down a tree, whatever its leaves hold. */
export type TreeShape = Pick<Tree, 'feature' | 'cut' | 'missingLeft' | 'left' | 'right'>;

/** The leaf every row ends in, from raw feature columns. */
export function leavesOf(tree: TreeShape, columns: readonly Float64Array[], rows: number): Int32Array {
  const feature = Int32Array.from(tree.feature);
  const cut = Float64Array.from(tree.cut);
  const left = Int32Array.from(tree.left);
  const right = Int32Array.from(tree.right);
  const leaves = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let node = 0;
    let j = feature[0]!;
    while (j >= 0) {
      const value = columns[j]![row]!;
      const goesLeft = value - value === 0 ? value <= cut[node]! : tree.missingLeft[node] === 1;
      node = goesLeft ? left[node]! : right[node]!;
      j = feature[node]!;
    }
    leaves[row] = node;
  }
  return leaves;
}

/** Adds every row's leaf value to its score. */
export function addTree(tree: Tree, columns: readonly Float64Array[], scores: Float64Array): void {
  const leaves = leavesOf(tree, columns, scores.length);
  for (let row = 0; row < scores.length; row++) scores[row] = scores[row]! + tree.value[leaves[row]!]!;
}
