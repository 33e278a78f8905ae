/** The histogram of one node of a boosted tree beside C++, on nine tenths of the rows as a round samples them. */
import { kernelHost } from '#compute/kernel-host.js';
import { BOOSTING_DATA, boostingKernel, GRADIENT_STEPS, HESSIAN_STEPS } from '#engine/kernels/boosting.js';
import { sampleWithoutReplacement } from '#engine/random/draws.js';
import { createRng } from '#engine/random/xoshiro128.js';
import type { Bench } from '../bench.js';
import { compareWithTwin } from './compare.js';

// Enough repeats that a turn outlasts the grain of the clock.
const SIZES = {
  small: { rows: 3000, turns: 2, repeats: 20 },
  large: { rows: 200_000, turns: 5, repeats: 10 },
} as const;
const FEATURES = 28;
const BINS = 255;

export const histogramReferenceBench: Bench = {
  name: 'reference/histogram',
  promise: 'histogram sums in WebAssembly, bins side by side: <= 1.25 of C++ on pairs of doubles',
  async run(size) {
    const { rows, turns, repeats } = SIZES[size];
    const rng = createRng(4);
    let next = BOOSTING_DATA;
    const take = (bytes: number) => {
      const at = next;
      next += (bytes + 127) & ~63;
      return at;
    };
    const at = {
      order: take(rows * 4),
      cells: take(rows * 8),
      bins: take(rows * FEATURES),
      sizes: take(FEATURES * 4),
      out: take(FEATURES * BINS * 16),
    };
    const memory = kernelHost.memory(next, next);
    const kernel = kernelHost.instantiate(boostingKernel, memory);
    const order = sampleWithoutReplacement(rows, Math.floor(rows * 0.9), rng);
    new Int32Array(memory.buffer, at.order, order.length).set(order);
    const cells = new Int32Array(memory.buffer, at.cells, 2 * rows);
    for (let row = 0; row < rows; row++) {
      cells[2 * row] = rng.below(HESSIAN_STEPS);
      cells[2 * row + 1] = rng.below(2 * GRADIENT_STEPS) - GRADIENT_STEPS;
    }
    const bins = new Uint8Array(memory.buffer, at.bins, rows * FEATURES);
    for (let i = 0; i < bins.length; i++) bins[i] = rng.below(BINS);
    new Int32Array(memory.buffer, at.sizes, FEATURES).fill(BINS);
    const out = new Float64Array(memory.buffer, at.out, FEATURES * BINS * 2);
    const ours = () => {
      for (let again = 0; again < repeats; again++)
        kernel.histogram(at.order, order.length, at.cells, at.bins, FEATURES, FEATURES, FEATURES, at.sizes, at.out);
      return out;
    };
    const column = (offset: number) => Float64Array.from({ length: rows }, (_, row) => cells[2 * row + offset]!);
    const head = Int32Array.of(rows, FEATURES, BINS, order.length, turns, repeats);
    const input = [head, column(1), column(0), order, bins];
    return { rows, features: FEATURES, ...compareWithTwin({ name: 'histogram', turns, ours, input }) };
  },
};
