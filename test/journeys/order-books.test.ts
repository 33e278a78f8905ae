/**
 * Order books from the command line: the demo's chapter, a specification that is run, the book at a nanosecond, and files that are lost.
 * All of it beside one server: every command could start its own, which command-line.test.ts shows, and would take seconds each.
 */
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outsideDatabase } from '../support/postgres.js';
import { makeProgram } from '../support/program.js';

const { home, dataDir, start, run, end } = makeProgram();
const here = ['--data-dir', dataDir];

const database = await outsideDatabase();
beforeAll(async () => {
  const server = start(['serve', '--json', ...here], database);
  await once(server.stdout!, 'data');
}, 60_000);
afterAll(end);

const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown> & { step: string; ok: boolean });

const spec = (rest: string) => {
  const path = join(home, 'spec.yaml');
  writeFileSync(path, `version: 1\nsymbols: [TINY]\ndates: [2026-02-02]\n${rest}`);
  return path;
};

interface Steps {
  readonly steps: readonly { readonly stage: string; readonly status: string; readonly n_records: number }[];
}

describe('the demo', () => {
  const demo = ['demo', '--only', 'books', '--events', '15000', '--exit', ...here];

  it('fills all zones with simulated days, says that they are, and draws a book', async () => {
    const { code, out, error } = await run(demo);
    expect(error).toBe('');
    expect(out).toContain('These days are simulated');
    expect(out).toMatch(/✓ 8 days through the pipeline .*40 steps: 40 done/);
    expect(out).toMatch(/✓ all four zones hold every day .*40 files/);
    expect(out).toMatch(/^ {2}NVDA 2026-02-06 +[\d,]+ +[\d,]+ +0 +0 +0 /m);
    expect(out).toMatch(/^ +[\d,]+ +[\d,]+ +█+ +\d+\.\d\d │ \d+\.\d\d +█+ +[\d,]+ +[\d,]+$/m);
    expect(out).toContain('Every step held');
    expect(code).toBe(0);
  }, 180_000);

  it('does nothing twice', async () => {
    const { code, out } = await run([...demo, '--json']);
    const said = lines(out);
    const { steps } = said.find(({ step }) => step === '8 days through the pipeline') as unknown as Steps;
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(['skipped']));
    expect(said.filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(0);
  }, 120_000);

  it('leaves days alone that were not simulated', async () => {
    const path = join(dataDir, 'raw/XNAS.ITCH/MSFT/2026-02-02.dbn.meta.json');
    const meta = readFileSync(path, 'utf8');
    writeFileSync(path, meta.replace('"synthetic"', '"upload"'));
    const { code, out } = await run(demo);
    writeFileSync(path, meta);
    expect(out).toMatch(/✗ 8 days .*MSFT 2026-02-02 stands here and is not simulated/);
    expect(code).toBe(1);
  }, 60_000);

  it('leaves days alone that are larger than those asked for', async () => {
    const { code, out } = await run(['demo', '--only', 'books', '--events', '10000', '--exit', ...here]);
    expect(out).toMatch(/✗ 8 days .*Days of 3,000 order events stand here, more than the 2,000 asked for/);
    expect(code).toBe(1);
  }, 60_000);

  it('refuses sizes that make no week', async () => {
    const { code, error } = await run(['demo', '--events', '10']);
    expect([code, error]).toEqual([2, expect.stringContaining('from 10,000 to 1,000,000,000')]);
  });
});

