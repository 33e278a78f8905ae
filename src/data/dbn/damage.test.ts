import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.js';
import { placeMboBlock } from '#engine/frame/dbn-block.js';
import { blockOfMbo } from './block.js';
import { createDbnDecoder, type DecodeOptions } from './decode.js';
import { encodeBlock, encodeMetadata } from './encode.js';
import { newMetadata } from './metadata.js';
import { readDbn } from './read-file.js';
import { decodeAll, hasSamples, plain, samples } from './sample-files.fixture.js';

const isLong = process.env.ALMANAC_TEST_LONG === '1';

function file(rows: number): Uint8Array {
  const mbo = placeMboBlock(rows);
  mbo.action.fill('A'.charCodeAt(0));
  mbo.rows = rows;
  const header = newMetadata({ dataset: 'XNAS.ITCH', schema: 'mbo', start: 0n, symbols: ['NVDA'] });
  return Buffer.concat([encodeMetadata(header), encodeBlock(blockOfMbo(mbo))]);
}

const HEADER = file(0).length;

/** What was read before the failure, and the failure. */
function readUntilFailure(bytes: Uint8Array, options: DecodeOptions = {}) {
  const decoder = createDbnDecoder(options);
  let rows = 0;
  let isPushed = false;
  try {
    for (;;) {
      const event = decoder.next();
      if (event.type === 'block') rows += event.block.rows;
      if (event.type === 'end') return { rows, error: undefined };
      if (event.type !== 'more') continue;
      if (isPushed) decoder.end();
      else decoder.push(bytes);
      isPushed = true;
    }
  } catch (error) {
    expect(() => decoder.next()).toThrow(error as Error);
    return { rows, error };
  }
}

describe('damage is named with its place, and the whole records before it are given', () => {
  test('a record cut off', () => {
    const bytes = file(10);
    for (const cut of [1, 30, 55]) {
      const { rows, error } = readUntilFailure(bytes.subarray(0, HEADER + 7 * 56 + cut));
      expect(rows).toBe(7);
      expect(error).toMatchObject({ code: 'dbn_truncated', detail: { offset: HEADER + 7 * 56, records: 7 } });
    }
  });

  test('a header cut off, at any byte', () => {
    const bytes = file(0);
    for (let cut = 4; cut < HEADER; cut++)
      expect(readUntilFailure(bytes.subarray(0, cut)).error).toMatchObject({
        code: 'dbn_truncated',
        detail: { offset: cut },
      });
  });

  test('a length that cannot be', () => {
    const bytes = file(10);
    bytes[HEADER + 3 * 56] = 3;
    const { rows, error } = readUntilFailure(bytes);
    expect(rows).toBe(3);
    expect(error).toMatchObject({ code: 'dbn_record_invalid', detail: { offset: HEADER + 3 * 56, records: 3 } });
    bytes[HEADER + 3 * 56] = 12;
    expect(readUntilFailure(bytes).error).toMatchObject({ code: 'dbn_record_invalid', detail: { records: 3 } });
  });

  test('records that the header does not promise', () => {
    const bytes = file(10);
    bytes[HEADER + 3 * 56 + 1] = 0x20;
    expect(readUntilFailure(bytes)).toMatchObject({
      rows: 3,
      error: { code: 'dbn_mislabelled', detail: { records: 3 } },
    });
    expect(readUntilFailure(bytes, { fragment: { version: 3 } }).error).toMatchObject({
      code: 'dbn_mislabelled',
      detail: { offset: 0 },
    });
  });

  test('unknown record types are passed over and counted', () => {
    const bytes = file(10);
    bytes[HEADER + 3 * 56 + 1] = 0x77;
    bytes[HEADER + 9 * 56 + 1] = 0x77;
    const { seen, blocks } = decodeAll(bytes, {}, 61);
    expect(seen.unknown).toEqual(new Map([[0x77, 2]]));
    expect(seen.records).toBe(8);
    expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(8);
  });

  test('longer records keep the bytes that we do not know', () => {
    const bytes = Buffer.concat([file(0), Buffer.alloc(64, 7), Buffer.alloc(64, 8)]);
    for (const at of [HEADER, HEADER + 64]) bytes.set([16, 0xa0], at);
    const { blocks, seen } = decodeAll(bytes);
    expect(seen.records).toBe(2);
    expect([...blocks[0]!.extra!.bytes]).toEqual([...Array(8).fill(7), ...Array(8).fill(8)]);
    expect(Buffer.from(encodeBlock(blocks[0]!)).equals(bytes.subarray(HEADER))).toBe(true);
  });

  test('a header that claims four gigabytes takes no memory for them', () => {
    const bytes = file(1);
    bytes.set([0xff, 0xff, 0xff, 0xff], 4);
    expect(readUntilFailure(bytes).error).toMatchObject({ code: 'dbn_metadata_too_large', kind: 'too-large' });
    const before = process.memoryUsage().arrayBuffers;
    const decoder = createDbnDecoder({ metadataBytesMax: 2 ** 32 });
    decoder.push(bytes);
    expect(decoder.next()).toEqual({ type: 'more' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test.each([
    [24, [60, 0], 24],
    [50, [13], 50],
    [52, [2], 52],
    [53, [21, 0], 53],
    [108, [1], 108],
    [112, [255, 255, 255, 255], 116],
  ])('a header whose byte %i is wrong', (at, values, offset) => {
    const bytes = file(1);
    bytes.set(values, at);
    expect(readUntilFailure(bytes).error).toMatchObject({ code: 'dbn_metadata_invalid', detail: { offset } });
  });
});

/** Reads it as a file: every block to its end. Expected failures only, whatever the bytes are. */
async function survive(bytes: Uint8Array, options: DecodeOptions): Promise<void> {
  try {
    const reading = await readDbn([bytes], options);
    for await (const block of reading.blocks) if (block.rows === 0) throw new Error('an empty block');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

describe.skipIf(!hasSamples)('mutated samples (skipped where they are absent)', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  const cut = fc.option(fc.nat());
  // 100,000 files in all when there is time for it; the large ones are a few of them.
  const isLarge = (form: Uint8Array) => form.length > 100_000;
  const numRuns = isLong ? Math.ceil(100_000 / samples.filter(({ bytes }) => !isLarge(bytes)).length) : 6;
  let survived = 0;
  let restBytes = 0;
  beforeAll(() => {
    restBytes = process.memoryUsage().rss;
  });
  afterAll(() => {
    if (isLong) console.log(`${survived} mutated files`);
  });

  test.each(samples)(
    '$name decodes or fails as expected, compressed and plain, whatever its bytes',
    { timeout: 600_000 },
    async (sample) => {
      const options = sample.fragment && { fragment: sample.fragment };
      const forms = sample.name.endsWith('.zst') ? [sample.bytes, await plain(sample)] : [sample.bytes];
      for (const form of forms)
        await fc.assert(
          fc.asyncProperty(flips, cut, async (changes, length) => {
            const bytes = form.slice(0, length === null ? form.length : length % (form.length + 1));
            for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
            await survive(bytes, options ?? {});
            survived++;
          }),
          { numRuns: isLarge(form) ? Math.min(numRuns, 20) : numRuns },
        );
      expect(process.memoryUsage().rss - restBytes).toBeLessThan(256 * 1024 * 1024);
    },
  );
});
