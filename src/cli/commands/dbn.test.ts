import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { blockOfMbo } from '#data/dbn/block.js';
import { newMetadata } from '#data/dbn/metadata.js';
import { writeDbnFile } from '#data/dbn/write-file.js';
import { placeMboBlock } from '#engine/frame/dbn-block.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-cli-dbn-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const mbo = placeMboBlock(20);
for (let row = 0; row < 20; row++) {
  mbo.instrumentId[row] = 11_667;
  mbo.price.values[row] = 187_250_000_000n;
  mbo.tsRecv.values[row] = 1_770_042_600_000_000_000n + BigInt(row);
  mbo.action[row] = 'A'.charCodeAt(0);
  mbo.side[row] = 'B'.charCodeAt(0);
}
mbo.rows = 20;
const file = join(dir, 'nvda.dbn');
await writeDbnFile(
  file,
  newMetadata({
    dataset: 'XNAS.ITCH',
    schema: 'mbo',
    start: 1_770_042_600_000_000_000n,
    mappings: [{ rawSymbol: 'NVDA', intervals: [{ startDate: 20260202, endDate: 20260203, symbol: '11667' }] }],
  }),
  [blockOfMbo(mbo)],
);

const almanac = (...args: string[]) =>
  spawnSync(process.execPath, ['--conditions=source', '--import', 'tsx', 'src/cli/main.ts', 'dbn', ...args], {
    encoding: 'utf8',
  });

test('info counts the records and says the header', () => {
  const { stdout, status } = almanac('info', file, '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    header: { version: 3, dataset: 'XNAS.ITCH', schema: 'mbo', end: null, symbols: ['NVDA'] },
    records: 20,
    kinds: { mbo: 20 },
    first: '2026-02-02T14:30:00.000000000Z',
    last: '2026-02-02T14:30:00.000000019Z',
  });
});

test('head prints the first records, and convert goes there and back', () => {
  const head = almanac('head', file, '-n', '2').stdout.trim().split('\n');
  expect(head).toHaveLength(3);
  expect(head[1]).toBe(
    '2026-02-02T14:30:00.000000000Z,1970-01-01T00:00:00.000000000Z,160,0,11667,A,B,187.25,0,0,0,0,0,0,NVDA',
  );
  const csv = join(dir, 'nvda.csv');
  const again = join(dir, 'again.dbn');
  expect(almanac('convert', file, csv).stdout).toContain('Wrote 20 records');
  expect(almanac('convert', csv, again, '--dataset', 'XNAS.ITCH').status).toBe(0);
  const records = (path: string) => readFileSync(path).subarray(-20 * 56);
  expect(records(again).equals(records(file))).toBe(true);
  expect(almanac('cat', again, '--format', 'json').stdout.trim().split('\n')).toHaveLength(20);
});

test('a damaged file says where, and exits with a code that means it', () => {
  const cut = join(dir, 'cut.dbn');
  writeFileSync(cut, readFileSync(file).subarray(0, -10));
  const { stderr, status, stdout } = almanac('cat', cut);
  expect(stderr).toContain('19 whole records stand before it');
  expect(stdout.trim().split('\n')).toHaveLength(20);
  expect(status).toBe(2);
  expect(almanac('info', cut, '--fragment', '9').status).toBe(2);
});
