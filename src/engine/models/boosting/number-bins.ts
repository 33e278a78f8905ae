/** Numbers as bins: cuts learnt in training as LightGBM learns them, so that equal settings mean equal trees. */
import { ZERO_SIZE_MAX } from '../trees/tree.js';

const bits = new DataView(new ArrayBuffer(8));

/** The next larger double. */
function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}

/** At least `low` and below `high`: just above the middle, where there is a double between. */
function cutBetween(low: number, high: number): number {
  const cut = nextUp(low / 2 + high / 2);
  return cut >= low && cut < high ? cut : low;
}

interface Distinct {
  readonly values: Float64Array;
  readonly counts: Int32Array;
  readonly total: number;
}

/** Different values of sorted[from..to), with how often each stands there. */
function distinctOf(sorted: Float64Array, from: number, to: number): Distinct {
  const values = new Float64Array(to - from);
  const counts = new Int32Array(to - from);
  let size = 0;
  for (let i = from; i < to; i++) {
    if (size === 0 || sorted[i] !== values[size - 1]) values[size++] = sorted[i]!;
    counts[size - 1]! += 1;
  }
  return { values: values.subarray(0, size), counts: counts.subarray(0, size), total: to - from };
}

/**
 * Cuts between at most `binsMax` bins, ascending: bin b holds values <= cut b and above cut b - 1.
 *
 * Zero has a bin of its own, between those of negative and of positive numbers, which share the others by their number of rows
 * (LightGBM's FindBinWithZeroAsOneBin). `column` is any order; NaN is left out; all else is finite.
 */
export function learnCuts(column: Float64Array, binsMax: number, minDataInBin: number): Float64Array {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  let negative = 0;
  while (negative < sorted.length && sorted[negative]! < -ZERO_SIZE_MAX) negative++;
  let positive = negative;
  while (positive < sorted.length && sorted[positive]! <= ZERO_SIZE_MAX) positive++;
  const left = distinctOf(sorted, 0, negative);
  const right = distinctOf(sorted, positive, sorted.length);
  const cuts: number[] = [];
  if (left.total > 0) {
    const share = left.total / (left.total + right.total);
    cuts.push(...greedyCuts(left, Math.max(1, Math.floor(share * (binsMax - 1))), minDataInBin), -ZERO_SIZE_MAX);
  }
  if (right.total > 0) {
    const bins = binsMax - 1 - cuts.length;
    if (bins > 0) cuts.push(ZERO_SIZE_MAX, ...greedyCuts(right, bins, minDataInBin));
  }
  // Where the sample has nothing at zero, its bin still stands between the signs: LightGBM keeps it too.
  return Float64Array.from(cuts);
}

/** LightGBM's GreedyFindBin without the last, infinite bound. */
function greedyCuts({ values, counts, total }: Distinct, binsMax: number, minDataInBin: number): number[] {
  const cuts: number[] = [];
  const last = values.length - 1;
  if (values.length <= binsMax) {
    let inBin = 0;
    for (let i = 0; i < last; i++) {
      inBin += counts[i]!;
      if (inBin < minDataInBin) continue;
      cuts.push(cutBetween(values[i]!, values[i + 1]!));
      inBin = 0;
    }
    return cuts;
  }
  const bins = Math.max(1, Math.min(binsMax, Math.floor(total / minDataInBin)));
  let binsLeft = bins;
  let rowsLeft = total;
  const isBig = (i: number) => counts[i]! >= total / bins;
  for (let i = 0; i < values.length; i++) {
    if (!isBig(i)) continue;
    binsLeft--;
    rowsLeft -= counts[i]!;
  }
  let wanted = rowsLeft / binsLeft;
  let inBin = 0;
  for (let i = 0; i < last && cuts.length < bins - 1; i++) {
    if (!isBig(i)) rowsLeft -= counts[i]!;
    inBin += counts[i]!;
    const isFull = isBig(i) || inBin >= wanted || (isBig(i + 1) && inBin >= Math.max(1, wanted * 0.5));
    if (!isFull) continue;
    cuts.push(cutBetween(values[i]!, values[i + 1]!));
    inBin = 0;
    if (isBig(i)) continue;
    binsLeft--;
    wanted = rowsLeft / binsLeft;
  }
  return cuts;
}

/** Cells of the grid that finds a value's neighbourhood among the cuts. */
const GRID = 2048;

/**
 * Writes each value's bin, the number of cuts below it; NaN is `missing`.
 *
 * A grid over the cuts' range says between which of them to look: cells ascend with values, so no rounding can send one astray, and
 * a search of all cuts would guess wrong eight times a value.
 */
export function binNumbers(column: Float64Array, cuts: Float64Array, missing: number, into: Uint8Array): void {
  const lowest = cuts[0] ?? 0;
  const span = (cuts[cuts.length - 1] ?? 0) - lowest;
  const scale = span > 0 && Number.isFinite(span) ? (GRID - 1) / span : 0;
  const first = gridOf(cuts, lowest, scale);
  for (let i = 0; i < column.length; i++) {
    let value = column[i]!;
    if (Number.isNaN(value)) {
      into[i] = missing;
      continue;
    }
    if (value <= ZERO_SIZE_MAX && value >= -ZERO_SIZE_MAX) value = 0;
    const cell = cellOf(value, lowest, scale);
    let low = first[cell]!;
    let high = first[cell + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cuts[middle]! < value) low = middle + 1;
      else high = middle;
    }
    into[i] = low;
  }
}

function cellOf(value: number, lowest: number, scale: number): number {
  const cell = (value - lowest) * scale;
  return cell >= GRID - 1 ? GRID - 1 : cell > 0 ? cell | 0 : 0;
}

/** By cell, how many cuts stand in cells before it. */
function gridOf(cuts: Float64Array, lowest: number, scale: number): Int32Array {
  const first = new Int32Array(GRID + 1);
  for (const cut of cuts) first[cellOf(cut, lowest, scale) + 1]! += 1;
  for (let cell = 0; cell < GRID; cell++) first[cell + 1]! += first[cell]!;
  return first;
}
