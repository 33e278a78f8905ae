import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { placeMboBlock } from '#engine/frame/dbn-block.js';
import { blockOfMbo, copyBlock, type DbnBlock } from './block.js';
import { newMetadata } from './metadata.js';
import { readDbn, readDbnFile } from './read-file.js';
import { decodeAll, hasSamples, plain, sampleNamed } from './sample-files.fixture.js';
import { encodeDbn, writeDbnFile } from './write-file.js';
import { store } from './zstd/deflate.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-dbn-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function madeBlock(rows: number, firstId = 0): DbnBlock {
  const mbo = placeMboBlock(rows);
  for (let row = 0; row < rows; row++) {
    mbo.orderId.values[row] = BigInt(firstId + row);
    mbo.action[row] = 'A'.charCodeAt(0);
    mbo.sequence[row] = row;
  }
  mbo.rows = rows;
  return blockOfMbo(mbo);
}

const metadata = newMetadata({ dataset: 'XNAS.ITCH', schema: 'mbo', start: 0n });

async function collect(blocks: AsyncIterable<DbnBlock>): Promise<DbnBlock[]> {
  const kept: DbnBlock[] = [];
  for await (const block of blocks) kept.push(copyBlock(block));
  return kept;
}

test.each(['a.dbn', 'a.dbn.zst'])('%s holds what was written, whole or not at all', async (name) => {
  const path = join(dir, name);
  const written = await writeDbnFile(path, metadata, [madeBlock(3000), madeBlock(70_000, 3000)]);
  expect(written).toEqual({ bytes: readFileSync(path).length, records: 73_000 });
  const file = await readDbnFile(path);
  expect(file.metadata).toMatchObject({ ...metadata, carried: {} });
  const ids = (await collect(file.blocks)).flatMap(({ mbo }) => [...mbo!.orderId.values]);
  expect(ids).toEqual(Array.from({ length: 73_000 }, (_, id) => BigInt(id)));

  async function* broken() {
    yield madeBlock(10);
    throw new Error('the source is gone');
  }
  await expect(writeDbnFile(path, metadata, broken())).rejects.toThrow('the source is gone');
  expect(readFileSync(path).length).toBe(written.bytes);
  expect(readdirSync(dir).filter((one) => one.startsWith('.tmp'))).toEqual([]);
});

test('frames one after another are one stream, with skippable ones between, in chunks of one byte', async () => {
  const parts: Uint8Array[] = [];
  for await (const part of encodeDbn(metadata, [madeBlock(100)])) parts.push(part);
  const bytes = Buffer.concat(parts);
  const frames: Uint8Array[] = [];
  for (const [from, to] of [
    [0, 50],
    [50, 51],
    [51, bytes.length],
  ] as const) {
    for await (const part of store([bytes.subarray(from, to)])) frames.push(part);
    frames.push(Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9));
  }
  const compressed = Buffer.concat(frames);
  const single = Array.from(compressed, (byte) => Uint8Array.of(byte));
  for (const source of [[compressed], single]) {
    const blocks = await collect((await readDbn(source)).blocks);
    expect(blocks.map(({ rows }) => rows)).toEqual([100]);
  }
});

test('a small file that stands for gigabytes is bounded in memory, and in length where it is asked', async () => {
  const parts: Uint8Array[] = [];
  for await (const part of encodeDbn(metadata, [madeBlock(1)])) parts.push(part);
  const frames: Uint8Array[] = [];
  for await (const part of store(parts)) frames.push(part);
  frames.pop();
  // Blocks of one byte that stand for 128 KiB each: 14 is the length and the unknown kind of every record.
  const block = Uint8Array.of(0x02 | ((131_072 << 3) & 0xff), (131_072 << 3) >>> 8, (131_072 << 3) >>> 16, 14);
  const bomb = Buffer.concat([...frames, ...Array.from({ length: 800 }, () => block), Uint8Array.of(1, 0, 0)]);
  const before = process.memoryUsage().rss;
  const walk = async (options: { bytesMax?: number }) => {
    const reading = await readDbn([bomb], options);
    let seen: unknown;
    for (let next = await reading.blocks.next(); ; next = await reading.blocks.next()) {
      if (next.done !== true) continue;
      seen = next.value;
      break;
    }
    return seen;
  };
  await expect(walk({ bytesMax: 10_000_000 })).rejects.toMatchObject({ code: 'dbn_too_large', kind: 'too-large' });
  await expect(walk({})).rejects.toMatchObject({ code: 'dbn_truncated' });
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

test('an iteration that stops gives the source back', async () => {
  let isClosed = false;
  const parts: Uint8Array[] = [];
  for await (const part of encodeDbn(metadata, [madeBlock(100_000)])) parts.push(part);
  async function* source() {
    try {
      yield* parts;
    } finally {
      isClosed = true;
    }
  }
  const reading = await readDbn(source());
  for await (const block of reading.blocks) if (block.rows > 0) break;
  expect(isClosed).toBe(true);
});

test('what is no DBN file is refused by name', async () => {
  const written = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(dir, name), bytes);
    return readDbnFile(join(dir, name));
  };
  await expect(written('text', Buffer.from('ts_event,price\n'))).rejects.toMatchObject({ code: 'dbn_unrecognised' });
  await expect(written('empty', new Uint8Array(0))).rejects.toMatchObject({ code: 'dbn_unrecognised' });
  await expect(written('short', Buffer.from('DB'))).rejects.toMatchObject({ code: 'dbn_unrecognised' });
  await expect(written('next', Buffer.from('DBN\x04aaaaaaaa'))).rejects.toMatchObject({
    code: 'dbn_version_unsupported',
    detail: { version: 4, offset: 3 },
  });
  await expect(readDbnFile(join(dir, 'absent'))).rejects.toMatchObject({ code: 'dbn_file_unreadable' });
  await expect(readDbnFile(dir)).rejects.toMatchObject({ code: 'dbn_file_unreadable' });
});

describe.skipIf(!hasSamples)('samples (skipped where they are absent)', () => {
  test('legacy DBZ is refused by name', async () => {
    const { bytes } = sampleNamed('test_data.mbo.dbz');
    await expect(readDbn([bytes])).rejects.toMatchObject({ code: 'dbn_legacy' });
    expect(() => decodeAll(bytes)).toThrow('Legacy DBZ is not supported, convert to DBN');
  });

  test('a zstd file that ends within a frame loses nothing in silence', async () => {
    const sample = sampleNamed('esh4-glbx-mdp3-20231224.mbo.dbn.zst');
    const whole = decodeAll(await plain(sample)).seen.records;
    const reading = await readDbn([sample.bytes.subarray(0, sample.bytes.length - 10)]);
    let records = 0;
    const walk = async () => {
      for await (const block of reading.blocks) records += block.rows;
    };
    await expect(walk()).rejects.toMatchObject({ code: 'zstd_invalid' });
    expect(records).toBeLessThan(whole);
  });

  test('fragments of several frames are read when their version is told', async () => {
    const { bytes } = sampleNamed('multi-frame.definition.v1.dbn.frag.zst');
    const reading = await readDbn([bytes], { fragment: { version: 1, schema: 'definition' } });
    const blocks = await collect(reading.blocks);
    expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(8);
    const mislabelled = await readDbn([bytes], { fragment: { version: 3 } });
    await expect(collect(mislabelled.blocks)).rejects.toMatchObject({ code: 'dbn_mislabelled', detail: { offset: 0 } });
  });
});
