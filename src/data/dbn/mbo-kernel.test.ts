import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import { encodeBlock } from './encode.js';
import { type Decoded, decodeAll } from './sample-files.fixture.js';

const RECORD = 56;

/** Records of random bytes that begin as mbo records do; some are of other kinds. */
function records(seed: number, count: number, others: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(count * RECORD);
  let state = seed | 1;
  for (let at = 0; at < bytes.length; at++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    bytes[at] = state >>> 24;
  }
  for (let row = 0; row < count; row++) bytes.set([14, others.includes(row) ? 0x20 : 0xa0], row * RECORD);
  return bytes;
}

/** Every column's bytes; quicker to compare than the columns. */
const says = ({ blocks, seen }: Decoded) => ({
  seen,
  rows: blocks.map(({ rows }) => rows),
  hashes: blocks.map((block) => createHash('sha256').update(encodeBlock(block)).digest('hex')),
});

test('the kernel and its twin fill the same columns in the same blocks, wherever the bytes begin', () => {
  const position = fc.integer({ min: 0, max: 3000 });
  fc.assert(
    fc.property(
      fc.integer(),
      position,
      fc.array(position, { maxLength: 5 }),
      fc.nat(7),
      (seed, count, others, shift) => {
        const made = records(seed, count, others);
        const bytes = new Uint8Array(made.length + shift).subarray(shift);
        bytes.set(made);
        const fragment = { version: 3 } as const;
        const plain = decodeAll(bytes, { fragment }, 20_001);
        expect(plain.seen.records).toBe(count);
        expect(says(decodeAll(bytes, { fragment, kernels: kernelHost }, 20_001))).toEqual(says(plain));
      },
    ),
    { numRuns: 40 },
  );
});

test('blocks of a long stream grow to their full length, with the kernel and without', () => {
  const bytes = records(7, 200_000, []);
  const fragment = { version: 3 } as const;
  const plain = decodeAll(bytes, { fragment });
  const kernel = decodeAll(bytes, { fragment, kernels: kernelHost });
  const grown = [256, 1024, 4096, 16_384, 65_536, 65_536];
  expect(plain.blocks.map(({ rows }) => rows)).toEqual([...grown, 200_000 - 152_832]);
  expect(says(kernel)).toEqual(says(plain));
});
