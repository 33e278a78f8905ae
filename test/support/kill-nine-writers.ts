/** What clients do while the server is killed: runs with folds, rows appended in batches, imports as jobs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Writer } from './kill-nine.js';

const DATASET = 'kill-nine';
const FOLDS = 24;
const BATCH_ROWS = 200;
const IMPORT_ROWS = 20_000;
const DAY_MS = Date.UTC(2024, 0, 1);

/** Asked often, so a refusal must come back soon; a kill in the middle of the answer is a refusal as well. */
const send = (url: string, body: unknown) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });

async function ask<T>(url: string): Promise<{ status: number; body: T }> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  return { status: answer.status, body: (await answer.json()) as T };
}

async function makeDataset(base: string): Promise<string> {
  const answer = await send(`${base}/api/datasets`, {
    dataset_slug: DATASET,
    symbol: 'KILL',
    granularity: '1m',
    measurements: { ohlcv: 'kill_nine_ohlcv', indicators: 'kill_nine_ind' },
    ohlcv_measurement: 'kill_nine_ohlcv',
  });
  if (answer.status !== 201) throw new Error(`the dataset was refused: ${await answer.text()}`);
  const { body } = await ask<{ dataset_id: string }>(`${base}/api/datasets/${DATASET}`);
  return body.dataset_id;
}

/** Rows of PostgreSQL in one transaction: a run is there with all its folds or not at all. */
export function runWriter(): Writer {
  let datasetId = '';
  const idOf = (n: number) => `kill_nine_${n}`;
  return {
    name: 'runs',
    async prepare({ stage1 }) {
      datasetId = await makeDataset(stage1);
    },
    async write({ stage1 }, n) {
      const folds = Array.from({ length: FOLDS }, (_, fold) => ({
        fold_number: fold,
        train_start_idx: 0,
        train_end_idx: 100 + fold,
        test_start_idx: 100 + fold,
        test_end_idx: 110 + fold,
        metrics: { n_signals: n },
      }));
      const answer = await send(`${stage1}/api/runs`, { run: { run_id: idOf(n), dataset_id: datasetId }, folds });
      return answer.status === 201;
    },
    async check({ stage1 }, acknowledged, attempted) {
      const promised = new Set(acknowledged);
      const broken: string[] = [];
      for (const n of attempted) {
        type Answer = { folds?: { metrics: { n_signals: number } }[] };
        const { status, body } = await ask<Answer>(`${stage1}/api/runs/${idOf(n)}`);
        const whole = body.folds?.filter(({ metrics }) => metrics.n_signals === n).length;
        if (status === 404 && promised.has(n)) broken.push(`run ${n} was acknowledged and is lost`);
        if (status !== 404 && whole !== FOLDS) broken.push(`run ${n} has ${whole} of ${FOLDS} folds (${status})`);
      }
      return broken;
    },
  };
}

/** Rows of the measurement store: a batch is there whole or not at all. */
export function rowWriter(): Writer {
  const timesOf = (n: number) => Array.from({ length: BATCH_ROWS }, (_, i) => DAY_MS + (n * BATCH_ROWS + i) * 60_000);
  return {
    name: 'rows',
    async prepare({ stage1 }) {
      await makeDataset(stage1);
    },
    async write({ stage1 }, n) {
      const rows = timesOf(n).map((timestamp) => ({ timestamp, open: n, high: n, low: n, close: n, volume: 1 }));
      return (await send(`${stage1}/api/datasets/${DATASET}/ohlcv/append`, { rows })).status === 200;
    },
    async check({ stage1 }, acknowledged, attempted) {
      type Answer = { rows: { timestamp_ms: number; close: number }[] };
      const { body } = await ask<Answer>(`${stage1}/api/datasets/${DATASET}/ohlcv`);
      const closes = new Map(body.rows.map((row) => [row.timestamp_ms, row.close]));
      const promised = new Set(acknowledged);
      return attempted.flatMap((n) => {
        const found = timesOf(n).filter((time) => closes.get(time) === n).length;
        if (promised.has(n) && found === 0) return [`batch ${n} was acknowledged and is lost`];
        return found === 0 || found === BATCH_ROWS ? [] : [`batch ${n} has ${found} of ${BATCH_ROWS} rows`];
      });
    },
  };
}

/** Jobs: what was accepted ends, even when its worker was killed in the middle, and its rows are there once. */
export function importWriter(): Writer {
  const jobs = new Map<number, string>();
  const measurementOf = (n: number) => `kill_nine_import_${n}`;
  const csvOf = (n: number) =>
    ['timestamp_unix,value', ...Array.from({ length: IMPORT_ROWS }, (_, i) => `${1_700_000_000 + i},${n}`)].join('\n');
  return {
    name: 'imports',
    async write({ stage1 }, n) {
      const answer = await send(`${stage1}/api/questdb/import/async`, {
        measurement: measurementOf(n),
        data: csvOf(n),
      });
      if (answer.status !== 202) return false;
      const { job_id } = (await answer.json()) as { job_id: string };
      jobs.set(n, job_id);
      await sleep(150); // Jobs outlive their request: a flood would only make the end longer.
      return true;
    },
    async check({ stage1 }, acknowledged, attempted) {
      const broken: string[] = [];
      for (const n of acknowledged) {
        const end = await untilFinal(`${stage1}/api/jobs/${jobs.get(n)}`);
        if (end !== 'COMPLETED') broken.push(`import ${n} was accepted and ended as ${end}`);
      }
      const promised = new Set(acknowledged);
      for (const n of attempted) {
        type Answer = { row_count: number };
        const { status, body } = await ask<Answer>(`${stage1}/api/questdb/measurement/${measurementOf(n)}`);
        if (status === 404 && promised.has(n)) broken.push(`import ${n} completed without its rows`);
        if (status !== 404 && body.row_count !== IMPORT_ROWS)
          broken.push(`import ${n} has ${body.row_count} of ${IMPORT_ROWS} rows`);
      }
      return broken;
    },
  };
}

async function untilFinal(url: string): Promise<string> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const { status, body } = await ask<{ status: string; error: string | null }>(url);
    if (status === 404) return 'an unknown job';
    if (body.status === 'FAILED') return `FAILED: ${body.error}`;
    if (body.status === 'COMPLETED' || body.status === 'CANCELLED') return body.status;
    if (performance.now() > giveUpAt) return `${body.status}, still after 60 s`;
    await sleep(100);
  }
}
