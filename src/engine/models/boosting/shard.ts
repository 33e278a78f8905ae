/** Some of a fit's rows in one memory: their bins, scores and gradients, and the steps that grow trees on them. */
import { assert } from '#base/assert.js';
import { type BoostingExports, FOUND, GOES_LEFT, HISTOGRAM_WIDTH_MAX } from '../../kernels/boosting.js';
import type { KernelMemory } from '../../kernels/kernel.js';
import type { Objective } from './objective.js';
import {
  cellsOf,
  type Layout,
  LOGISTIC_GRADIENT_SCALE,
  LOGISTIC_HESSIAN_SCALE,
  layOut,
  type ShardShape,
  strideOf,
} from './shard-layout.js';

/** Where a column's pairs stand in a histogram. */
export interface CutColumn {
  readonly start: number;
  readonly values: number;
  readonly hasMissing: boolean;
}

/** A leaf's sums and what a cut must keep to, in whole steps. */
export interface CutRules {
  gradient: number;
  hessian: number;
  weightMin: number;
  readonly shrink: number;
  readonly lambda: number;
}

/** The layout seen from one thread: any number of threads may each have a view of the same shard. */
export class Shard {
  readonly shape: ShardShape;
  readonly #at: Layout;
  readonly #kernels: BoostingExports;
  readonly #objective: Objective;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  /** Rows in an order that stands leaf by leaf while a tree grows: first the bag's, then those outside. */
  readonly order: Int32Array;
  /** The order a tree begins with. */
  readonly bag: Int32Array;
  readonly labels: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly scores: readonly Float64Array[];
  readonly leafValues: Float64Array;
  /** Rows that trees learn from, which come first, and how many of them are in the bag. */
  readonly state: Int32Array;
  /** Largest gradient and hessian of each output after `derive`. */
  readonly report: Float64Array;
  readonly #gradients: readonly Float64Array[];
  readonly #hessians: readonly Float64Array[];
  /** By leaf: where its rows in the bag begin and how many they are, then the same outside. */
  readonly #ranges: Int32Array;
  readonly #histograms: number;
  readonly #slotBytes: number;

  constructor(memory: KernelMemory, kernels: BoostingExports, shape: ShardShape, objective: Objective) {
    const { at, bytes } = layOut(shape);
    assert(memory.buffer.byteLength >= bytes, 'the memory holds the shard');
    this.shape = shape;
    this.#at = at;
    this.#kernels = kernels;
    this.#objective = objective;
    const { buffer } = memory;
    const { rows, outputs, leaves } = shape;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    const doubles = (name: string, length: number) => new Float64Array(buffer, at[name]!, length);
    this.order = new Int32Array(buffer, at.order!, rows);
    this.bag = new Int32Array(buffer, at.bag!, rows);
    this.labels = doubles('labels', rows);
    this.weights = shape.isWeighted ? doubles('weights', rows) : undefined;
    const each = <T>(make: (k: number) => T) => Array.from({ length: outputs }, (_, k) => make(k));
    this.scores = each((k) => new Float64Array(buffer, at.scores! + k * rows * 8, rows));
    this.leafValues = doubles('leafValues', leaves);
    this.report = doubles('report', 2 * outputs);
    this.state = new Int32Array(buffer, at.state!, 2);
    this.#gradients = each((k) => doubles(`gradients${k}`, shape.isLogistic ? 0 : rows));
    this.#hessians = each((k) => doubles(`hessians${k}`, shape.isLogistic || shape.hasUnitHessian ? 0 : rows));
    this.#ranges = new Int32Array(buffer, at.leafRanges!, leaves * 4);
    this.#histograms = at.histograms!;
    this.#slotBytes = cellsOf(shape) * 16;
  }

  /** Once, before the first step, by whoever owns the shard; the first `trainRows` rows are learnt from. */
  setUp(trainRows: number): void {
    this.state.fill(trainRows);
    this.#words.set(this.shape.sizes, this.#at.sizes! >>> 2);
    for (let row = 0; row < this.shape.rows; row++) this.bag[row] = row;
  }

