/** A house carried away while it works, and brought back elsewhere: the same answers, the same bytes, and nothing of its work lost. */
import { createHash } from 'node:crypto';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAlmanac } from '../support/almanac.js';
import type { Writer } from '../support/kill-nine.js';
import { sweepWriter } from '../support/kill-nine-lab.js';
import { pipelineWriter } from '../support/kill-nine-market.js';
import { importWriter, rowWriter, runWriter } from '../support/kill-nine-writers.js';
import { mustAsk } from '../support/lab.js';
import { startTestServer, type TestServer } from '../support/server.js';

const home = await mkdtemp(join(tmpdir(), 'almanac-backup-'));
// As root the embedded PostgreSQL runs as another user, who must be able to walk to its data.
await chmod(home, 0o755);
afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

const [here, there] = [join(home, 'here'), join(home, 'there')];
const file = join(home, 'house.tar');
const PASSPHRASE = 'correct horse battery staple';
const SECRET = { ALMANAC_BACKUP_PASSPHRASE: PASSPHRASE };
const WELL = { ALMANAC_RATE_LIMIT: 'off' };

const writers: Writer[] = [runWriter(), rowWriter(), importWriter(), sweepWriter(), pipelineWriter(there)];
/** By writer: what was acknowledged before the backup began, and all that was ever tried. */
const promised = new Map<Writer, number[]>();
const tried = new Map<Writer, number[]>();

/** Often enough that each writes many times while the backup is taken; more would only be more to look through afterwards. */
const WRITE_EVERY_MS = 80;

/** Writes one after another until it is stopped. */
function keepWriting(server: TestServer, writer: Writer) {
  let isStopped = false;
  const acknowledged: number[] = [];
  const attempted: number[] = [];
  const ended = (async () => {
    for (let n = 0; !isStopped; n++) {
      attempted.push(n);
      if (await writer.write(server.url, n).catch(() => false)) acknowledged.push(n);
      await sleep(WRITE_EVERY_MS);
    }
  })();
  const stop = () => {
    isStopped = true;
    return ended;
  };
  return { acknowledged, attempted, stop };
}

const tokenOf = async (dataDir: string) =>
  (await runAlmanac(['user', 'token', 'admin', '--data-dir', dataDir])).out.trim();

beforeAll(async () => {
  await mkdir(here);
  const server = await startTestServer(here, WELL);
  try {
    // One after the other: two of them make the same dataset.
    for (const writer of writers) await writer.prepare?.(server.url);
    const crews = writers.map((writer) => keepWriting(server, writer));
    while (crews.some(({ acknowledged }) => acknowledged.length < 2)) await sleep(50);
    for (const [i, writer] of writers.entries()) promised.set(writer, [...crews[i]!.acknowledged]);
    const taken = await runAlmanac(['backup', file, '--with-secrets', '--json', '--data-dir', here], SECRET);
    for (const crew of crews) await crew.stop();
    for (const [i, writer] of writers.entries()) tried.set(writer, crews[i]!.attempted);
    const lost = (taken.json[0]?.notices ?? []).filter(({ what }: { what: string }) => what !== 'changed');
    expect([taken.error, lost]).toEqual(['', []]);
    expect(taken.json[0]).toMatchObject({ ok: true, online: true, with_secrets: true, measurements: { taken: true } });
    expect(taken.code).toBe(0);
  } finally {
    await server.stop();
  }
}, 240_000);

it('gives the same answers in another directory, and finishes the work that was under way', async () => {
  const restored = await runAlmanac(['restore', file, '--json', '--data-dir', there], SECRET);
  expect(restored.error).toBe('');
  expect(restored.json[0]).toMatchObject({ ok: true, with_secrets: true, notices: expect.any(Array) });
  expect(restored.code).toBe(0);
  // What stands beside the events of a day comes along: pictures of the day wait for it.
  const [taken, back] = [await besidesIn(here), await besidesIn(there)];
  for (const kind of ['events.index', 'events.samples', 'trades-'])
    expect([...back.keys()].some((path) => path.includes(kind))).toBe(true);
  for (const [path, sha256] of back) expect([path, sha256]).toEqual([path, taken.get(path)]);
  const server = await startTestServer(there, WELL);
  try {
    const checked = await Promise.all(
      writers.map(async (writer) => {
        const sentences = await writer.check(server.url, promised.get(writer)!, tried.get(writer)!);
        return sentences.map((sentence) => `${writer.name}: ${sentence}`);
      }),
    );
    expect(checked.flat()).toEqual([]);
    expect([...promised.values()].every((numbers) => numbers.length >= 2)).toBe(true);

    // Whatever was queued or running has come to an end; nothing hangs and nothing vanished.
    const { jobs } = await mustAsk(server.url.gateway, '/api/almanac/jobs?limit=500');
    for (const job of jobs) expect(['queued', 'running', 'completed']).toContain(job.status);

    // The keys came along: a token of the first house opens the second, and the chain of its audit log holds.
    const token = await tokenOf(here);
    const audit = await fetch(`${server.url.gateway}/api/almanac/audit/verify`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await audit.json()).toMatchObject({ ok: true });

    // Every number can still be made again from what it came from.
    const { items } = await mustAsk(server.url.sigma, '/leaderboard?limit=1');
    const backtest = items[0].backtest_id;
    expect(backtest).toMatch(/^bt_/);
    const verified = await runAlmanac(['verify', backtest, '--depth', 'all', '--data-dir', there]);
    expect(verified.out).toContain('bit for bit the same');
  } finally {
    await server.stop();
  }
}, 240_000);

