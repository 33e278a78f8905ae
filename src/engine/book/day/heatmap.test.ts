import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BookRows } from './book-rows.js';
import { ACTION, SIDE } from './book-rows.js';
import { HeatmapMaker } from './heatmap.js';

/** One two-sided row at $10, and trades at its mid, a millisecond apart. */
function rowsOf(sizes: readonly number[]): BookRows {
  const { length } = sizes;
  const none = Array.from({ length: 9 }, () => new Float64Array(length).fill(Number.NaN));
  const side = (price: number) => ({
    px: [new Float64Array(length).fill(price), ...none],
    sz: Array.from({ length: 10 }, () => new Uint32Array(length)),
    ct: [],
  });
  return {
    ...{ rows: length, firstIndex: 0, originNs: 0n },
    tsEventNs: Float64Array.from(sizes, (_, i) => i * 1e6),
    instrumentId: new Uint32Array(length),
    sequence: new Uint32Array(length),
    flags: new Uint8Array(length),
    action: new Uint8Array(length).fill(ACTION.trade),
    side: new Uint8Array(length).fill(SIDE.bid),
    price: new Float64Array(length).fill(10e9),
    size: Uint32Array.from(sizes),
    isSuspect: new Uint8Array(length),
    bids: side(9.99e9),
    asks: side(10.01e9),
  };
}

it('keeps the five thousand largest trades, the earlier among equals, however many pass by', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 4000, max: 70_000 }),
      fc.constantFrom(3, 40, 100_000),
      (seed, count, kinds) => {
        const sizes = Array.from({ length: count }, (_, i) => ((i + 1) * seed * 7919) % kinds);
        const rows = rowsOf(sizes);
        const maker = new HeatmapMaker({ priceRange: 5, tick: 0.01 });
        maker.addSample(rows, 0);
        for (let i = 0; i < count; i++) maker.addTrade(rows, i);
        const wanted = sizes
          .map((size, tsMs) => ({ size, tsMs }))
          .sort((a, b) => b.size - a.size || a.tsMs - b.tsMs)
          .slice(0, 5000)
          .sort((a, b) => a.tsMs - b.tsMs);
        expect(maker.finish().trades.map(({ size, tsMs }) => ({ size, tsMs }))).toEqual(wanted);
      },
    ),
    { numRuns: 12 },
  );
});
