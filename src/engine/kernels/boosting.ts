/** The loops of gradient boosting over rows, by WebAssembly and by TypeScript: the same bytes in the same places of one memory. */
import { powerOfTwo } from '../math/powers-of-two.js';
import { boostingWasm } from './boosting.wasm.generated.js';
import type { KernelMemory, KernelModule } from './kernel.js';

/**
 * Addresses are bytes from the start of the memory; what each function does stands beside its source in `assembly/boosting.ts`.
 *
 * A pair is [gradient, hessian] in doubles that hold whole numbers; a cell is the hessian in the low and the gradient in the high
 * half of 64 bits, |gradient| < 2^18, 0 <= hessian < 2^19; an order is a list of rows in 32 bits.
 */
export interface BoostingExports {
  histogram(
    order: number,
    rows: number,
    cells: number,
    bins: number,
    stride: number,
    width: number,
    features: number,
    sizes: number,
    out: number,
  ): void;
  partition(order: number, rows: number, column: number, scratch: number): number;
  addLeaf(order: number, rows: number, value: number, scores: number): void;
  subtract(into: number, less: number, bins: number): void;
  add(into: number, more: number, bins: number): void;
  largest(column: number, rows: number): number;
  toCells(
    gradients: number,
    hessians: number,
    rows: number,
    gradientScale: number,
    hessianScale: number,
    cells: number,
  ): void;
  logisticCells(
    scores: number,
    labels: number,
    rows: number,
    gradientScale: number,
    hessianScale: number,
    cells: number,
  ): void;
  exps(column: number, rows: number): void;
  findCut(
    pairs: number,
    values: number,
    missing: number,
    gradient: number,
    hessian: number,
    shrink: number,
    lambda: number,
    weightMin: number,
    floor: number,
  ): number;
}

export const boostingKernel: KernelModule<BoostingExports> = { name: 'boosting', base64: boostingWasm };

/** 256 bytes, by bin: 1 goes left. The caller of `partition` writes them. */
export const GOES_LEFT = 0x5f000;
/** Where `findCut` leaves the left side's pair, then in 32 bits the bin and whether missing values go left. */
export const FOUND = 0x5f100;
/** Up to here the memory belongs to the kernel. */
export const BOOSTING_DATA = 0x70000;
/** Features that one call of `histogram` counts at most. */
export const HISTOGRAM_WIDTH_MAX = 128;
/** The largest gradient and hessian of a cell. */
export const GRADIENT_STEPS = 2 ** 18 - 1;
export const HESSIAN_STEPS = 2 ** 19 - 1;

const ROWS_GATHERED = 512;

