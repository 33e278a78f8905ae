/** A whole strategy lab for one test file: real PostgreSQL, real DuckDB, real queue and worker, real compute threads. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { silentLog } from '#base/log.js';
import { openCompute } from '#compute/pool.js';
import { openLocalArtifacts } from '#data/artifacts/local.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import { openQueue } from '#jobs/open-queue.js';
import { startWorker } from '#jobs/worker.js';
import { type Verification, type VerifyOptions, verifyArtifact } from '#services/operations/lineage.service.js';
import { loadPacks } from '#services/strategy/pack.service.js';
import { strategyJobs, strategyRecipes } from '#services/strategy/recipes.js';
import { createListener } from '#surfaces/http/listener.js';
import { base32Id } from '#surfaces/http/request-id.js';
import type { App } from '#surfaces/http/surface.js';
import { type SigmaDesk, type SigmaSettings, sigmaSurface } from '#surfaces/sigma/index.js';
import { testIdentity } from '../../support/identity.js';
import { openTestDatabaseWithUrl } from '../../support/postgres.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are judged by what the tests expect of them.
  readonly json: any;
}

export interface SigmaHouse {
  readonly desk: SigmaDesk;
  readonly app: App;
  readonly dir: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  verify(sha: string, options?: VerifyOptions): Promise<Verification>;
}

export async function openSigmaHouse(
  options: {
    workers?: number;
    settings?: Partial<SigmaSettings>;
    tenancy?: 'single' | 'multi';
    sweepPartConfigs?: number;
    /** Ids that follow one another: the same in every house. */
    isCounting?: boolean;
    /** How many jobs run at once; 2 when left out. */
    hands?: number;
    /** Nobody takes the jobs. */
    isIdle?: boolean;
  } = {},
): Promise<SigmaHouse> {
  const { db, url } = await openTestDatabaseWithUrl({ poolSize: 20 });
  const dir = mkdtempSync(join(tmpdir(), 'almanac-sigma-'));
  const clock = { nowMs: () => Date.now() };
  let idsMade = 0;
  const nextId = () => `${++idsMade}`.padStart(10, '0');
  const short = (prefix: string) => (options.isCounting === true ? prefix + nextId() : base32Id(prefix, 10));
  const ids = { uuid: () => crypto.randomUUID(), short };
  const compute = openCompute({ workers: options.workers ?? 2 });
  const measurements = await openEmbeddedStore({
    path: join(dir, 'measurements.duckdb'),
    tmpDir: join(dir, 'tmp'),
    memoryLimit: '512MB',
    threads: 2,
    clock,
  });
  const workspaceDir = join(dir, 'workspace');
  mkdirSync(workspaceDir);
  const queue = await openQueue({ db, connection: { connectionString: url }, ids, log: silentLog });
  const desk: SigmaDesk = {
    db,
    queue,
    compute,
    artifacts: await openLocalArtifacts(join(dir, 'artifacts'), clock.nowMs()),
    measurements,
    clock,
    ids,
    log: silentLog,
    workspaceDir,
    codeVersion: 'test',
    tenancy: options.tenancy ?? 'single',
    ...(options.sweepPartConfigs === undefined ? {} : { sweepPartConfigs: options.sweepPartConfigs }),
    identity: testIdentity(db, { clock } as never),
  };
  await loadPacks(desk, resolve('packs'));
  const types = strategyJobs(desk);
  queue.register(types);
  const lanes = ['general', 'measurements'] as const;
  const worker =
    options.isIdle === true
      ? undefined
      : startWorker({ db, queue, types, name: 'sigma-test', hands: options.hands ?? 2, lanes, log: silentLog });
  const settings: SigmaSettings = {
    rootMode: 'optional',
    localTier: 'pro',
    isRateLimited: false,
    corsOrigins: ['loopback'],
    version: 'test',
    startedAtMs: clock.nowMs(),
    uploadDir: join(dir, 'uploads'),
    ...options.settings,
  };
  const app = await createListener(sigmaSurface(desk, settings), { log: silentLog });
  await app.ready();
  afterAll(async () => {
    await app.close();
    await worker?.close();
    await queue.close();
    await measurements.close();
    await compute.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const ask = async (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    headers = {},
    payload?: string,
  ): Promise<Answer> => {
    const response = await app.inject({ method, url: path, headers, ...(payload === undefined ? {} : { payload }) });
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: isJson && response.body !== '' ? JSON.parse(response.body) : undefined,
    };
  };
  const withBody = (method: 'POST' | 'PATCH') => (path: string, body: unknown, headers?: Record<string, string>) =>
    ask(
      method,
      path,
      { 'content-type': 'application/json', ...headers },
      typeof body === 'string' ? body : JSON.stringify(body),
    );
  return {
    desk,
    app,
    dir,
    get: (path, headers) => ask('GET', path, headers),
    post: withBody('POST'),
    patch: withBody('PATCH'),
    verify: (sha, verifyOptions) =>
      verifyArtifact({ ...desk, recipes: strategyRecipes(desk) }, sha, { depth: 'all', ...verifyOptions }),
  };
}

export const AAPL_RANGE = { start: '2013-05-13', end: '2018-05-11' };

/** 1,260 real daily bars of an npm package, as the body of POST /data/bars. */
export function aaplBars(ticker = 'AAPL'): { ticker: string; interval: string; rows: object[] } {
  const text = readFileSync(resolve('node_modules/@observablehq/sample-datasets/aapl.csv'), 'utf8');
  const [, ...lines] = text.trim().split(/\r?\n/);
  const rows = lines.map((line) => {
    const [ts, open, high, low, close, , volume] = line.split(',') as [string, ...string[]];
    return {
      ts,
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    };
  });
  return { ticker, interval: 'day', rows };
}
