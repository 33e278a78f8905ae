/** Grows one tree on the gradients of one output: best leaf first, or every leaf while it gains. */
import { assert } from '#base/assert.js';
import type { ColumnBins } from './binned-columns.js';
import { findSplit, type Split, type SplitRules } from './find-split.js';
import { boundedOutput, FREE, type OutputBounds } from './monotone-cut.js';
import type { BoostingParams } from './params.js';
import type { Shard } from './shard.js';
import { STEPS, type Step } from './steps.js';
import { TreeBuilder } from './tree-builder.js';
import type { UsedColumn } from './used-columns.js';

/** What stays the same from tree to tree. */
export interface Ground {
  readonly params: BoostingParams;
  /** The first finds the splits: it holds the histograms of all leaves. */
  readonly shards: readonly Shard[];
  readonly columns: readonly UsedColumn[];
  /** By position in the matrix. */
  readonly bins: readonly ColumnBins[];
  /** Leaves of a tree at most. */
  readonly leavesMax: number;
  /** Has every shard do a step. */
  readonly run: (step: Step) => void;
}

/** Steps a unit of this output's gradients and hessians. */
export interface Scales {
  readonly gradient: number;
  readonly hessian: number;
}

export interface GrownTree {
  readonly builder: TreeBuilder;
  /** What each leaf would add at a learning rate of one. */
  readonly outputs: readonly number[];
}

interface Leaf {
  readonly leaf: number;
  readonly depth: number;
  readonly rows: number;
  readonly gradient: number;
  readonly hessian: number;
  /** In the loss's unit. */
  readonly output: number;
  readonly bounds: OutputBounds;
}

interface Pending extends Leaf {
  readonly slot: number;
  readonly split: Split;
}

export function growTree(ground: Ground, k: number, chosen: Int32Array, scales: Scales): GrownTree {
  return new Grower(ground, k, chosen, scales).grow();
}

class Grower {
  readonly #ground: Ground;
  readonly #k: number;
  readonly #chosen: Int32Array;
  readonly #scales: Scales;
  readonly #main: Shard;
  readonly #depthMax: number;
  readonly #pending: Pending[] = [];
  readonly #free: number[];
  readonly #outputs: number[] = [];
  readonly #goesLeft = new Uint8Array(256);
  /** Settings in whole steps. */
  readonly #rules: SplitRules;

