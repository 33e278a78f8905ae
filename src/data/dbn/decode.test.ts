import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnOf, type DbnBlock } from './block.js';
import { textAt, wholeAt } from './column.js';
import { encodeBlock, encodeMetadata } from './encode.js';
import { decodeAll, hasSamples, plain, sampleNamed, samples } from './sample-files.fixture.js';

const readable = samples.filter(({ name }) => !name.endsWith('.dbz'));
const hashOf = (block: DbnBlock) => `${block.rows} ${sha256(encodeBlock(block, { version: block.version }))}`;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!hasSamples)('the vendor’s sample files (skipped where they are absent)', () => {
  test.each(readable)('$name is the same bytes again from its columns', async (sample) => {
    const bytes = await plain(sample);
    const { fragment } = sample;
    const { metadata, blocks, seen } = decodeAll(bytes, fragment && { fragment });
    const version = metadata?.version ?? fragment!.version;
    const again = Buffer.concat([
      ...(metadata === undefined ? [] : [encodeMetadata(metadata)]),
      ...blocks.map((block) => encodeBlock(block, { version, tsOut: metadata?.tsOut ?? false })),
    ]);
    expect(sha256(again)).toBe(sha256(bytes));
    expect(seen.unknown.size).toBe(0);
    expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(seen.records);
    expect(seen.bytes).toBe(bytes.length);
  });

  test('chunks of any size give the same columns', async () => {
    const names = [
      'test_data.definition.v1.dbn.zst',
      'test_data.mbo.v3.dbn.zst',
      'esh4-glbx-mdp3-20231224.mbo.dbn.zst',
    ];
    for (const name of names) {
      const bytes = await plain(sampleNamed(name));
      const whole = decodeAll(bytes);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 3000 }), (chunkBytes) => {
          const again = decodeAll(bytes, {}, chunkBytes);
          expect(again.metadata).toEqual(whole.metadata);
          expect(again.blocks.map(hashOf)).toEqual(whole.blocks.map(hashOf));
        }),
        { numRuns: bytes.length > 10_000 ? 3 : 20 },
      );
    }
  });

  test('definitions of versions 1 and 2 come out in the shape of version 3', async () => {
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(async (version) => {
        const bytes = await plain(sampleNamed(`test_data.definition.v${version}.dbn.zst`));
        return decodeAll(bytes).blocks[0]!;
      }),
    );
    expect(third!.rows).toBeGreaterThan(0);
    for (const column of third!.columns) {
      if (column.type === 'bytes') continue;
      for (const older of [first!, second!]) {
        const same = columnOf(older, column.name)!;
        const say = (one: typeof column) => (one.store === 'bytes' ? textAt(one, 0) : wholeAt(one, 0));
        expect([column.name, same.type, say(same)]).toEqual([column.name, column.type, say(column)]);
      }
    }
  });
});
