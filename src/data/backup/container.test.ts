import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { AppError } from '#base/errors.js';
import { readContainer } from './container-reader.js';
import { newContainerWriter } from './container-writer.js';
import type { BackupHead } from './manifest.js';
import { seal, unseal } from './seal.js';
import { readTarBlock, tarHeader } from './tar.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-container-'));
afterAll(() => rmSync(dir, { recursive: true }));

const NOW_MS = Date.parse('2026-11-20T12:00:00.123Z');
const head: BackupHead = {
  format: 'almanac-backup',
  format_version: 1,
  almanac_version: '0.1.0',
  schema: '0006-market',
  created_at: new Date(NOW_MS).toISOString(),
  bytes_expected: 10,
  secrets_sha256: null,
  measurements: { taken: true },
};
const facts = { rows: { tables: [], sequences: [] }, links: [], notices: [] };

async function written(files: readonly (readonly [string, Uint8Array])[], told = head): Promise<Buffer> {
  const writer = newContainerWriter(NOW_MS);
  const pieces: Uint8Array[] = [...writer.head(told)];
  for (const [path, content] of files) {
    // Every second one as a stream, in pieces of seven bytes.
    const asStream = path.length % 2 === 0;
    if (!asStream) pieces.push(...writer.entry(path, content));
    else for await (const piece of writer.stream(path, content.length, slices(content, 7))) pieces.push(piece);
  }
  pieces.push(...writer.end(facts));
  return Buffer.concat(pieces);
}

function* slices(bytes: Uint8Array, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(bytes: Uint8Array, pieceBytes = 4096) {
  const files = new Map<string, Buffer>();
  await readContainer(slices(bytes, pieceBytes), {
    head() {},
    async entry(path, _bytes, content) {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(Buffer.from(piece));
      files.set(path, Buffer.concat(pieces));
    },
  });
  return files;
}

const LONG = `workspace/${'directory/'.repeat(30)}a name – with a dash.csv`;
const FILES = [
  ['rows/job/000001.copy.gz', Buffer.from('not really pressed')],
  ['artifacts/ab/cdef', Buffer.alloc(1500, 7)],
  ['empty', Buffer.alloc(0)],
  ['exact', Buffer.alloc(1024, 1)],
  [LONG, Buffer.from('long')],
] as const;

describe('the container of a backup', () => {
  it('gives back what was put in, in pieces of any length', async () => {
    const bytes = await written(FILES);
    for (const pieceBytes of [1, 511, 512, 100_000])
      expect([...(await read(bytes, pieceBytes))]).toEqual(FILES.map(([path, content]) => [path, content]));
  });

  it('is a tar that any tar reads', async ({ skip }) => {
    const file = join(dir, 'plain.tar');
    writeFileSync(file, await written(FILES));
    try {
      execFileSync('tar', ['--version']);
    } catch {
      return skip('there is no tar on this machine');
    }
    const names = execFileSync('tar', ['tf', file, '--quoting-style=literal'], {
      encoding: 'utf8',
      env: { LC_ALL: 'C.UTF-8' },
    });
    expect(names.trim().split('\n')).toEqual([
      'backup.json',
      ...FILES.map(([path]) => path),
      'manifest.json',
      'trailer.json',
    ]);
    execFileSync('tar', ['xf', file, '-C', dir]);
    expect(readFileSync(join(dir, 'artifacts/ab/cdef'))).toEqual(FILES[1][1]);
  });

  it('refuses a flipped bit in any of its bytes', async () => {
    const bytes = await written(FILES.slice(0, 3));
    const believed: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1 << ((5 * at) & 7);
      await read(altered).then(
        () => believed.push(at),
        (error: AppError) => expect(error.code).toMatch(/^backup_/),
      );
    }
    expect(believed).toEqual([]);
  }, 60_000);

  it('refuses what is cut short at any byte, and what has something behind its end', async () => {
    const bytes = await written(FILES);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await expect(read(bytes.subarray(0, length))).rejects.toMatchObject({
          code: expect.stringMatching(/^backup_(cut_short|foreign)$/),
        });
      }),
      { numRuns: 200 },
    );
    await expect(read(Buffer.concat([bytes, Buffer.alloc(1)]))).rejects.toMatchObject({ code: 'backup_damaged' });
  });

  it('says of another file, and of a later format, what it is', async () => {
    await expect(read(Buffer.alloc(10_000, 'x'))).rejects.toMatchObject({ code: 'backup_foreign', kind: 'invalid' });
    const later = await written([], { ...head, format_version: 2 });
    await expect(read(later)).rejects.toMatchObject({
      code: 'backup_newer',
      message: expect.stringContaining('Upgrade Almanac'),
    });
  });

  it('refuses a source that is longer or shorter than it was told', async () => {
    const writer = newContainerWriter(NOW_MS);
    const drain = async (bytes: number) => {
      for await (const _piece of writer.stream('artifacts/x', bytes, [Buffer.alloc(10)]));
    };
    await expect(drain(9)).rejects.toMatchObject({ code: 'backup_source_changed' });
    await expect(drain(11)).rejects.toMatchObject({ code: 'backup_source_changed' });
  });

  it('has one header for one path and size, beyond 8 GiB too', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: Number.MAX_SAFE_INTEGER }),
        fc.stringMatching(/^[a-z]{1,40}(\/[a-z%.]{1,30}){0,3}$/),
        (bytes, path) => {
          const header = tarHeader({ path, bytes }, 1_800_000_000);
          if (header.length > 512) return;
          expect(readTarBlock(header)).toEqual({ path, bytes, timeS: 1_800_000_000, type: '0' });
        },
      ),
    );
  });
});

describe('sealed secrets', () => {
  it('open with their passphrase alone, however it was typed, and not when altered', async () => {
    const sealed = await seal(Buffer.from('the key'), 'pass phräse');
    expect((await unseal(sealed, 'pass phräse'.normalize('NFD'))).toString()).toBe('the key');
    await expect(unseal(sealed, 'pass phrase')).rejects.toMatchObject({ code: 'passphrase_wrong', kind: 'denied' });
    const told = JSON.parse(sealed.toString()) as { data: string };
    const altered = Buffer.from(JSON.stringify({ ...told, data: Buffer.from('the kez').toString('base64') }));
    await expect(unseal(altered, 'pass phräse')).rejects.toMatchObject({ code: 'passphrase_wrong' });
    expect(sealed.toString()).not.toContain(Buffer.from('the key').toString('base64'));
    await expect(seal(Buffer.from('x'), 'short')).rejects.toMatchObject({ code: 'passphrase_too_short' });
  });
});
