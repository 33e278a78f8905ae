/** An umiki listener over a real PostgreSQL, real zones, real compute threads and a real queue with its worker, for one test file. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { silentLog } from '#base/log.js';
import { openCompute } from '#compute/pool.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import { createRowReader } from '#data/zones/row-reader.js';
import { openQueue } from '#jobs/open-queue.js';
import { startWorker } from '#jobs/worker.js';
import { createRemembered } from '#services/market/day-cache.js';
import type { MarketDesk } from '#services/market/desk.js';
import { pipelineJob } from '#services/market/pipeline.job.js';
import { createListener } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import { umikiSurface } from '#surfaces/umiki/index.js';
import { openTestDatabaseWithUrl } from '../../support/postgres.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are judged by what the tests expect of them.
  readonly json: any;
}

export interface UmikiHouse {
  readonly desk: MarketDesk;
  readonly app: App;
  readonly root: string;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  upload(query: string, bytes: Uint8Array): Promise<Answer>;
  /** Sends a job and waits for its end, as clients poll it. */
  run(body: object): Promise<Answer['json']>;
  jobEnd(id: string): Promise<Answer['json']>;
}

export interface HouseOptions {
  /** Compute threads. Default 2. */
  readonly workers?: number;
  /** Jobs at once. Default 2. */
  readonly hands?: number;
  readonly provider?: MarketDesk['provider'];
  readonly isReady?: () => Promise<boolean>;
}

export async function openUmikiHouse({
  workers = 2,
  hands = 2,
  provider,
  isReady = async () => true,
}: HouseOptions = {}): Promise<UmikiHouse> {
  const { db, url } = await openTestDatabaseWithUrl();
  const root = mkdtempSync(join(tmpdir(), 'almanac-umiki-'));
  const ids = { uuid: () => randomUUID(), short: (prefix: string) => `${prefix}_${randomUUID().slice(0, 10)}` };
  const clock = { nowMs: () => Date.now() };
  const compute = openCompute({ workers });
  const measurements = await openEmbeddedStore({
    path: join(root, 'measurements', 'measurements.duckdb'),
    tmpDir: join(root, 'tmp'),
    memoryLimit: '512MB',
    threads: 2,
    clock,
  });
  const queue = await openQueue({ db, connection: { connectionString: url }, ids, log: silentLog });
  for (const dir of ['inbox', 'specs']) mkdirSync(join(root, dir));
  const reader = createRowReader();
  const desk: MarketDesk = {
    ...{ db, queue, compute, measurements, clock, ids, root, reader },
    log: silentLog,
    inboxDirs: [join(root, 'inbox')],
    specDir: join(root, 'specs'),
    uploadDir: join(root, 'uploads', 'umiki'),
    days: createRemembered(),
    baselines: createRemembered(),
    // Up to a megabyte each.
    heatmaps: createRemembered(16),
    codeVersion: 'test',
    provider: provider ?? { key: null, url: 'http://127.0.0.1:9' },
  };
  const types = [pipelineJob(desk)];
  queue.register(types);
  const worker = startWorker({
    ...{ db, queue, types, hands },
    name: 'umiki-test',
    lanes: ['general', 'measurements'],
    log: silentLog,
  });
  const app = await createListener(umikiSurface({ ...desk, isReady }), { log: silentLog });
  await app.ready();
  afterAll(async () => {
    await app.close();
    await worker.close();
    await queue.close();
    await compute.close();
    reader.close();
    await measurements.close();
    rmSync(root, { recursive: true, force: true });
  });

  const ask = async (method: 'GET' | 'POST', at: string, payload?: string | Buffer, type = 'application/json') => {
    const headers = payload === undefined ? {} : { 'content-type': type };
    const response = await app.inject({ method, url: at, headers, ...(payload === undefined ? {} : { payload }) });
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: isJson ? response.json() : undefined,
    };
  };
  const jobEnd = async (id: string) => {
    await queue.waitFor(id, 120_000);
    return (await ask('GET', `/api/jobs/${id}`)).json;
  };
  const post = (path: string, body: unknown) => ask('POST', path, JSON.stringify(body));
  return {
    ...{ desk, app, root, post, jobEnd },
    get: (path) => ask('GET', path),
    upload: (query, bytes) =>
      ask('POST', `/api/datasets/upload?${query}`, Buffer.from(bytes), 'application/octet-stream'),
    async run(body) {
      const sent = await post('/api/jobs', body);
      if (sent.status !== 200) throw new Error(`the job was refused: ${sent.status} ${sent.text}`);
      return jobEnd(sent.json.id);
    },
  };
}
