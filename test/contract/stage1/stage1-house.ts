/** A Stage1 listener over a real PostgreSQL, a real DuckDB file and a real queue with its worker, for one test file. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { silentLog } from '#base/log.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import { openQueue } from '#jobs/open-queue.js';
import { startWorker } from '#jobs/worker.js';
import type { ResearchDesk } from '#services/research/desk.js';
import { importJob } from '#services/research/import.job.js';
import { remember } from '#store/memory.js';
import { createListener } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import { STAGE1_DEFAULTS, type Stage1Settings, stage1Surface } from '#surfaces/stage1/index.js';
import { openTestDatabaseWithUrl } from '../../support/postgres.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are judged by what the tests expect of them.
  readonly json: any;
}

export interface Stage1House {
  readonly desk: ResearchDesk;
  readonly app: App;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Polls as the clients do, until the job is final. */
  jobEnd(jobId: string): Promise<Answer['json']>;
  /** Another listener on the same stores. */
  listener(settings: Partial<Stage1Settings>): Promise<Stage1House>;
  /** Makes a dataset with this slug and gives its id. */
  dataset(slug: string, more?: object): Promise<string>;
}

export interface Stage1HouseOptions {
  /** Another store than the embedded one. */
  openMeasurements?(): Promise<MeasurementStore>;
}

export async function openStage1House(options: Stage1HouseOptions = {}): Promise<Stage1House> {
  const { db, url } = await openTestDatabaseWithUrl();
  // As the server that owns its database does: what is remembered must never be told after a change.
  remember(db);
  const dir = mkdtempSync(join(tmpdir(), 'almanac-stage1-'));
  const ids = { uuid: () => randomUUID(), short: (prefix: string) => `${prefix}_${randomUUID().slice(0, 10)}` };
  const clock = { nowMs: () => Date.now() };
  const openEmbedded = () =>
    openEmbeddedStore({
      path: join(dir, 'measurements.duckdb'),
      tmpDir: join(dir, 'tmp'),
      memoryLimit: '512MB',
      threads: 2,
      clock,
    });
  const measurements = await (options.openMeasurements ?? openEmbedded)();
  const uploadDir = join(dir, 'uploads');
  const types = [importJob({ measurements, uploadDir })];
  const queue = await openQueue({ db, connection: { connectionString: url }, ids, log: silentLog });
  queue.register(types);
  const worker = startWorker({
    db,
    queue,
    types,
    name: 'stage1-test',
    hands: 2,
    lanes: ['general', 'measurements'],
    log: silentLog,
  });
  const desk: ResearchDesk = { db, measurements, queue, clock, ids, uploadDir };
  const open: App[] = [];
  afterAll(async () => {
    for (const app of open) await app.close();
    await worker.close();
    await queue.close();
    await measurements.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return listen(desk, {}, open);
}

async function listen(desk: ResearchDesk, more: Partial<Stage1Settings>, open: App[]): Promise<Stage1House> {
  const settings = { ...STAGE1_DEFAULTS, version: 'test', startedAtMs: Date.now(), ...more };
  const app = await createListener(stage1Surface(desk, settings), { log: silentLog });
  await app.ready();
  open.push(app);
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, headers = {}, payload?: string | Buffer) => {
    const response = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: isJson ? JSON.parse(response.body) : undefined,
    };
  };
  const house: Stage1House = {
    desk,
    app,
    get: (path, headers) => ask('GET', path, headers),
    delete: (path) => ask('DELETE', path),
    post: (path, body, headers) =>
      ask(
        'POST',
        path,
        { 'content-type': 'application/json', ...headers },
        typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      ),
    async jobEnd(jobId) {
      for (let i = 0; i < 600; i++) {
        const { json } = await house.get(`/api/jobs/${jobId}`);
        if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(json.status)) return json;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`Job ${jobId} did not end within 30 s`);
    },
    listener: (settings) => listen(desk, settings, open),
    async dataset(slug, more = {}) {
      const { json } = await house.post('/api/datasets', { dataset_slug: slug, ...more });
      return json.dataset_id;
    },
  };
  return house;
}
