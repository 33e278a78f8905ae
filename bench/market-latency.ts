/** Questions about a derived day, asked over HTTP one after the other, as a user would who looks here and there. */
import { performance } from 'node:perf_hooks';
import { createRng } from '#engine/random/xoshiro128.js';
import type { BenchSize } from './bench.js';
import { DAY } from './market-day.js';
import type { ServerProcess } from './server-process.js';

/** Each kind of question so often, every time about another place of the day. */
const TIMES = { small: { pages: 2, moments: 3 }, large: { pages: 20, moments: 200 } } as const;

// 04:00 to 20:00 in New York, in February.
const FROM_MS = Date.parse(`${DAY.date}T09:00:00Z`);
const TO_MS = Date.parse(`${DAY.date}T01:00:00Z`) + 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/**
 * Medians and the slow ends in ms, and the server's processor time for one, which neighbours change less. The first of each kind is told
 * alone: it also opens files.
 */
export async function askAboutDay(server: ServerProcess, size: BenchSize) {
  const umiki = server.listeners['umiki']!;
  const gateway = server.listeners['gateway']!;
  const timed = (name: string, count: number, url: (n: number) => string) => timedOn(server, name, count, url);
  const { dataset, symbol, date } = DAY;
  const { pages, moments } = TIMES[size];
  const chance = createRng(7).fork('questions');
  const someMs = (room: number) => FROM_MS + Math.floor(chance.float() * (TO_MS - FROM_MS - room));
  const rowsTotal = await totalOf(`${umiki}/api/data/replay?symbol=${symbol}&date=${date}&limit=1`);
  const page = () => Math.floor(chance.float() * Math.max(1, rowsTotal - 1000));
  const day = `symbol=${symbol}&date=${date}`;
  const hour = (fromMs: number) => `from_ts=${fromMs}&to_ts=${fromMs + HOUR_MS}`;
  const nanos = () => `${BigInt(someMs(0)) * 1_000_000n + BigInt(Math.floor(chance.float() * 1e6))}`;
  const sample = (n: number) => `${umiki}/api/audit/sample?dataset=${dataset}&${day}&seed=${n}`;
  return {
    ...(await timed('sample', pages, (n) => `${sample(n)}&n=10`)),
    ...(await timed('sample_1000', pages, (n) => `${sample(1000 + n)}&n=1000`)),
    ...(await timed('replay', pages, () => `${umiki}/api/data/replay?${day}&offset=${page()}&limit=50`)),
    ...(await timed('replay_1000', pages, () => `${umiki}/api/data/replay?${day}&offset=${page()}&limit=1000`)),
    // Another width each time, so that no picture is the one before.
    ...(await timed('heatmap_day', pages, (n) => `${umiki}/api/data/heatmap?${day}&price_range=${1 + n}`)),
    ...(await timed('heatmap_hour', pages, () => `${umiki}/api/data/heatmap?${day}&${hour(someMs(HOUR_MS))}`)),
    ...(await timed('book', moments, () => `${gateway}/api/almanac/book?dataset=${dataset}&${day}&ts=${nanos()}`)),
  };
}

async function timedOn(
  server: ServerProcess,
  name: string,
  count: number,
  url: (n: number) => string,
): Promise<Record<string, number | null>> {
  const times: number[] = [];
  const startedCpuMs = server.cpuMs();
  for (let n = 0; n < count; n++) times.push(await timeOf(url(n)));
  const endedCpuMs = server.cpuMs();
  const first = times[0]!;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  return {
    [`${name}_ms_first`]: round(first),
    [`${name}_ms_p50`]: round(at(0.5)),
    [`${name}_ms_p95`]: round(at(0.95)),
    [`${name}_ms_max`]: round(at(1)),
    [`${name}_cpu_ms`]:
      startedCpuMs === null || endedCpuMs === null ? null : round((endedCpuMs - startedCpuMs) / count),
  };
}

/** Until the last byte of the answer is here. */
async function timeOf(url: string): Promise<number> {
  const startedMs = performance.now();
  const answer = await fetch(url);
  const body = await answer.text();
  const ms = performance.now() - startedMs;
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${body}`);
  return ms;
}

async function totalOf(url: string): Promise<number> {
  const { total_in_range } = (await (await fetch(url)).json()) as { total_in_range: number };
  return total_in_range;
}

const round = (ms: number) => Math.round(ms * 10) / 10;
