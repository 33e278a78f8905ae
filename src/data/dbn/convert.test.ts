import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { convertFile, formatOf } from './convert.js';
import { encodeBlock } from './encode.js';
import { decodeAll, hasSamples, plain, sampleNamed } from './sample-files.fixture.js';
import { inflateAll } from './zstd/inflate.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-convert-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.skipIf(!hasSamples)('samples (skipped where they are absent)', () => {
  test.each([
    'esh4-glbx-mdp3-20231224.mbo.dbn.zst',
    'test_data.mbp-10.v3.dbn.zst',
    'test_data.definition.v3.dbn.zst',
    'test_data.statistics.v3.dbn.zst',
    'test_data.status.v3.dbn.zst',
  ])('%s goes through every format and comes back', async (name) => {
    const bytes = await plain(sampleNamed(name));
    const first = join(dir, 'first.dbn');
    writeFileSync(first, bytes);
    const { seen, blocks } = decodeAll(bytes);
    let from = first;
    for (const to of ['a.csv', 'b.dbn.zst', 'c.parquet', 'd.dbn', 'e.jsonl', 'f.dbn']) {
      expect(await convertFile(from, join(dir, to))).toEqual({ records: seen.records });
      from = join(dir, to);
    }
    const last = decodeAll(readFileSync(from));
    const records = (parts: typeof blocks) => Buffer.concat(parts.map((block) => encodeBlock(block)));
    expect(records(last.blocks).equals(records(blocks))).toBe(true);
    expect(last.metadata!.version).toBe(3);
    expect(readdirSync(dir).filter((one) => one.startsWith('.tmp'))).toEqual([]);
  });

  test('the same version keeps the header byte for byte; another one keeps what it says', async () => {
    const sample = sampleNamed('test_data.mbo.v1.dbn.zst');
    const from = join(dir, 'one.dbn.zst');
    writeFileSync(from, sample.bytes);
    await convertFile(from, join(dir, 'same.dbn'));
    expect(readFileSync(join(dir, 'same.dbn')).equals(Buffer.from(await plain(sample)))).toBe(true);
    await convertFile(from, join(dir, 'three.dbn.zst'), { version: 3 });
    const three = decodeAll(await inflateAll(readFileSync(join(dir, 'three.dbn.zst'))));
    const { version: _, symbolBytes: __, carried: ___, ...says } = decodeAll(await plain(sample)).metadata!;
    expect(three.metadata).toMatchObject({ ...says, version: 3, symbolBytes: 71 });
  });
});

test('a failure leaves nothing, and names what is wrong', async () => {
  writeFileSync(join(dir, 'bad.csv'), 'rtype,price\n160,x\n');
  await expect(convertFile(join(dir, 'bad.csv'), join(dir, 'bad.dbn'))).rejects.toMatchObject({
    code: 'dbn_text_invalid',
  });
  await expect(convertFile(join(dir, 'absent.csv'), join(dir, 'bad.dbn'))).rejects.toMatchObject({
    code: 'dbn_file_unreadable',
  });
  await expect(convertFile(join(dir, 'absent.parquet'), join(dir, 'bad.dbn'))).rejects.toMatchObject({
    code: 'dbn_file_unreadable',
  });
  expect(readdirSync(dir)).not.toContain('bad.dbn');
  expect(() => formatOf('prices.xlsx')).toThrow('its name ends in none of');
});
