import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampledRows } from '#engine/book/day/heatmap.js';
import { DaySampler, decodeDaySamples, samplesDrawn } from './day-samples.js';
import { newBookRows } from './read-book-rows.js';

const SHA = 'a'.repeat(64);

/** Rows of a stretch; every third has no ask, and each tells its number by its prices and sizes. */
function stretch(first: number, rows: number) {
  const made = newBookRows({ levels: 10, originNs: 0n });
  for (let i = 0; i < rows; i++) {
    const row = first + i;
    made.tsEventNs[i] = row * 10;
    made.bids.px[0]![i] = row;
    if (row % 3 !== 0) made.asks.px[0]![i] = row + 1;
    made.asks.sz[9]![i] = row + 2;
  }
  return { ...made, rows, firstIndex: first };
}

function sampled(rows: number) {
  const twoSided = Array.from({ length: rows }, (_, row) => row).filter((row) => row % 3 !== 0);
  const sampler = new DaySampler(twoSided.length);
  for (let from = 0; from < rows; from += 2048) sampler.push(stretch(from, Math.min(2048, rows - from)));
  return { twoSided, bytes: sampler.finish(SHA)! };
}

it.each([0, 2, 900, 15_000, 40_000])('keeps what a picture of %i rows shows', (rows) => {
  const { twoSided, bytes } = sampled(rows);
  // As it comes from a file: a view in the middle of a larger buffer.
  const kept = decodeDaySamples(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3), SHA, 0n)!;
  expect(kept.total).toBe(twoSided.length);
  for (const max of [1, 7, 50, 2000, 5000, 10_000]) {
    const drawn = samplesDrawn(kept.total, max);
    const wanted = sampledRows(twoSided.length, max).map((place) => twoSided[place]!);
    if (drawn === undefined) expect([7, twoSided.length > 10_000]).toEqual([max, true]);
    else {
      expect(drawn.map((i) => kept.rows.bids.px[0]![i])).toEqual(wanted);
      expect(drawn.map((i) => kept.rows.asks.px[0]![i])).toEqual(wanted.map((row) => row + 1));
      expect(drawn.map((i) => kept.rows.asks.sz[9]![i])).toEqual(wanted.map((row) => row + 2));
      expect(drawn.map((i) => kept.rows.tsEventNs[i])).toEqual(wanted.map((row) => row * 10));
    }
  }
});

it('is refused for other events, when it was cut, and when other rows came than were told of', () => {
  const { bytes } = sampled(900);
  expect(decodeDaySamples(bytes, 'b'.repeat(64), 0n)).toBeUndefined();
  expect(decodeDaySamples(bytes.subarray(0, -1), SHA, 0n)).toBeUndefined();
  const sampler = new DaySampler(5);
  sampler.push(stretch(0, 900));
  expect(sampler.finish(SHA)).toBeUndefined();
});

it('draws the same places from the samples as from the day, whatever its length', () => {
  const divisors = Array.from({ length: 10_000 }, (_, i) => i + 1).filter((max) => 10_000 % max === 0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000_000 }), fc.constantFrom(...divisors), (total, max) => {
      const kept = sampledRows(total, 10_000);
      expect(samplesDrawn(total, max)!.map((i) => kept[i])).toEqual(sampledRows(total, max));
    }),
    { numRuns: 50 },
  );
});
