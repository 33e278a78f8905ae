/** Kill -9 at any moment loses no write that was promised, and shows no half of one; the next opening is quick. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';

const KILLS = process.env['ALMANAC_TEST_LONG'] === undefined ? 5 : 50;
const ROWS = 30_000;

interface Promised {
  append: number;
  import: number;
}

/** Lets the writer run until it has promised something and a random while longer, then kills it. */
function writeAndKill(dir: string, firstRound: number, moreMs: number): Promise<Promised> {
  const writer = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', join('test', 'timeseries', 'kill-writer.ts'), dir, String(firstRound)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const promised: Promised = { append: -1, import: -1 };
  let isDoomed = false;
  let text = '';
  writer.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) {
      const [what, round] = line.split(' ') as [keyof Promised, string];
      promised[what] = Number(round);
    }
    if (!isDoomed && promised.append >= 0) {
      isDoomed = true;
      setTimeout(() => writer.kill('SIGKILL'), moreMs);
    }
  });
  return new Promise((resolve) => writer.on('close', () => resolve(promised)));
}

it(`keeps every promise through ${KILLS} kills`, { timeout: 60_000 * KILLS }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-kill-'));
  let seed = 20_261_120;
  let last: Promised = { append: -1, import: -1 };
  for (let kill = 0; kill < KILLS; kill++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const promised = await writeAndKill(dir, kill * 100_000, (seed / 2 ** 32) * 900);
    last = { append: Math.max(last.append, promised.append), import: Math.max(last.import, promised.import) };

    const opening = performance.now();
    const store = await openEmbeddedStore({
      path: join(dir, 'm.duckdb'),
      tmpDir: join(dir, 'tmp'),
      memoryLimit: '256MB',
      threads: 2,
      clock: { nowMs: () => performance.now() },
    });
    expect(performance.now() - opening).toBeLessThan(5000);
    const rows = async (sql: string) => (await store.query(sql, { rowsMax: 10, timeoutMs: 20_000 })).rows;

    const [[appended, lastRound, torn]] = (await rows(
      'SELECT sum(n)::BIGINT, max(round), count(*) FILTER (WHERE n <> 50) FROM (SELECT round, count(*) n FROM appends GROUP BY round)',
    )) as [[number, number, number]];
    expect(torn).toBe(0);
    expect(lastRound).toBeGreaterThanOrEqual(last.append);
    expect(await store.find('appends')).toMatchObject({ rowCount: appended });

    if (last.import >= 0) {
      const [[count, first, final]] = (await rows('SELECT count(*), min(round), max(round) FROM imports')) as [
        [number, number, number],
      ];
      expect({ count, isWhole: first === final }).toEqual({ count: ROWS, isWhole: true });
      expect(final).toBeGreaterThanOrEqual(last.import);
      expect(await store.find('imports')).toMatchObject({ rowCount: ROWS });
    }
    await store.close();
  }
  expect(last.import, 'some import was promised before a kill').toBeGreaterThanOrEqual(0);
  rmSync(dir, { recursive: true, force: true });
});