  /** The bins of a column, to be written; then `fillRows`. */
  column(j: number): Uint8Array {
    return this.#bytes.subarray(this.#at[`column${j}`]!, this.#at[`column${j}`]! + this.shape.rows);
  }

  /** Copies the columns' bins side by side, row after row. */
  fillRows(): void {
    const { rows, sizes } = this.shape;
    const stride = strideOf(sizes.length);
    const byRow = this.#bytes.subarray(this.#at.byRow!, this.#at.byRow! + rows * stride).fill(0);
    for (let j = 0; j < sizes.length; j++) {
      const column = this.column(j);
      for (let row = 0, at = j; row < rows; row++, at += stride) byRow[at] = column[row]!;
    }
  }

  /** Gradients and hessians at the current scores; their largest sizes into the report. Logistic cells are done with this. */
  derive(): void {
    const { shape, scores, labels, weights, report } = this;
    const rows = this.state[0]!;
    const kernels = this.#kernels;
    if (shape.isLogistic) {
      kernels.logisticCells(
        scores[0]!.byteOffset,
        labels.byteOffset,
        rows,
        LOGISTIC_GRADIENT_SCALE,
        LOGISTIC_HESSIAN_SCALE,
        this.#at.cells0!,
      );
      return;
    }
    const short = (column: Float64Array) => column.subarray(0, rows);
    const exps = (column: Float64Array, count: number) => kernels.exps(column.byteOffset, count);
    const known = { scores: scores.map(short), labels: short(labels), exps };
    this.#objective.derive(known, this.#gradients, this.#hessians);
    for (let k = 0; k < shape.outputs; k++) {
      const gradients = this.#gradients[k]!;
      const hessians = this.#hessians[k]!;
      if (weights !== undefined) {
        const isUnit = this.#objective.hasUnitHessian;
        for (let i = 0; i < rows; i++) {
          gradients[i] = gradients[i]! * weights[i]!;
          hessians[i] = isUnit ? weights[i]! : hessians[i]! * weights[i]!;
        }
      }
      report[2 * k] = kernels.largest(gradients.byteOffset, rows);
      report[2 * k + 1] = shape.hasUnitHessian ? 1 : kernels.largest(hessians.byteOffset, rows);
    }
  }

