/** A running server's strategy lab, spoken to as a client does: real AAPL bars, a model, its matrix, and jobs until they end. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Base URL of the sigma listener. */
type Sigma = string;

// biome-ignore lint/suspicious/noExplicitAny: answers are judged by what the tests expect of them.
type Json = any;

export interface LabAnswer {
  readonly status: number;
  readonly json: Json;
}

export const AAPL_RANGE = { start: '2013-05-13', end: '2018-05-11' };
/** Few features: the same path as a large model, in a fraction of the time. */
export const FEATURES = ['rsi_14', 'macd_hist', 'cmf_20'];

const ASK_WITHIN_MS = 60_000;

export async function askLab(
  sigma: Sigma,
  path: string,
  body?: unknown,
  options: { withinMs?: number; headers?: Record<string, string> } = {},
): Promise<LabAnswer> {
  const answer = await fetch(`${sigma}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
    signal: AbortSignal.timeout(options.withinMs ?? ASK_WITHIN_MS),
  });
  return { status: answer.status, json: await answer.json() };
}

/** The same, where anything but success ends the test with what the server said. */
export async function mustAsk(sigma: Sigma, path: string, body?: unknown): Promise<Json> {
  const { status, json } = await askLab(sigma, path, body);
  if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(json)}`);
  return json;
}

/** 1,260 real daily bars of an npm package, as CSV for POST /data/bars. */
export async function postAapl(sigma: Sigma): Promise<void> {
  const text = readFileSync(resolve('node_modules/@observablehq/sample-datasets/aapl.csv'), 'utf8');
  const [, ...lines] = text.trim().split(/\r?\n/);
  const rows = lines.map((line) => {
    const [day, open, high, low, close, , volume] = line.split(',');
    return ['AAPL', 'day', day, open, high, low, close, volume].join(',');
  });
  const csv = ['ticker,interval,ts,open,high,low,close,volume', ...rows].join('\n');
  const { status, json } = await askLab(sigma, '/data/bars', csv, { headers: { 'content-type': 'text/csv' } });
  if (status !== 200 || json.rejected.length > 0) throw new Error(`the bars were refused: ${JSON.stringify(json)}`);
}

export interface LabModel {
  /** The server's word for it: the name may be spelled otherwise. */
  readonly modelId: string;
  /** The answer to the build of its matrix. */
  readonly build: Json;
}

/** Makes a model and its matrix on the bars of postAapl. */
export async function makeModel(
  sigma: Sigma,
  name: string,
  config: { model: 'logit' | 'gbm'; features?: readonly string[] },
): Promise<LabModel> {
  const made = await mustAsk(sigma, '/models', {
    template_id: 'swingsigma_default',
    name,
    config: { ticker: 'AAPL', features: FEATURES, ...config },
  });
  const modelId = made.model_id;
  return { modelId, build: await mustAsk(sigma, '/build_matrix', { model_id: modelId, ...AAPL_RANGE }) };
}

const FINAL = ['completed', 'failed', 'cancelled'];
export const isOver = (status: string) => FINAL.includes(status);

/** The job when it has ended; throws when it has not after `withinMs`. */
export async function untilOver(sigma: Sigma, jobId: string, withinMs: number): Promise<Json> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const { job } = await mustAsk(sigma, `/jobs/${jobId}`);
    if (isOver(job.status)) return job;
    if (performance.now() > giveUpAt) throw new Error(`${jobId} is ${job.status}, still after ${withinMs} ms`);
    await sleep(100);
  }
}
