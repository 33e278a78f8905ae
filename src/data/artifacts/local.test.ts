import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openLocalArtifacts } from './local.js';

const home = mkdtempSync(join(tmpdir(), 'almanac-artifacts-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const root = join(home, 'artifacts');
const store = await openLocalArtifacts(root, Date.now());

const shaOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const fileOf = (sha: string) => join(root, sha.slice(0, 2), sha.slice(2));
const incoming = () => readdirSync(join(root, 'incoming'));

function damage(file: string, change: (bytes: Buffer) => Buffer): void {
  const bytes = readFileSync(file);
  chmodSync(file, 0o644);
  writeFileSync(file, change(bytes));
}

test('what is put is read again by its SHA-256, once however often it is put', async () => {
  const first = await store.put('hello');
  expect(first).toEqual({ sha256: shaOf('hello'), sizeBytes: 5 });
  expect(await store.put(Buffer.from('hello'))).toEqual(first);
  expect(await store.putStream(Readable.from([Buffer.from('hel'), Buffer.from('lo')]))).toEqual(first);
  expect((await store.read(first.sha256)).toString()).toBe('hello');
  expect(await store.pathOf(first.sha256)).toBe(fileOf(first.sha256));
  expect(incoming()).toEqual([]);
});

test('any bytes survive, in one piece or streamed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      const { sha256 } = await store.putStream(Readable.from([Buffer.from(bytes)]));
      expect(sha256).toBe(shaOf(bytes));
      expect(new Uint8Array(await store.read(sha256))).toEqual(bytes);
    }),
    { numRuns: 30 },
  );
});

test('sixteen writers of the same bytes leave one file', async () => {
  const bytes = Buffer.alloc(200_000, 7);
  const all = await Promise.all(Array.from({ length: 16 }, () => store.put(bytes)));
  expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
  expect((await store.read(all[0]!.sha256)).equals(bytes)).toBe(true);
  expect(incoming()).toEqual([]);
});

test('every flipped bit and every cut is found, and the damaged bytes are never served', async () => {
  const bytes = Buffer.from('the quick brown fox jumps over the lazy dog');
  const { sha256 } = await store.put(bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
      damage(fileOf(sha256), () => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        return changed;
      });
      await expect(store.read(sha256)).rejects.toMatchObject({ code: 'artifact_damaged' });
      await expect(store.pathOf(sha256)).rejects.toMatchObject({ code: 'artifact_damaged' });
      await expect(store.link(sha256, join(home, 'name'))).rejects.toMatchObject({ code: 'artifact_damaged' });
    }),
    { numRuns: process.env['ALMANAC_TEST_LONG'] ? 10_000 : 50 },
  );
  damage(fileOf(sha256), () => bytes.subarray(0, 10));
  await expect(store.read(sha256)).rejects.toMatchObject({ code: 'artifact_damaged' });
  // Putting the right bytes again heals it.
  await store.put(bytes);
  expect((await store.read(sha256)).equals(bytes)).toBe(true);
});

test('what is not there is missing, and a name is never a path', async () => {
  for (const name of [shaOf('never put'), '', 'ab', '../../../etc/passwd', `${'0'.repeat(62)}/x`]) {
    expect(await store.has(name)).toBe(false);
    await expect(store.read(name)).rejects.toMatchObject({ code: 'artifact_missing' });
    await expect(store.pathOf(name)).rejects.toMatchObject({ code: 'artifact_missing' });
  }
});

test('a stream that breaks leaves nothing', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('the line dropped');
    })(),
  );
  await expect(store.putStream(broken)).rejects.toThrow('the line dropped');
  expect(await store.has(shaOf('half'))).toBe(false);
  expect(incoming()).toEqual([]);
});

test('a half-written file is never served, and is swept away once it is an hour old', async () => {
  const [old, young] = ['0ld', 'y0ung'].map((name) => join(root, 'incoming', name)) as [string, string];
  writeFileSync(old, 'ha');
  writeFileSync(young, 'ha');
  const hourAgo = new Date(Date.now() - 3_700_000);
  utimesSync(old, hourAgo, hourAgo);
  const again = await openLocalArtifacts(root, Date.now());
  expect(await again.has(shaOf('half'))).toBe(false);
  expect(existsSync(old)).toBe(false);
  expect(existsSync(young)).toBe(true);
  rmSync(young);
});

test('a name for people is a hard link that replaces what stood there', async () => {
  const [one, two] = [await store.put('one'), await store.put('two')];
  const name = join(home, 'models', 'model_latest.json');
  await store.link(one.sha256, name);
  expect(statSync(name).ino).toBe(statSync(fileOf(one.sha256)).ino);
  await store.link(two.sha256, name);
  await store.link(two.sha256, name);
  expect(readFileSync(name, 'utf8')).toBe('two');
  expect(readdirSync(join(home, 'models'))).toEqual(['model_latest.json']);
  // A file that was made by other means is not in the way either.
  linkSync(fileOf(one.sha256), join(home, 'models', 'other'));
  await store.link(two.sha256, join(home, 'models', 'other'));
  expect(readFileSync(fileOf(one.sha256), 'utf8')).toBe('one');
});