  constructor(ground: Ground, k: number, chosen: Int32Array, scales: Scales) {
    const { params, shards } = ground;
    this.#ground = ground;
    this.#k = k;
    this.#chosen = chosen;
    this.#scales = scales;
    this.#main = shards[0]!;
    this.#depthMax = params.maxDepth > 0 ? params.maxDepth : Infinity;
    this.#free = Array.from({ length: this.#main.shape.slots - 1 }, (_, i) => i + 1).reverse();
    this.#rules = {
      gradient: 0,
      hessian: 0,
      weightMin: 0,
      rows: 0,
      bounds: FREE,
      shrink: params.lambdaL1 * scales.gradient,
      lambda: params.lambdaL2 * scales.hessian,
      minRows: params.minDataInLeaf,
      minHessian: params.minSumHessianInLeaf * scales.hessian,
      minGain: (params.minGainToSplit / scales.hessian) * scales.gradient * scales.gradient,
      category: {
        maxToOnehot: params.maxCatToOnehot,
        maxThreshold: params.maxCatThreshold,
        smooth: params.catSmooth * scales.hessian,
        smoothRows: params.catSmooth,
        lambda: params.catL2 * scales.hessian,
        minRowsGroup: params.minDataPerGroup,
      },
    };
  }

  grow(): GrownTree {
    const { run, params, leavesMax } = this.#ground;
    run([STEPS.startTree, this.#k]);
    const root = this.#root();
    const builder = new TreeBuilder(this.#facts(root));
    this.#outputs[0] = root.output;
    if (this.#chosen.length > 0) this.#offer(root, 0);
    while (this.#pending.length > 0 && builder.leafCount < leavesMax) {
      const parent = params.growth === 'depth' ? this.#pending.pop()! : this.#takeBest();
      this.#split(builder, parent);
    }
    return { builder, outputs: this.#outputs };
  }

  /** All rows of the bag; its histogram is merged in slot 0. */
  #root(): Leaf {
    const { shards, params } = this.#ground;
    const rows = shards.reduce((sum, shard) => sum + shard.state[1]!, 0);
    const first = this.#main.shape.sizes[0];
    let gradient = 0;
    let hessian = 0;
    if (first !== undefined) {
      this.#merge(0);
      const pairs = this.#main.pairs(0);
      for (let bin = 0; bin < first; bin++) {
        gradient += pairs[2 * bin]!;
        hessian += pairs[2 * bin + 1]!;
      }
    }
    const isHeld = params.monotoneConstraints?.some((sign) => sign !== 0) === true;
    const bounds = isHeld ? { isFree: false, low: -Infinity, high: Infinity } : FREE;
    const output = first === undefined ? 0 : this.#outputOf(gradient, hessian, this.#rules.lambda, bounds);
    return { leaf: 0, depth: 0, rows, gradient, hessian, bounds, output };
  }

  /** Adds what the other shards counted to the main one: whole numbers, so that no order shows. */
  #merge(slot: number): void {
    const { shards } = this.#ground;
    if (shards.length === 1) return;
    const pairs = this.#main.pairs(slot);
    for (let at = 1; at < shards.length; at++) {
      const more = shards[at]!.pairs(0);
      for (let i = 0; i < pairs.length; i++) pairs[i] = pairs[i]! + more[i]!;
    }
  }

  #outputOf(gradient: number, hessian: number, lambda: number, bounds: OutputBounds): number {
    const { gradient: perGradient, hessian: perHessian } = this.#scales;
    return (boundedOutput(gradient, hessian, this.#rules.shrink, lambda, bounds) / perGradient) * perHessian;
  }

  #facts({ output, hessian, rows }: Leaf) {
    return { value: output, weight: hessian / this.#scales.hessian, rows };
  }

  /** Keeps the leaf for splitting, or gives its histogram back. */
  #offer(leaf: Leaf, slot: number): void {
    const rules = this.#rules;
    rules.gradient = leaf.gradient;
    rules.hessian = leaf.hessian;
    rules.rows = leaf.rows;
    rules.bounds = leaf.bounds;
    // Half a row less: shares of hessians are rounded to rows. And no side is empty.
    rules.weightMin = Math.max(rules.minHessian, ((rules.minRows - 0.5) * leaf.hessian) / leaf.rows, 0.5);
    const split = findSplit(this.#main, slot, this.#ground.columns, this.#chosen, rules);
    if (split === undefined) this.#free.push(slot);
    else this.#pending.push({ ...leaf, slot, split });
  }

  /** Ties go to the leaf with the lower number. */
  #takeBest(): Pending {
    let best = 0;
    for (let i = 1; i < this.#pending.length; i++) {
      const [one, other] = [this.#pending[i]!, this.#pending[best]!];
      if (one.split.gain > other.split.gain || (one.split.gain === other.split.gain && one.leaf < other.leaf)) best = i;
    }
    return this.#pending.splice(best, 1)[0]!;
  }

  #split(builder: TreeBuilder, parent: Pending): void {
    const { columns, bins, shards, run, params, leavesMax } = this.#ground;
    const { leaf, split, slot, depth } = parent;
    const column = columns[split.at]!;
    this.#fillTable(split, column);
    for (const shard of shards) shard.setGoesLeft(this.#goesLeft);
    const newLeaf = builder.leafCount;
    run([STEPS.split, leaf, newLeaf, split.at]);
    const [left, right] = this.#children(parent, column, newLeaf);
    const perGain = this.#scales.hessian / this.#scales.gradient / this.#scales.gradient;
    const gain = split.gain * perGain;
    builder.split(
      leaf,
      { column: column.column, bins: bins[column.column]!, split, gain },
      this.#facts(left),
      this.#facts(right),
    );
    this.#outputs[leaf] = left.output;
    this.#outputs[newLeaf] = right.output;

    const isLast = params.growth === 'leaf' && builder.leafCount >= leavesMax;
    const mayGrow = (child: Leaf) =>
      !isLast &&
      depth + 1 < this.#depthMax &&
      child.rows > 1 &&
      child.rows >= 2 * this.#rules.minRows &&
      child.hessian >= 2 * this.#rules.minHessian;
    if (!mayGrow(left) && !mayGrow(right)) {
      this.#free.push(slot);
      return;
    }
    const [small, large] = left.rows <= right.rows ? [left, right] : [right, left];
    const spare = this.#free.pop();
    assert(spare !== undefined, 'there is a histogram for every leaf that waits');
    // The main shard keeps one histogram a leaf, the others only pass on what they counted last.
    run([STEPS.count, this.#k, small.leaf, spare]);
    this.#merge(spare);
    this.#main.subtract(slot, spare);
    // Depth-wise takes the last first: the smaller one is soon done with.
    for (const [child, at] of [
      [large, slot],
      [small, spare],
    ] as const) {
      if (mayGrow(child)) this.#offer(child, at);
      else this.#free.push(at);
    }
  }

  #fillTable({ bin, missingLeft, leftBins }: Split, { values }: UsedColumn): void {
    const table = this.#goesLeft.fill(0);
    if (leftBins === undefined) {
      table.fill(1, 0, bin + 1);
      table[values] = missingLeft ? 1 : 0;
    } else for (const left of leftBins) table[left] = 1;
  }

  #children(parent: Pending, column: UsedColumn, newLeaf: number): [Leaf, Leaf] {
    const { leaf, depth, split, bounds } = parent;
    const { shards } = this.#ground;
    const rowsOf = (number: number) => shards.reduce((sum, shard) => sum + shard.rowsOf(number), 0);
    const side = (number: number, gradient: number, hessian: number, within: OutputBounds): Leaf => ({
      leaf: number,
      depth: depth + 1,
      rows: rowsOf(number),
      gradient,
      hessian,
      bounds: within,
      output: this.#outputOf(gradient, hessian, split.lambda, within),
    });
    const [rightG, rightH] = [parent.gradient - split.gradient, parent.hessian - split.hessian];
    const left = side(leaf, split.gradient, split.hessian, bounds);
    const right = side(newLeaf, rightG, rightH, bounds);
    if (column.monotone === 0) return [left, right];
    // Neither side may cross the middle any more, however often it is split again.
    const { shrink } = this.#rules;
    const middle =
      (boundedOutput(split.gradient, split.hessian, shrink, split.lambda, bounds) +
        boundedOutput(rightG, rightH, shrink, split.lambda, bounds)) /
      2;
    const below = { ...bounds, high: Math.min(bounds.high, middle) };
    const above = { ...bounds, low: Math.max(bounds.low, middle) };
    return column.monotone > 0
      ? [
          { ...left, bounds: below },
          { ...right, bounds: above },
        ]
      : [
          { ...left, bounds: above },
          { ...right, bounds: below },
        ];
  }
}