describe.concurrent('nothing is half restored', () => {
  const targetOf = (name: string) => join(home, `never-${name}`);
  const leftovers = async (name: string) => (await readdir(home)).filter((one) => one.includes(`never-${name}`));

  it.each([
    ['short', 'cut short', (path: string) => truncate(path, 200_000), 1, 'cut short'],
    ['altered', 'altered', (path: string) => flip(path, 0.6), 1, 'damaged'],
    [
      'foreign',
      'no backup',
      (path: string) => writeFile(path, 'something else entirely'.repeat(100)),
      2,
      'not a backup',
    ],
  ])(
    'from a file that is %s (%s)',
    async (name, _what, harm, code, words) => {
      const harmed = join(home, `harmed-${name}.tar`);
      await copyFile(file, harmed);
      await harm(harmed);
      const ended = await runAlmanac(['restore', harmed, '--data-dir', targetOf(name)], SECRET);
      expect(ended.out + ended.error).toContain(words);
      expect(ended.out + ended.error).toContain('Nothing was restored');
      expect(ended.code).toBe(code);
      expect(await leftovers(name)).toEqual([]);
    },
    60_000,
  );

  it('with a wrong passphrase', async () => {
    const wrong = await runAlmanac(['restore', file, '--data-dir', targetOf('wrong')], {
      ALMANAC_BACKUP_PASSPHRASE: 'wrong horse',
    });
    expect([wrong.code, wrong.out]).toEqual([4, expect.stringContaining('does not open the secrets')]);
    expect(await leftovers('wrong')).toEqual([]);
  }, 60_000);

  it('without a passphrase', async () => {
    const none = await runAlmanac(['restore', file, '--data-dir', targetOf('none')]);
    expect([none.code, none.error]).toEqual([2, expect.stringContaining('ALMANAC_BACKUP_PASSPHRASE')]);
    expect(await leftovers('none')).toEqual([]);
  }, 60_000);

  it('into a directory that holds something', async () => {
    const taken = await runAlmanac(['restore', file, '--data-dir', here], SECRET);
    expect([taken.code, taken.out]).toEqual([1, expect.stringContaining('is not empty')]);
  }, 60_000);
});

it('backs up a directory that nobody serves, and keeps the former file when it fails', async () => {
  const plain = join(home, 'plain.tar');
  const taken = await runAlmanac(['backup', plain, '--json', '--data-dir', here]);
  expect(taken.json[0]).toMatchObject({ ok: true, online: false, with_secrets: false });
  const { size } = await stat(plain);
  const failed = await runAlmanac(['backup', plain, '--with-secrets', '--data-dir', here]);
  expect([failed.code, failed.error]).toEqual([2, expect.stringContaining('Secrets need a passphrase')]);
  expect((await stat(plain)).size).toBe(size);
  expect((await stat(plain)).mode & 0o777).toBe(0o600);
}, 60_000);

/** What is made beside the registered files of the canonical zone: SHA-256 by path under the data directory. */
async function besidesIn(dataDir: string): Promise<Map<string, string>> {
  const zone = join(dataDir, 'canonical');
  const names = await readdir(zone, { recursive: true });
  const besides = names.filter((name) => /events\.(index|samples|keyframes)$|trades-[^/]*\.parquet$/.test(name));
  return new Map(
    await Promise.all(
      besides.map(async (name) => {
        const hash = createHash('sha256').update(await readFile(join(zone, name)));
        return [name, hash.digest('hex')] as const;
      }),
    ),
  );
}

/** One bit at a share of the file. */
async function flip(path: string, share: number): Promise<void> {
  const handle = await open(path, 'r+');
  const position = Math.floor((await handle.stat()).size * share);
  const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position });
  buffer[0]! ^= 4;
  await handle.write(buffer, 0, 1, position);
  await handle.close();
}
