/** Files of the zones are held against what was registered, and what is lost or changed is told by its name. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256 } from '#data/hash.js';
import { writeMeta } from '#data/zones/file-meta.js';
import { putZoneFile } from '#store/zone-file.store.js';
import { openTestDatabase } from '../../../test/support/postgres.js';
import { checkZoneFiles } from './zone-check.service.js';

const db = await openTestDatabase();
const root = mkdtempSync(join(tmpdir(), 'almanac-zone-check-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function register(symbol: string): Promise<{ id: string; path: string; sha: string }> {
  const filePath = `raw/XNAS.ITCH/${symbol}/2026-02-02.dbn`;
  const bytes = Buffer.from(`the day of ${symbol}`);
  const sha = sha256(bytes);
  const id = sha256(Buffer.from(filePath)).slice(0, 16);
  mkdirSync(dirname(join(root, filePath)), { recursive: true });
  writeFileSync(join(root, filePath), bytes);
  await writeMeta(root, filePath, {
    ...{ kind: 'raw', inputs: [], params: {}, codeVersion: '1', inputHash: '', nRecords: 1, facts: {} },
    ...{ outputSha256: sha, createdAt: '2026-02-02T00:00:00Z' },
  });
  await putZoneFile(db, {
    ...{ id, dataset: 'XNAS.ITCH', symbol, date: '2026-02-02', zone: 'raw', kind: 'raw', nRecords: 1 },
    ...{ fileSize: bytes.length, filePath, sha256: sha, inputHash: null, inputs: [] },
  });
  return { id, path: join(root, filePath), sha };
}

it('tells what is lost, what is altered though its size is the same, and what has no account; the rest is the same', async () => {
  expect(await checkZoneFiles({ db, root })).toEqual([]);
  const files = Object.fromEntries(
    await Promise.all(
      ['ALTERED', 'BARE', 'GROWN', 'LOST', 'WELL'].map(async (name) => [name, await register(name)] as const),
    ),
  );
  writeFileSync(files['ALTERED']!.path, 'the day of ALTERER');
  rmSync(`${files['BARE']!.path}.meta.json`);
  appendFileSync(files['GROWN']!.path, '!');
  rmSync(files['LOST']!.path);
  const heard: [number, number][] = [];
  const checked = await checkZoneFiles({ db, root }, { onFile: (...figures) => heard.push(figures) });
  expect(
    checked.map(({ file, outcome, foundSha, foundBytes }) => [file.symbol, outcome, foundSha, foundBytes]),
  ).toEqual([
    ['ALTERED', 'altered', sha256(Buffer.from('the day of ALTERER')), 18],
    ['BARE', 'unaccounted', files['BARE']!.sha, 15],
    ['GROWN', 'altered', sha256(Buffer.from('the day of GROWN!')), 17],
    ['LOST', 'missing', null, null],
    ['WELL', 'same', files['WELL']!.sha, 15],
  ]);
  expect(heard.at(-1)).toEqual([79, 79]);
});

it('checks one file by its id or by the first digits of its hash, and knows none by too few', async () => {
  const { id, sha } = await register('ONE');
  for (const of of [id, sha, sha.slice(0, 8)])
    expect((await checkZoneFiles({ db, root }, { of })).map(({ file, outcome }) => [file.id, outcome])).toEqual([
      [id, 'same'],
    ]);
  for (const of of ['0'.repeat(16), sha.slice(0, 7), ''])
    await expect(checkZoneFiles({ db, root }, { of })).rejects.toMatchObject({ code: 'artifact_missing' });
});