  /** Gradients to whole steps, by the scales that the owner has worked out from all reports and left in this one. */
  quantise(): void {
    const { shape, report } = this;
    const rows = this.state[0]!;
    for (let k = 0; k < shape.outputs; k++)
      this.#kernels.toCells(
        this.#gradients[k]!.byteOffset,
        shape.hasUnitHessian ? 0 : this.#hessians[k]!.byteOffset,
        rows,
        report[2 * k]!,
        report[2 * k + 1]!,
        this.#at[`cells${k}`]!,
      );
  }

  /** One leaf holds all rows again; its histogram of output `k` into slot 0. */
  startTree(k: number): void {
    const { order, bag, shape } = this;
    const bagRows = this.state[1]!;
    order.set(bag);
    this.#ranges.set([0, bagRows, bagRows, shape.rows - bagRows]);
    const isWhole = bagRows === this.state[0]!;
    if (shape.sizes.length > 0) this.#histogram(isWhole ? 0 : order.byteOffset, bagRows, k, 0);
  }

  /** Parts `leaf` by the table `goesLeft`, in the bag and outside: what goes right becomes `newLeaf`. */
  split(leaf: number, newLeaf: number, column: number): void {
    const ranges = this.#ranges;
    const order = this.order.byteOffset;
    for (let side = 0; side < 4; side += 2) {
      const from = ranges[4 * leaf + side]!;
      const rows = ranges[4 * leaf + side + 1]!;
      const left = this.#kernels.partition(order + 4 * from, rows, this.#at[`column${column}`]!, this.#at.scratch!);
      ranges[4 * leaf + side + 1] = left;
      ranges[4 * newLeaf + side] = from + left;
      ranges[4 * newLeaf + side + 1] = rows - left;
    }
  }

  /** The histogram of a leaf's rows in the bag, of output `k`, into `slot`, or into the only one there is. */
  count(k: number, leaf: number, slot: number): void {
    const into = slot < this.shape.slots ? slot : 0;
    this.#histogram(this.order.byteOffset + 4 * this.#ranges[4 * leaf]!, this.rowsOf(leaf), k, into);
  }

  /** Adds the leaves' values to the scores of output `k`, in the bag and outside; `isFresh` forgets the scores there were. */
  addLeaves(k: number, leaves: number, isFresh: boolean): void {
    if (isFresh) this.scores[k]!.fill(0);
    const ranges = this.#ranges;
    for (let leaf = 0; leaf < leaves; leaf++) {
      for (let side = 0; side < 4; side += 2) {
        const at = this.order.byteOffset + 4 * ranges[4 * leaf + side]!;
        this.#kernels.addLeaf(at, ranges[4 * leaf + side + 1]!, this.leafValues[leaf]!, this.scores[k]!.byteOffset);
      }
    }
  }

  /** By bin of the column that is split on next: 1 goes left. */
  setGoesLeft(table: Uint8Array): void {
    this.#bytes.set(table, GOES_LEFT);
  }

  rowsOf(leaf: number): number {
    return this.#ranges[4 * leaf + 1]!;
  }

  /** The leaf's rows in the bag. */
  bagOf(leaf: number): Int32Array {
    const from = this.#ranges[4 * leaf]!;
    return this.order.subarray(from, from + this.rowsOf(leaf));
  }

  /** Pairs of one histogram, columns one after the other. */
  pairs(slot: number): Float64Array {
    const from = this.#pairsAt(slot) >>> 3;
    return this.#doubles.subarray(from, from + this.#slotBytes / 8);
  }

  subtract(slot: number, less: number): void {
    this.#kernels.subtract(this.#pairsAt(slot), this.#pairsAt(less), this.#slotBytes / 16);
  }

  /** The kernel's `findCut` on a column of a histogram. */
  findCut(slot: number, column: CutColumn, rules: CutRules, floor: number): number {
    return this.#kernels.findCut(
      this.#pairsAt(slot) + 16 * column.start,
      column.values,
      column.hasMissing ? 1 : 0,
      rules.gradient,
      rules.hessian,
      rules.shrink,
      rules.lambda,
      rules.weightMin,
      floor,
    );
  }

  /** What the last `findCut` that beat its floor found. */
  found(): {
    readonly bin: number;
    readonly missingLeft: boolean;
    readonly gradient: number;
    readonly hessian: number;
  } {
    return {
      gradient: this.#doubles[FOUND >>> 3]!,
      hessian: this.#doubles[(FOUND >>> 3) + 1]!,
      bin: this.#words[(FOUND >>> 2) + 4]!,
      missingLeft: this.#words[(FOUND >>> 2) + 5] === 1,
    };
  }

  #pairsAt(slot: number): number {
    return this.#histograms + slot * this.#slotBytes;
  }

  #histogram(order: number, rows: number, k: number, slot: number): void {
    const { sizes } = this.shape;
    const stride = strideOf(sizes.length);
    let out = this.#pairsAt(slot);
    for (let from = 0; from < sizes.length; from += HISTOGRAM_WIDTH_MAX) {
      const features = Math.min(HISTOGRAM_WIDTH_MAX, sizes.length - from);
      this.#kernels.histogram(
        order,
        rows,
        this.#at[`cells${k}`]!,
        this.#at.byRow! + from,
        stride,
        strideOf(features),
        features,
        this.#at.sizes! + 4 * from,
        out,
      );
      for (let f = from; f < from + features; f++) out += 16 * sizes[f]!;
    }
  }
}
