import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BOOSTING_DATA,
  boostingKernel,
  boostingTwin,
  FOUND,
  GOES_LEFT,
  GRADIENT_STEPS,
  HESSIAN_STEPS,
} from '#engine/kernels/boosting.js';
import type { KernelMemory } from '#engine/kernels/kernel.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { kernelHost } from './kernel-host.js';

const BYTES = 0x110000;
// The twin leaves the cells and the gathering place alone.
const SHARED_FROM = GOES_LEFT;

const caseArb = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 0, max: 1500 }),
  features: fc.integer({ min: 1, max: 128 }),
  bins: fc.integer({ min: 2, max: 256 }),
});

/** Both run the same calls on memories of equal content; then all that both may write is compared. */
function compare(write: (memory: KernelMemory) => void, run: (kernel: ReturnType<typeof boostingTwin>) => unknown) {
  const [wasm, plain] = [kernelHost.memory(BYTES, BYTES), { buffer: new ArrayBuffer(BYTES), grow: () => -1 }];
  write(wasm);
  write(plain);
  const answer = run(kernelHost.instantiate(boostingKernel, wasm));
  expect(run(boostingTwin(plain))).toEqual(answer);
  const bytes = (memory: KernelMemory) => Buffer.from(memory.buffer as ArrayBuffer, SHARED_FROM);
  expect(bytes(wasm).subarray(0, 0x1000).equals(bytes(plain).subarray(0, 0x1000))).toBe(true);
  const data = BOOSTING_DATA - SHARED_FROM;
  expect(bytes(wasm).subarray(data).equals(bytes(plain).subarray(data))).toBe(true);
}

/** Places for what the kernel reads and writes. */
const [ORDER, CELLS, COLUMN, SCRATCH, SIZES, BINS, OUT] = [
  BOOSTING_DATA,
  0x72000,
  0x7d000,
  0x7e000,
  0x7f800,
  0x80000,
  0x86000,
];

describe('the boosting kernel and its twin give the same bytes:', () => {
  test('histograms of any rows, wide and narrow', () => {
    fc.assert(
      fc.property(caseArb, fc.boolean(), ({ seed, rows, features, bins }, isOrdered) => {
        const width = (features + 3) & ~3;
        const known = Math.floor(0x5000 / width);
        const size = Math.min(bins, Math.floor(0x80000 / 16 / width));
        compare(
          ({ buffer }) => {
            const rng = createRng(seed);
            const order = new Int32Array(buffer, ORDER, rows);
            for (let i = 0; i < rows; i++) order[i] = rng.below(known);
            const cells = new Int32Array(buffer, CELLS, 2 * known);
            for (let i = 0; i < known; i++) {
              cells[2 * i] = rng.below(HESSIAN_STEPS + 1);
              cells[2 * i + 1] = rng.below(2 * GRADIENT_STEPS + 1) - GRADIENT_STEPS;
            }
            const columns = new Uint8Array(buffer, BINS, known * width);
            for (let i = 0; i < columns.length; i++) columns[i] = rng.below(size);
            new Int32Array(buffer, SIZES, features).fill(size);
          },
          (kernel) => {
            const [order, count] = isOrdered ? [ORDER, rows] : [0, Math.min(rows, known)];
            kernel.histogram(order, count, CELLS, BINS, width, width, features, SIZES, OUT);
          },
        );
      }),
      { numRuns: 60 },
    );
  });

  test('a partition keeps the order on both sides', () => {
    fc.assert(
      fc.property(caseArb, ({ seed, rows }) => {
        compare(
          ({ buffer }) => {
            const rng = createRng(seed);
            new Int32Array(buffer, ORDER, rows).forEach((_, i, order) => {
              order[i] = i;
            });
            new Uint8Array(buffer, COLUMN, rows).forEach((_, i, column) => {
              column[i] = rng.below(256);
            });
            new Uint8Array(buffer, GOES_LEFT, 256).forEach((_, i, table) => {
              table[i] = rng.below(2);
            });
            // Neither may differ in what lies beyond the rows of the right side.
            new Int32Array(buffer, SCRATCH, rows).fill(0);
          },
          (kernel) => kernel.partition(ORDER, rows, COLUMN, SCRATCH),
        );
      }),
    );
  });

  test('cells of gradients, of ones and of the logistic loss, for any finite number', () => {
    const size = fc.double({ noNaN: true, min: -1e3, max: 1e3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 200 }), (pairs) => {
        const rows = pairs.length;
        compare(
          ({ buffer }) => {
            // An even number of rows: the kernel takes two at a time.
            pairs.forEach(([a, b], i) => {
              new Float64Array(buffer, ORDER, 201)[i] = a;
              new Float64Array(buffer, CELLS, 201)[i] = Math.abs(b);
              new Float64Array(buffer, BINS, 201)[i] = b > 0 ? 1 : 0;
              new Float64Array(buffer, SCRATCH, 201)[i] = b;
            });
          },
          (kernel) => {
            const even = rows & ~1;
            kernel.toCells(ORDER, CELLS, even, 250, 500, OUT);
            kernel.toCells(ORDER, 0, even, 250, 1, OUT + 0x10000);
            kernel.logisticCells(ORDER, BINS, even, 2 ** 17, 2 ** 20, OUT + 0x20000);
            kernel.exps(SCRATCH, even);
            kernel.addLeaf(SIZES, 0, 1.5, ORDER);
            kernel.subtract(ORDER, CELLS, rows >> 1);
            kernel.add(CELLS, ORDER, rows >> 1);
            return [kernel.largest(ORDER, rows), kernel.largest(CELLS, rows)];
          },
        );
      }),
    );
  });

  test('the best cut, with and without missing values, and what stands on its left', () => {
    fc.assert(
      fc.property(caseArb, fc.boolean(), fc.nat(3), fc.nat(5), ({ seed, bins }, isMissing, shrink, weight) => {
        const totals = [0, 0];
        compare(
          ({ buffer }) => {
            const rng = createRng(seed);
            totals.fill(0);
            const pairs = new Float64Array(buffer, OUT, 2 * bins + 2);
            const last = isMissing ? bins + 1 : bins;
            for (let bin = 0; bin < last; bin++) {
              if (rng.float() < 0.2) continue;
              pairs[2 * bin] = rng.below(41) - 20;
              pairs[2 * bin + 1] = rng.below(9);
              totals[0]! += pairs[2 * bin]!;
              totals[1]! += pairs[2 * bin + 1]!;
            }
          },
          (kernel) =>
            kernel.findCut(OUT, bins, isMissing ? 1 : 0, totals[0]!, totals[1]!, shrink, 0.5, weight + 0.5, 1),
        );
      }),
    );
    expect(FOUND).toBeLessThan(BOOSTING_DATA);
  });
});
