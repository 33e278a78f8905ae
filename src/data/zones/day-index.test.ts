import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  DayIndexMaker,
  decodeDayIndex,
  encodeDayIndex,
  joinRuns,
  rowsIn,
  sliceRuns,
  stretchesOf,
  stretchRun,
} from './day-index.js';

const SHA = 'a'.repeat(64);

function indexOf(times: readonly number[]) {
  const maker = new DayIndexMaker(0n);
  times.forEach((ms, row) => {
    maker.addRow(ms, row % 3 !== 0, row % 5 === 0);
  });
  return maker.finish();
}

it('survives its bytes, and is refused for other events or when it was cut', () => {
  const index = indexOf(Array.from({ length: 5000 }, (_, row) => row * 7));
  const bytes = encodeDayIndex(index, SHA);
  expect(decodeDayIndex(bytes, SHA)).toEqual(index);
  // As it comes from a file: a view in the middle of a larger buffer.
  expect(decodeDayIndex(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3), SHA)).toEqual(index);
  expect(decodeDayIndex(bytes, 'b'.repeat(64))).toBeUndefined();
  expect(decodeDayIndex(bytes.subarray(0, -1), SHA)).toBeUndefined();
});

it('passes over no row of a span, however times step back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6000 }),
      fc.integer({ min: 0, max: 9000 }),
      fc.integer({ min: 0, max: 9000 }),
      (steps, a, b) => {
        let now = 0;
        const times = steps.map((step, row) => {
          now += step;
          return row % 100 === 0 ? now - 40 : now;
        });
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const index = indexOf(times);
        const found = stretchesOf(index, from, to);
        const inside = (ms: number) => ms >= from && ms < to;
        const covered = new Set(found.map(({ at }) => at));
        times.forEach((ms, row) => {
          if (inside(ms)) expect(covered.has(Math.floor(row / 2048))).toBe(true);
        });
        for (const { at, isWhole } of found) {
          const { from: first, to: last } = stretchRun(index, at);
          if (isWhole) expect(times.slice(first, last).every(inside)).toBe(true);
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('cuts runs as if their rows stood in one list', () => {
  const runs = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 })), { maxLength: 6 })
    .map((parts) => {
      let at = 0;
      return parts.map(([gap, length]) => {
        const from = at + gap;
        at = from + length;
        return { from, to: at };
      });
    });
  const rows = (list: readonly { from: number; to: number }[]) =>
    list.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
  fc.assert(
    fc.property(runs, fc.nat(30), fc.nat(30), (list, offset, limit) => {
      expect(rows(sliceRuns(list, offset, limit))).toEqual(rows(list).slice(offset, offset + limit));
      expect(rows(joinRuns(list))).toEqual(rows(list));
      expect(rowsIn(list)).toBe(rows(list).length);
    }),
  );
});