describe('beside a running server', () => {
  it('runs a specification, and skips what stands when it is run again', async () => {
    const file = spec('source: {type: synthetic, seed: 1, events: 3000}\n');
    const first = await run(['pipeline', 'run', file, ...here]);
    expect(first.error).toBe('');
    expect(first.out).toMatch(/✓ pipeline spec\.yaml .*4 steps: 4 done/);
    expect(first.out).toMatch(/^ {2}decode +1 +0 +[\d,]+ +\d/m);
    expect(first.code).toBe(0);
    const second = await run(['pipeline', 'run', file, '--json', ...here]);
    const { steps } = lines(second.out)[0]!['job'] as Steps;
    expect(steps.map(({ stage, status }) => [stage, status])).toEqual([
      ['download', 'skipped'],
      ['decode', 'skipped'],
      ['derive', 'skipped'],
      ['qc', 'skipped'],
    ]);
    const forced = await run(['pipeline', 'run', file, '--stage', 'qc', '--force', '--json', ...here]);
    expect((lines(forced.out)[0]!['job'] as Steps).steps).toMatchObject([{ stage: 'qc', status: 'completed' }]);
  }, 60_000);

  it('exits with 1 when a step failed, and says which', async () => {
    const { code, out } = await run(['pipeline', 'run', spec(''), '--stage', 'derive', '--symbol', 'NONE', ...here]);
    expect([code, out]).toEqual([1, expect.stringContaining('no input')]);
    const missing = await run(['pipeline', 'run', spec(''), '--date', '2026-02-02', '2026-02-03', ...here]);
    expect(missing.code).toBe(1);
    expect(missing.out).toMatch(/^✗ download TINY 2026-02-03: missing input: raw/m);
  }, 30_000);

  it('exits with 2 when the specification or the command line is wrong: nothing was tried', async () => {
    const unknown = await run(['pipeline', 'run', spec('tick_size: 1\n'), ...here]);
    expect([unknown.code, unknown.error]).toEqual([2, expect.stringContaining('spec.tick_size: ')]);
    expect((await run(['pipeline', 'run', join(home, 'nowhere.yaml'), ...here])).code).toBe(2);
    expect((await run(['pipeline', 'run', spec(''), '--from', '2026-02-02', ...here])).error).toContain(
      'belong together',
    );
    expect((await run(['pipeline', 'run', spec(''), '--stage', 'bake', ...here])).code).toBe(2);
  }, 30_000);

  it('cancels the job at Ctrl-C, and exits with 1', async () => {
    const file = spec('source: {type: synthetic, seed: 1, events: 20000000}\n');
    const child = start(['pipeline', 'run', file, '--symbol', 'LARGE', '--json', ...here]);
    const out = text(child.stdout!);
    await untilSomethingRuns();
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(lines(await out)[0]).toMatchObject({ ok: false, job: { status: 'cancelled' } });
    expect(code).toBe(1);
  }, 60_000);

  it('shows the book at any nanosecond, with those who queue', async () => {
    const at = ['book', 'at', 'NVDA', '2026-02-02'];
    const drawn = await run([...at, '10:30:00.123456789', '--levels', '3', '--orders', ...here]);
    expect(drawn.error).toBe('');
    expect(drawn.out).toMatch(
      /^NVDA \(XNAS\.ITCH\), 2026-02-02 10:30:00\.123456789 in New York, after [\d,]+ records$/m,
    );
    expect(drawn.out).toMatch(/^bid \d+\.\d\d {2}[\d,]+( \| .*)?$/m);
    expect(drawn.out).toMatch(/^bid +\d+\.\d\d +1 +\d+ +[\d,]+ +0$/m);
    expect(drawn.code).toBe(0);
    const told = await run([...at, '2026-02-02T15:30:00.123456789Z', '--levels', '3', '--json', ...here]);
    const book = JSON.parse(told.out) as { ts_ns: string; bids: unknown[]; asks: unknown[] };
    expect([book.ts_ns, book.bids.length, book.asks.length]).toEqual(['1770046200123456789', 3, 3]);
  }, 30_000);

  it('has no book where there is no day, and knows no time that is none', async () => {
    const nobody = await run(['book', 'at', 'NOBODY', '2026-02-02', '10:30', ...here]);
    expect([nobody.code, nobody.out]).toEqual([1, '']);
    expect(nobody.error).toContain('NOBODY');
    const noon = await run(['book', 'at', 'NVDA', '2026-02-02', 'noon', ...here]);
    expect([noon.code, noon.error]).toEqual([2, expect.stringContaining('noon is no time of 2026-02-02')]);
  }, 30_000);

  it('tells which files of the zones are lost or altered, and exits with 1 until they are back', async () => {
    const check = async (...args: string[]) => {
      const { code, out, error } = await run(['verify', '--zones', ...args, '--json', ...here], { env: database });
      expect(error).toBe('');
      return { code, zones: lines(out)[0]!['zones'] as { same: number; wrong: { path: string; outcome: string }[] } };
    };
    const whole = await check();
    expect([whole.code, whole.zones.wrong]).toEqual([0, []]);
    expect(whole.zones.same).toBeGreaterThan(40);
    const [lost, altered] = [
      'raw/XNAS.ITCH/MSFT/2026-02-02.dbn',
      'derived/XNAS.ITCH/NVDA/2026-02-02/bars_1m.parquet',
    ].map((path) => join(dataDir, path));
    renameSync(lost!, `${lost}.away`);
    const bytes = readFileSync(altered!);
    writeFileSync(altered!, Buffer.from(bytes).fill(bytes[100]! ^ 1, 100, 101));
    const harmed = await check();
    renameSync(`${lost}.away`, lost!);
    writeFileSync(altered!, bytes);
    expect([harmed.code, harmed.zones.wrong.map(({ path, outcome }) => [join(dataDir, path), outcome])]).toEqual([
      1,
      [
        [lost, 'missing'],
        [altered, 'altered'],
      ],
    ]);
    expect((await check()).code).toBe(0);
  }, 60_000);

  async function untilSomethingRuns(): Promise<void> {
    const { umiki } = (JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as { listeners: { umiki: string } })
      .listeners;
    for (;;) {
      const running = (await (await fetch(`${umiki}/api/jobs?status=running`)).json()) as unknown[];
      if (running.length > 0) return;
      await new Promise((wait) => setTimeout(wait, 50));
    }
  }
});
