/** A validated GET of a Stage1 run beside a bare Fastify route that answers the same bytes, in turns, each server in its own process. */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import autocannon from 'autocannon';
import type { Bench } from './bench.js';
import { makeDataDir, startServerProcess } from './server-process.js';
import { post } from './stage1-calls.js';

const CONNECTIONS = 32;
const TURNS = { small: { count: 1, seconds: 1 }, large: { count: 5, seconds: 5 } } as const;
const RUN_ID = 'bench-run';

export const httpBench: Bench = {
  name: 'http',
  promise: 'validated GET of a Stage1 run at 32 connections >= 0.7 of a bare Fastify route',
  async run(size) {
    const { dir, remove } = makeDataDir();
    const server = await startServerProcess(dir);
    const stage1 = server.listeners['stage1']!;
    const url = `${stage1}/api/runs/${RUN_ID}`;
    const body = await makeRun(stage1, url);
    const bare = await startBare(body);
    try {
      const rates = { validated: [] as number[], bare: [] as number[] };
      for (let turn = 0; turn < TURNS[size].count; turn++) {
        rates.validated.push(await requestsPerSecond(url, TURNS[size].seconds));
        rates.bare.push(await requestsPerSecond(bare.url, TURNS[size].seconds));
      }
      const [validated, plain] = [median(rates.validated), median(rates.bare)];
      return {
        validated_rps: Math.round(validated),
        bare_rps: Math.round(plain),
        ratio: Number((validated / plain).toFixed(3)),
        bytes: body.length,
        hash: createHash('sha256').update(stable(body)).digest('hex').slice(0, 16),
      };
    } finally {
      bare.stop();
      await server.stop();
      remove();
    }
  },
};

async function makeRun(stage1: string, url: string): Promise<string> {
  const dataset = { dataset_id: 'bench-dataset', dataset_slug: 'bench_1d', symbol: 'BENCH', granularity: '1d' };
  const run = {
    run_id: RUN_ID,
    dataset_id: dataset.dataset_id,
    features: ['rsi_14', 'ema_20'],
    thresholds: [0.55, 0.6],
  };
  for (const [path, body] of [
    ['/api/datasets', dataset],
    ['/api/runs', run],
  ] as const) {
    const answer = await post(stage1 + path, body);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  return (await fetch(url)).text();
}

/** What the clock wrote is left out of the hash. */
const stable = (body: string) => body.replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '""');

async function startBare(body: string): Promise<{ url: string; stop: () => void }> {
  const child = fork('bench/bare-fastify.ts', {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, BENCH_BODY: body },
  });
  const [url] = (await once(child, 'message')) as [string];
  return { url, stop: () => child.kill() };
}

async function requestsPerSecond(url: string, seconds: number): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx + result.errors} failed requests`);
  return result.requests.average;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
