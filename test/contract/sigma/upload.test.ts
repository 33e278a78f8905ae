/** Bars by the hundred thousand: read beside the event loop, which answers all the while. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
let origin: string;

beforeAll(async () => {
  house = await openSigmaHouse();
  origin = await house.app.listen({ host: '127.0.0.1', port: 0 });
  // The first upload starts a thread and makes the dataset's tables; what is measured is the reading.
  await house.post('/data/bars', csvOf(2, 'WARM'), { 'content-type': 'text/csv' });
}, 60_000);

/** What is measured is how long the loop is held; a machine with other work on it may add to that now and then. */
const RETRIES = 3;
let uploads = 0;
const nextTicker = () => `BULK${++uploads}`;

const HEAD = 'ticker,interval,ts,open,high,low,close,volume,vwap';
const FIRST_MS = Date.UTC(2015, 0, 2, 14, 30);

function csvOf(rows: number, ticker: string): string {
  const lines = [HEAD];
  for (let i = 0; i < rows; i++) {
    const open = 100 + (i % 97) / 7;
    lines.push(
      `${ticker},1m,${new Date(FIRST_MS + i * 60_000).toISOString()},${open},${open + 1},${open - 1},${open + 0.5},${1000 + (i % 50)},`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Over a real socket, as a client sends it: a body handed over in one piece would be read in one piece. */
async function send(body: Buffer, type: string) {
  const response = await fetch(`${origin}/data/bars`, { method: 'POST', body, headers: { 'content-type': type } });
  return { status: response.status, json: await response.json() };
}

/** Asks again and again until `work` is done. */
async function askHealthDuring<T>(work: Promise<T>): Promise<{ tookMs: number[]; loopMs: number; done: T }> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let isDone = false;
  const settled = work.finally(() => {
    isDone = true;
  });
  const tookMs: number[] = [];
  while (!isDone) {
    const startedMs = performance.now();
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    tookMs.push(performance.now() - startedMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  delay.disable();
  return { tookMs: tookMs.sort((a, b) => a - b), loopMs: delay.max / 1e6, done: await settled };
}

const say = (what: string, { tookMs, loopMs }: { tookMs: number[]; loopMs: number }) =>
  process.stdout.write(
    `${what}: ${tookMs.length} answers, median ${tookMs[tookMs.length >> 1]!.toFixed(0)} ms, slowest ${tookMs.at(-1)!.toFixed(0)} ms, the loop at most ${loopMs.toFixed(0)} ms late\n`,
  );

describe('a CSV of twenty megabytes', () => {
  it('is taken in whole while /healthz answers within 100 ms', { timeout: 120_000, retry: RETRIES }, async () => {
    const csv = Buffer.from(csvOf(210_000, nextTicker()));
    expect(csv.length).toBeGreaterThan(18e6);
    const asked = await askHealthDuring(send(csv, 'text/csv'));
    expect(asked.done.json).toMatchObject({ ok: true, inserted: 210_000, updated: 0, rejected: [] });
    say('CSV', asked);
    expect(asked.loopMs).toBeLessThan(100);
  });

  it('full of rows that are refused lists the first thousand and counts the rest', async () => {
    const csv = csvOf(5_000, 'BAD').replaceAll(',1m,', ',year,');
    const { json } = await house.post('/data/bars', csv, { 'content-type': 'text/csv' });
    expect([json.inserted, json.rejected.length]).toEqual([0, 1000]);
    expect(json.rejected[999].row).toBe(999);
    expect(json.warnings.join()).toContain('5000 rows were rejected');
  });

  it('that is no CSV is refused by its line', async () => {
    const answer = await house.post('/data/bars', `${HEAD}\n"A,1m`, { 'content-type': 'text/csv' });
    expect([answer.status, answer.json.error.details.field]).toEqual([400, 'body']);
  });
});

describe('rows of JSON', () => {
  it('are judged in slices, between which others are answered', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => ({
      ts: new Date(FIRST_MS + i * 60_000).toISOString(),
      ...{ open: 100, high: 101, low: 99, close: 100.5, volume: 5 },
    }));
    const body = Buffer.from(JSON.stringify({ ticker: nextTicker(), interval: '1m', rows }));
    const asked = await askHealthDuring(send(body, 'application/json'));
    expect(asked.done.json).toMatchObject({ inserted: 50_000 });
    expect(asked.tookMs.length).toBeGreaterThan(1);
  });
});
