import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeMetadata } from './encode.js';
import { type DbnMetadata, newMetadata, SYMBOL_BYTES, toVersion } from './metadata.js';
import { readMetadata } from './read-metadata.js';
import type { DbnVersion } from './record-type.js';
import { SCHEMAS, STYPES } from './schema.js';

const version = fc.constantFrom<DbnVersion>(1, 2, 3);
const symbol = fc.stringMatching(/^[ -~]{0,21}$/);
const time = fc.bigInt({ min: 0n, max: 2n ** 64n - 2n });
const symbols = fc.array(symbol, { maxLength: 5 });
const date = fc.integer({ min: 0, max: 99_991_231 });
const interval = fc.record({ startDate: date, endDate: date, symbol });
const mapping = fc.record({ rawSymbol: symbol, intervals: fc.array(interval, { maxLength: 4 }) });

const metadata: fc.Arbitrary<DbnMetadata> = fc
  .record({
    version,
    dataset: fc.stringMatching(/^[ -~]{0,16}$/),
    schema: fc.option(fc.constantFrom(...SCHEMAS)),
    start: time,
    end: fc.option(time),
    limit: fc.option(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })),
    stypeIn: fc.option(fc.constantFrom(...STYPES)),
    stypeOut: fc.constantFrom(...STYPES),
    tsOut: fc.boolean(),
    symbols,
    partial: symbols,
    notFound: symbols,
    mappings: fc.array(mapping, { maxLength: 4 }),
  })
  .map((facts) => ({ ...facts, symbolBytes: SYMBOL_BYTES[facts.version] }));

test('every header comes back, byte for byte and word for word, and those of version 3 keep records aligned', () => {
  fc.assert(
    fc.property(metadata, (made) => {
      const bytes = encodeMetadata(made);
      const { carried, ...read } = readMetadata(bytes, made.version);
      expect(read).toEqual(made);
      expect(Buffer.from(encodeMetadata({ ...read, ...(carried && { carried }) })).equals(Buffer.from(bytes))).toBe(
        true,
      );
      if (made.version === 3) expect(bytes.length % 8).toBe(0);
    }),
  );
});

test('what has no meaning is carried: a count of records, reserved bytes, and what follows the mappings', () => {
  for (const one of [1, 2, 3] as const) {
    const bytes = encodeMetadata(newMetadata({ version: one, dataset: 'X', schema: 'mbo', start: 0n, symbols: ['A'] }));
    bytes.fill(7, one === 1 ? 61 : 55, 108);
    if (one === 1) bytes.fill(9, 50, 58);
    const longer = Buffer.concat([bytes, Buffer.alloc(16, 5)]);
    const read = readMetadata(longer, one);
    expect(Buffer.from(encodeMetadata(read)).subarray(8).equals(longer.subarray(8))).toBe(true);
    // Another version's file begins anew.
    expect(toVersion(read, 2).carried).toBeUndefined();
  }
});
