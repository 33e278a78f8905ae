/** A tree while it grows, in LightGBM's numbering: a split leaf keeps its number on the left, the right side takes the next one. */
import { DECISION, EVERY_NUMBER, type Tree } from '../trees/tree.js';
import type { ColumnBins } from './binned-columns.js';
import type { Split } from './find-split.js';

/** What a node adds, the hessians it holds and its rows. */
export interface NodeFacts {
  readonly value: number;
  readonly weight: number;
  readonly rows: number;
}

export class TreeBuilder {
  readonly #splitFeature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #decisionType: number[] = [];
  readonly #leftChild: number[] = [];
  readonly #rightChild: number[] = [];
  readonly #splitGain: number[] = [];
  readonly #internal: NodeFacts[] = [];
  readonly #catBoundaries: number[] = [0];
  readonly #catThreshold: number[] = [];
  readonly #leaves: NodeFacts[];
  /** Inner node above each leaf, and whether the leaf is on its left. */
  readonly #above: { node: number; isLeft: boolean }[] = [{ node: -1, isLeft: false }];

  constructor(root: NodeFacts) {
    this.#leaves = [root];
  }

  get leafCount(): number {
    return this.#leaves.length;
  }

  /** Splits `leaf`; the new leaf's number is the count there was. `gain` is in the loss's unit. */
  split(
    leaf: number,
    { column, bins, split, gain }: { column: number; bins: ColumnBins; split: Split; gain: number },
    left: NodeFacts,
    right: NodeFacts,
  ): void {
    const node = this.#splitFeature.push(column) - 1;
    if (split.leftBins === undefined) {
      this.#threshold.push(bins.cuts[split.bin] ?? EVERY_NUMBER);
      this.#decisionType.push(DECISION.missingNan | (split.missingLeft ? DECISION.defaultLeft : 0));
    } else {
      this.#threshold.push(this.#catBoundaries.length - 1);
      this.#decisionType.push(DECISION.categorical);
      this.#catThreshold.push(...setOf(split.leftBins.map((bin) => bins.categories![bin]!)));
      this.#catBoundaries.push(this.#catThreshold.length);
    }
    this.#splitGain.push(gain);
    this.#internal.push(this.#leaves[leaf]!);
    const newLeaf = this.#leaves.length;
    this.#leftChild.push(~leaf);
    this.#rightChild.push(~newLeaf);
    const above = this.#above[leaf]!;
    if (above.node >= 0) (above.isLeft ? this.#leftChild : this.#rightChild)[above.node] = node;
    this.#above[leaf] = { node, isLeft: true };
    this.#above.push({ node, isLeft: false });
    this.#leaves[leaf] = left;
    this.#leaves.push(right);
  }

  /** Leaves get their final values: `values` by leaf, learning rate and `start` of the scores included. */
  finish(values: ArrayLike<number>, shrinkage: number, start: number): Tree {
    const hasSets = this.#catThreshold.length > 0;
    return {
      splitFeature: this.#splitFeature,
      threshold: this.#threshold,
      decisionType: this.#decisionType,
      leftChild: this.#leftChild,
      rightChild: this.#rightChild,
      leafValue: this.#leaves.map((_, leaf) => values[leaf]!),
      leafWeight: this.#leaves.map(({ weight }) => weight),
      leafCount: this.#leaves.map(({ rows }) => rows),
      splitGain: this.#splitGain,
      internalValue: this.#internal.map(({ value }) => start + value * shrinkage),
      internalWeight: this.#internal.map(({ weight }) => weight),
      internalCount: this.#internal.map(({ rows }) => rows),
      catBoundaries: hasSets ? this.#catBoundaries : [],
      catThreshold: this.#catThreshold,
      shrinkage,
    };
  }
}

/** Categories as bits of 32-bit words. */
function setOf(categories: readonly number[]): number[] {
  const words = new Uint32Array((Math.max(...categories) >>> 5) + 1);
  for (const category of categories) words[category >>> 5]! |= 1 << (category & 31);
  return [...words];
}