/** The twin on that memory, which must not grow afterwards. */
export function boostingTwin(memory: KernelMemory): BoostingExports {
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const doubles = new Float64Array(memory.buffer);
  const gradients = new Float64Array(ROWS_GATHERED);
  const hessians = new Float64Array(ROWS_GATHERED);
  const at = new Int32Array(ROWS_GATHERED);
  const setCell = (cell: number, gradient: number, hessian: number) => {
    words[cell >>> 2] = Math.floor(hessian + 0.5);
    words[(cell >>> 2) + 1] = Math.floor(gradient + 0.5);
  };

  function addFour(count: number, first: number, into: readonly [number, number, number, number]): void {
    const [a, b, c, d] = into;
    for (let i = 0; i < count; i++) {
      const row = at[i]! + first;
      const g = gradients[i]!;
      const h = hessians[i]!;
      const atA = a + (bytes[row]! << 1);
      doubles[atA] = doubles[atA]! + g;
      doubles[atA + 1] = doubles[atA + 1]! + h;
      const atB = b + (bytes[row + 1]! << 1);
      doubles[atB] = doubles[atB]! + g;
      doubles[atB + 1] = doubles[atB + 1]! + h;
      const atC = c + (bytes[row + 2]! << 1);
      doubles[atC] = doubles[atC]! + g;
      doubles[atC + 1] = doubles[atC + 1]! + h;
      const atD = d + (bytes[row + 3]! << 1);
      doubles[atD] = doubles[atD]! + g;
      doubles[atD + 1] = doubles[atD + 1]! + h;
    }
  }

  function addOne(count: number, feature: number, into: number): void {
    for (let i = 0; i < count; i++) {
      const pair = into + (bytes[at[i]! + feature]! << 1);
      doubles[pair] = doubles[pair]! + gradients[i]!;
      doubles[pair + 1] = doubles[pair + 1]! + hessians[i]!;
    }
  }

  return {
    histogram(order, rows, cells, bins, stride, _width, features, sizes, out) {
      const starts = new Int32Array(features + 1);
      starts[0] = out >>> 3;
      for (let f = 0; f < features; f++) starts[f + 1] = starts[f]! + 2 * words[(sizes >>> 2) + f]!;
      doubles.fill(0, starts[0], starts[features]);
      for (let from = 0; from < rows; from += ROWS_GATHERED) {
        const count = Math.min(ROWS_GATHERED, rows - from);
        for (let i = 0; i < count; i++) {
          const row = order === 0 ? from + i : words[(order >>> 2) + from + i]!;
          at[i] = bins + row * stride;
          hessians[i] = words[(cells >>> 2) + 2 * row]!;
          gradients[i] = words[(cells >>> 2) + 2 * row + 1]!;
        }
        let f = 0;
        for (; f + 3 < features; f += 4)
          addFour(count, f, [starts[f]!, starts[f + 1]!, starts[f + 2]!, starts[f + 3]!]);
        for (; f < features; f++) addOne(count, f, starts[f]!);
      }
    },

    partition(order, rows, column, scratch) {
      const first = order >>> 2;
      const spare = scratch >>> 2;
      let left = first;
      let right = spare;
      for (let i = first; i < first + rows; i++) {
        const row = words[i]!;
        const step = bytes[GOES_LEFT + bytes[column + row]!]!;
        words[left] = row;
        words[right] = row;
        left += step;
        right += 1 - step;
      }
      words.copyWithin(left, spare, right);
      return left - first;
    },

    addLeaf(order, rows, value, scores) {
      const base = scores >>> 3;
      for (let i = order >>> 2, end = (order >>> 2) + rows; i < end; i++) {
        const row = base + words[i]!;
        doubles[row] = doubles[row]! + value;
      }
    },

    subtract(into, less, bins) {
      const [to, from] = [into >>> 3, less >>> 3];
      for (let i = 0; i < 2 * bins; i++) doubles[to + i] = doubles[to + i]! - doubles[from + i]!;
    },

    add(into, more, bins) {
      const [to, from] = [into >>> 3, more >>> 3];
      for (let i = 0; i < 2 * bins; i++) doubles[to + i] = doubles[to + i]! + doubles[from + i]!;
    },

    largest(column, rows) {
      let most = 0;
      for (let i = column >>> 3, end = (column >>> 3) + rows; i < end; i++) {
        const size = Math.abs(doubles[i]!);
        if (size > most) most = size;
      }
      return most;
    },

    toCells(from, weights, rows, gradientScale, hessianScale, cells) {
      for (let i = 0; i < rows; i++) {
        const hessian = weights === 0 ? 1 : doubles[(weights >>> 3) + i]! * hessianScale;
        setCell(cells + 8 * i, doubles[(from >>> 3) + i]! * gradientScale, hessian);
      }
    },

    logisticCells(scores, labels, rows, gradientScale, hessianScale, cells) {
      for (let i = 0; i < rows; i++) {
        const score = doubles[(scores >>> 3) + i]!;
        const e = quickExp(-Math.abs(score));
        const smaller = e / (1 + e);
        const larger = 1 / (1 + e);
        const gradient = (score >= 0 ? larger : smaller) - doubles[(labels >>> 3) + i]!;
        setCell(cells + 8 * i, gradient * gradientScale, larger * smaller * hessianScale);
      }
    },

    exps(column, rows) {
      for (let i = column >>> 3, end = (column >>> 3) + rows; i < end; i++) doubles[i] = quickExp(doubles[i]!);
    },

    findCut(pairs, values, missing, gradient, hessian, shrink, lambda, weightMin, floor) {
      const first = pairs >>> 3;
      const absentG = missing !== 0 ? doubles[first + 2 * values]! : 0;
      const absentH = missing !== 0 ? doubles[first + 2 * values + 1]! : 0;
      const hasAbsent = absentG !== 0 || absentH !== 0;
      const cuts = hasAbsent ? values : values - 1;
      let best = floor;
      let sumG = 0;
      let sumH = 0;
      let foundBin = -1;
      let foundG = 0;
      let foundH = 0;
      let foundSide = 0;
      for (let bin = 0; bin < cuts; bin++) {
        const g = doubles[first + 2 * bin]!;
        const h = doubles[first + 2 * bin + 1]!;
        if (g === 0 && h === 0) continue;
        sumG += g;
        sumH += h;
        if (hasAbsent) {
          const leftG = sumG + absentG;
          const leftH = sumH + absentH;
          const rightH = hessian - leftH;
          if (leftH >= weightMin && rightH >= weightMin) {
            const l = Math.max(0, Math.abs(leftG) - shrink);
            const r = Math.max(0, Math.abs(gradient - leftG) - shrink);
            const score = (l * l) / (leftH + lambda) + (r * r) / (rightH + lambda);
            if (score > best) {
              best = score;
              foundBin = bin;
              foundG = leftG;
              foundH = leftH;
              foundSide = 1;
            }
          }
        }
        const rightH = hessian - sumH;
        if (rightH < weightMin) break;
        if (sumH < weightMin) continue;
        const l = Math.max(0, Math.abs(sumG) - shrink);
        const r = Math.max(0, Math.abs(gradient - sumG) - shrink);
        const score = (l * l) / (sumH + lambda) + (r * r) / (rightH + lambda);
        if (score > best) {
          best = score;
          foundBin = bin;
          foundG = sumG;
          foundH = sumH;
          foundSide = !hasAbsent && sumH >= rightH ? 1 : 0;
        }
      }
      if (foundBin >= 0) {
        doubles[FOUND >>> 3] = foundG;
        doubles[(FOUND >>> 3) + 1] = foundH;
        words[(FOUND >>> 2) + 4] = foundBin;
        words[(FOUND >>> 2) + 5] = foundSide;
      }
      return best;
    },
  };
}

/** e^x to 2e-10: Taylor to degree 8 after x = k ln 2 + r, in the kernel's order of operations. Beyond 709.7 it is infinite. */
function quickExp(x: number): number {
  const below = x < 710 ? x : 710;
  const y = below > -700 ? below : -700;
  const k = Math.floor(y * Math.LOG2E + 0.5);
  const r = y - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let sum = 1 / 40320;
  sum = sum * r + 1 / 5040;
  sum = sum * r + 1 / 720;
  sum = sum * r + 1 / 120;
  sum = sum * r + 1 / 24;
  sum = sum * r + 1 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  return k > 1023 ? Infinity : sum * powerOfTwo(k);
}
