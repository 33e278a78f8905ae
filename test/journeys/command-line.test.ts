/** The command line as a user types it: the built program in a process of its own, in a data directory of its own. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProgram } from '../support/program.js';

const { home, dataDir, start, run, end } = makeProgram();
const here = ['--data-dir', dataDir];

afterAll(end);

describe('without a server', () => {
  it('says what is wrong with the command line or the settings, and exits with 2', async () => {
    expect((await run(['serv'])).error).toContain('Did you mean serve?');
    const wrong = await run(['serve', ...here], { env: { ALMANAC_HOST: '0.0.0.0', ALMANAC_PRT: '1' } });
    expect(wrong.code).toBe(2);
    expect(wrong.error).toContain('ALMANAC_PRT (environment): there is no such setting; did you mean ALMANAC_PORT?');
    expect(wrong.error).toContain('ALMANAC_ALLOW_OPEN=1');
    expect((await run(['import', 'nowhere.csv', '--ticker', 'X', ...here])).code).toBe(2);
    const nowhere = await run(['import', 'package.json', ...here]);
    expect([nowhere.code, nowhere.error]).toEqual([
      2,
      expect.stringContaining('either --measurement NAME or --ticker'),
    ]);
  });

  it.each([
    'serve',
    'worker',
    'demo',
    'import',
    'verify',
    'doctor',
    'backup',
    'restore',
    'user add',
    'pipeline run',
    'book at',
  ])('helps with %s, with an example and the exit codes', async (name) => {
    const { code, out } = await run([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  $ ');
    expect(out).toContain('Exit codes:');
  });

  it('brings the prices of the demo in, twice without a duplicate', async () => {
    const first = await run(['demo', '--only', 'prices', '--exit', ...here]);
    expect(first.out).toMatch(/✓ import AAPL daily .*1,260 new rows, 0 that/);
    expect(first.code).toBe(0);
    const second = await run(['demo', '--only', 'prices', '--exit', '--json', ...here]);
    expect(second.code).toBe(0);
    const steps = second.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { step: string; ok: boolean; rows?: number });
    expect(steps.every(({ ok }) => ok)).toBe(true);
    expect(steps.find(({ step }) => step === 'count S&P 500 daily by SQL')?.rows).toBe(5105);
  }, 60_000);

  it('reports broken rows with row and column, and exits with 1', async () => {
    const file = join(home, 'broken.csv');
    writeFileSync(file, 'timestamp_unix,price\n1700000000,1.5\nyesterday,2\n1700000060\n');
    const refused = await run(['import', file, '--measurement', 'broken', ...here]);
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/✗ broken\.csv into broken .*2 of 3 rows rejected/);
    expect(refused.out).toMatch(/3 +timestamp_unix +not a time +yesterday/);
  }, 30_000);
});

describe('beside a running server', () => {
  let server: ChildProcess;
  let listeners: Record<string, string>;

  beforeAll(async () => {
    server = start(['serve', '--json', ...here]);
    const [line] = (await once(server.stdout!, 'data')) as [Buffer];
    listeners = (JSON.parse(line.toString()) as { listeners: Record<string, string> }).listeners;
  }, 60_000);

  it('prints and writes down the addresses that it really bound', async () => {
    const written = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as object;
    expect(written).toMatchObject({ pid: server.pid, listeners });
    expect((await fetch(`${listeners['stage1']}/readyz`)).status).toBe(200);
  });

  it('refuses a second server in the same directory, naming the first, and exits with 3', async () => {
    const second = await run(['serve', ...here]);
    expect(second.code).toBe(3);
    expect(second.error).toContain(`pid ${server.pid}`);
  });

  it('refuses a port that is taken, naming the port and the setting, and exits with 3', async () => {
    const port = new URL(listeners['stage1']!).port;
    const other = ['--data-dir', join(home, 'other')];
    const refused = await run(['serve', ...other], { env: { ALMANAC_STAGE1_PORT: port } });
    expect(refused.code).toBe(3);
    expect(refused.error).toContain(`Port ${port} is taken`);
    expect(refused.error).toContain('ALMANAC_STAGE1_PORT');
  }, 30_000);

  it('adds users, sets passwords and gives out tokens', async () => {
    const added = await run(['user', 'add', 'ann', '--tier', 'pro', '--json', ...here]);
    expect(JSON.parse(added.out)).toMatchObject({
      user: { username: 'ann', tier: 'pro' },
      password: expect.any(String),
    });
    const again = await run(['user', 'add', 'ann', ...here]);
    expect([again.code, again.error]).toEqual([1, expect.stringContaining('ann')]);
    const changed = await run(['user', 'passwd', 'ann', '--password-stdin', ...here], { input: 'a-long-password\n' });
    expect([changed.code, changed.out.includes('a-long-password')]).toEqual([0, false]);
    const token = await run(['user', 'token', 'ann', ...here]);
    expect(token.out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  }, 30_000);

  it('says of a number that nobody made that there is none, and exits with 1', async () => {
    const unknown = await run(['verify', 'f'.repeat(64), ...here]);
    expect(unknown.code).toBe(1);
    expect(unknown.out).toContain('no such artifact');
    expect(unknown.error).toBe('');
  }, 30_000);

  it('finds the machine well, and the server ready', async () => {
    const { code, out } = await run(['doctor', '--json', ...here]);
    const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: { name: string; says: string }[] };
    expect([code, ok]).toEqual([0, true]);
    expect(findings.find(({ name }) => name === 'server')?.says).toContain(`pid ${server.pid}`);
  }, 30_000);

  it('imports through the server that runs', async () => {
    const file = join(home, 'bars.csv');
    writeFileSync(file, 'Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,1,2,0.5,1.5,1.4,10\n');
    const imported = await run(['import', file, '--ticker', 'tiny', '--json', ...here]);
    expect(imported.code).toBe(0);
    const dataset = await fetch(`${listeners['stage1']}/api/datasets/tiny_1d`);
    expect(await dataset.json()).toMatchObject({ symbol: 'TINY', ohlcv_row_count: 1 });
  }, 30_000);

  it('stops well at the first Ctrl-C, and takes its run file away', async () => {
    server.kill('SIGINT');
    const [code] = (await once(server, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(existsSync(join(dataDir, 'run.json'))).toBe(false);
  }, 30_000);
});
