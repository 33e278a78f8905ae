/** Grows one tree on gradients: depth-wise, or best leaf first. */
import type { BinnedMatrix } from './bins.js';
import { findSplit, type Split, type SplitRules } from './find-split.js';
import { fillHistogram, type Gradients, layoutOf, type NodeSums, STEPS, subtractInPlace } from './histogram.js';
import { GrowingTree } from './tree.js';

export interface GrowParams extends SplitRules {
  readonly growth: 'depth' | 'leaf';
  /** Splits on the way to a leaf at most. */
  readonly maxDepth: number;
  /** Leaves at most; only binding for leaf-wise growth. */
  readonly maxLeaves: number;
  readonly learningRate: number;
}

interface Pending {
  readonly node: number;
  readonly depth: number;
  /** Its rows: order[from..to). */
  readonly from: number;
  readonly to: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly sums: NodeSums;
  readonly split: Split;
}

/** Buffers that live as long as the boosting run: nothing is allocated per tree but the tree. */
export class Grower {
  readonly #binned: BinnedMatrix;
  readonly #params: GrowParams;
  readonly #spare: NodeSums[] = [];
  readonly #gathered: Gradients;
  readonly #right: Int32Array;
  /** By bin of the feature that is split on. */
  readonly #goesLeft = new Uint8Array(256);
  readonly #binsMax: number;

  constructor(binned: BinnedMatrix, params: GrowParams) {
    this.#binned = binned;
    this.#params = params;
    this.#binsMax = binned.missingBin.reduce((sum, missing) => sum + missing + 1, 0);
    this.#gathered = { gradients: new Float64Array(binned.rows), hessians: new Float64Array(binned.rows) };
    this.#right = new Int32Array(binned.rows);
  }

  /**
   * A tree on the given rows (`order` is permuted) and features (ascending). Gradients and hessians are whole numbers of steps.
   * `gradientUnit` is what one unit of the scaled gradient stands for (1 unless the loss scaled it).
   */
  grow(order: Int32Array, features: Int32Array, all: Gradients, gradientUnit = 1): GrowingTree {
    const params = this.#params;
    const tree = new GrowingTree();
    const layout = layoutOf(this.#binned, features);
    let gradient = 0;
    let hessian = 0;
    for (const row of order) {
      gradient += all.gradients[row]!;
      hessian += all.hessians[row]!;
    }
    const leafValue = (g: number, h: number) => (-params.learningRate * gradientUnit * g) / (h + params.lambda * STEPS);
    const root = tree.addLeaf(leafValue(gradient, hessian));
    const pending: Pending[] = [];
    const offer = (node: Omit<Pending, 'split'>) => {
      const split = findSplit(node.sums, layout, node.gradient, node.hessian, node.to - node.from, params);
      if (split === undefined) this.#spare.push(node.sums);
      else pending.push({ ...node, split });
    };
    let leaves = 1;
    if (params.maxDepth > 0 && order.length > 1) {
      const sums = this.#take();
      fillHistogram(sums, this.#binned, layout, order, 0, order.length, this.#gathered, all);
      offer({ node: root, depth: 0, from: 0, to: order.length, gradient, hessian, sums });
    }
    while (pending.length > 0 && (params.growth === 'depth' || leaves < params.maxLeaves)) {
      const { node, depth, from, to, gradient: g, hessian: h, sums, split } = this.#next(pending);
      const feature = features[split.at]!;
      const middle = this.#partition(order, from, to, feature, split);
      const [rightG, rightH] = [g - split.leftGradient, h - split.leftHessian];
      const left = tree.addLeaf(leafValue(split.leftGradient, split.leftHessian));
      const right = tree.addLeaf(leafValue(rightG, rightH));
      tree.split(node, feature, split.bin, split.missingLeft, split.gain, left, right);
      leaves++;
      if (depth + 1 >= params.maxDepth) {
        this.#spare.push(sums);
        continue;
      }
      const isLeftSmaller = middle - from <= to - middle;
      const small = this.#take();
      const [smallFrom, smallTo] = isLeftSmaller ? [from, middle] : [middle, to];
      fillHistogram(small, this.#binned, layout, order, smallFrom, smallTo, this.#gathered, all);
      subtractInPlace(sums, small, layout);
      const [leftSums, rightSums] = isLeftSmaller ? [small, sums] : [sums, small];
      const next = { depth: depth + 1 };
      offer({ ...next, node: right, from: middle, to, gradient: rightG, hessian: rightH, sums: rightSums });
      offer({
        ...next,
        node: left,
        from,
        to: middle,
        gradient: split.leftGradient,
        hessian: split.leftHessian,
        sums: leftSums,
      });
    }
    for (const { sums } of pending) this.#spare.push(sums);
    return tree;
  }

  /** Depth-wise growth splits every node, so the order is free: last in, first out keeps the fewest histograms alive. */
  #next(pending: Pending[]): Pending {
    if (this.#params.growth === 'depth') return pending.pop()!;
    let best = 0;
    for (let i = 1; i < pending.length; i++) {
      const isBetter = pending[i]!.split.gain > pending[best]!.split.gain;
      const isTie = pending[i]!.split.gain === pending[best]!.split.gain && pending[i]!.node < pending[best]!.node;
      if (isBetter || isTie) best = i;
    }
    return pending.splice(best, 1)[0]!;
  }

  #take(): NodeSums {
    const spare = this.#spare.pop();
    if (spare !== undefined) return spare;
    return {
      sums: new Float64Array(this.#binsMax * 2),
      counts: this.#params.minRowsLeaf > 1 ? new Int32Array(this.#binsMax) : undefined,
    };
  }

  /** Stable: both halves keep the order of rows, so the same rows are read in the same order everywhere. */
  #partition(order: Int32Array, from: number, to: number, feature: number, { bin, missingLeft }: Split): number {
    const bins = this.#binned.columns[feature]!;
    const goesLeft = this.#goesLeft.fill(1, 0, bin + 1).fill(0, bin + 1);
    goesLeft[this.#binned.missingBin[feature]!] = missingLeft ? 1 : 0;
    const rights = this.#right;
    let left = from;
    let right = 0;
    // Written to both sides and counted on one: which side is next cannot be foreseen, and a wrong guess costs more than a write.
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const isLeft = goesLeft[bins[row]!]!;
      order[left] = row;
      rights[right] = row;
      left += isLeft;
      right += 1 - isLeft;
    }
    order.set(this.#right.subarray(0, right), left);
    return left;
  }
}
