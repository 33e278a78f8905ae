import { expect, test } from 'vitest';
import { mboBlockBytes, mbpBlockBytes, placeMboBlock, placeMbpBlock, roomOf } from './dbn-block.js';

/** Every typed array of a block, whatever holds it. */
const viewsOf = (value: unknown): ArrayBufferView[] => {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(viewsOf) : [];
};

test.each([
  ['mbo', (memory: SharedArrayBuffer) => placeMboBlock(100, memory, 64), mboBlockBytes(100)],
  ['mbp-10', (memory: SharedArrayBuffer) => placeMbpBlock(100, 10, memory, 64), mbpBlockBytes(100)],
  ['trades', (memory: SharedArrayBuffer) => placeMbpBlock(100, 0, memory, 64), mbpBlockBytes(100, 0)],
] as const)('the columns of %s stand in the memory given, none over another', (_, place, bytes) => {
  const block = place(new SharedArrayBuffer(64 + bytes));
  expect([block.rows, roomOf(block)]).toEqual([0, 100]);
  // A wide column has two views of the same bytes.
  const spans = [...new Map(viewsOf(block).map((view) => [view.byteOffset, view])).values()];
  spans.sort((a, b) => a.byteOffset - b.byteOffset);
  let end = 64;
  for (const { byteOffset, byteLength } of spans) {
    expect(byteOffset).toBeGreaterThanOrEqual(end);
    expect(byteOffset % 64).toBe(0);
    end = byteOffset + byteLength;
  }
  expect(end).toBeLessThanOrEqual(64 + bytes);
});

test('a block that does not fit is our mistake', () => {
  expect(() => placeMboBlock(100, new ArrayBuffer(100))).toThrow('fits its buffer');
});
