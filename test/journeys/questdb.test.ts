/** A server and a worker with QUESTDB_URL: measurements stand in QuestDB, a worker imports, and a QuestDB that goes away comes back without a restart. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findQuestdb, type RunningQuestdb, startQuestdb } from '../../scripts/questdb.js';
import { openTestDatabaseWithUrl, type TestDatabase } from '../support/postgres.js';
import { makeDataDir, removeDataDir, startTestServer, startTestWorker, type TestServer } from '../support/server.js';

const found = await findQuestdb();
if ('reason' in found) console.warn(`The journey with QuestDB is skipped: ${found.reason}.`);

describe.skipIf('reason' in found)('with QUESTDB_URL', () => {
  let dataDir: string;
  let questdb: RunningQuestdb;
  let database: TestDatabase;
  let server: TestServer;
  let settings: Record<string, string>;

  beforeAll(async () => {
    dataDir = await makeDataDir();
    [questdb, database] = await Promise.all([
      startQuestdb('jar' in found ? found.jar : '', { isBrief: true, user: 'almanac', password: 'secret' }),
      openTestDatabaseWithUrl(),
    ]);
    settings = { DATABASE_URL: database.url, QUESTDB_URL: questdb.url };
    // It serves only: what is imported below, a worker imports.
    server = await startTestServer(dataDir, { ...settings, ALMANAC_WORKERS: '0' });
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await questdb?.stop();
    await database?.close();
    await removeDataDir(dataDir);
  });

  const ask = async (path: string, body?: object) => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answer = await fetch(`${server.url.stage1}${path}`, init);
    // biome-ignore lint/suspicious/noExplicitAny: answers are judged by what the tests expect of them.
    const json = (await answer.json()) as any;
    return { status: answer.status, json };
  };
  const count = () => ask('/api/questdb/query', { sql: 'SELECT count() AS n, max(v) AS v FROM far' });

  it('keeps measurements there alone, and says so', async () => {
    expect((await ask('/api/health')).json.components.timeseries).toEqual({ status: 'healthy', backend: 'questdb' });
    expect((await ask('/readyz')).json).toEqual({ status: 'ready' });
    const dir = join(dataDir, 'measurements');
    expect(existsSync(dir) ? readdirSync(dir) : []).toEqual([]);
  });

  it('imports by a worker, which reaches the measurements as well', async () => {
    const { json } = await ask('/api/questdb/import/async', {
      measurement: 'far',
      data: 'timestamp_unix,v\n1,2.5\n2,3\n',
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await ask(`/api/jobs/${json.job_id}`)).json.status).toBe('PENDING');
    const worker = await startTestWorker(dataDir, { ...settings, ALMANAC_WORKERS: '1' });
    const endMs = performance.now() + 20_000;
    while ((await ask(`/api/jobs/${json.job_id}`)).json.status !== 'COMPLETED') {
      expect(performance.now()).toBeLessThan(endMs);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await count()).json.dataset).toEqual([[2, 3]]);
    expect(await worker.stop()).toBe(0);
  }, 60_000);

  it('answers 503 while QuestDB is away, serves the rest, and goes on when it is back', async () => {
    await questdb.halt('SIGKILL');
    expect(await count()).toEqual({ status: 503, json: { error: 'QuestDB unavailable' } });
    expect((await ask('/api/health')).json.status).toBe('degraded');
    expect((await ask('/api/runs')).status).toBe(200);
    await questdb.resume();
    expect((await count()).json.dataset).toEqual([[2, 3]]);
    expect((await ask('/api/health')).json.status).toBe('healthy');
  }, 60_000);

  it('does not start with another password, and says what to correct, without telling it', async () => {
    const other = await makeDataDir();
    const QUESTDB_URL = questdb.url.replace('secret', 'guessed');
    const failure = String(await startTestServer(other, { ...settings, QUESTDB_URL }).catch((error: Error) => error));
    expect(failure).toMatch(/it refuses our user and password. Correct QUESTDB_URL/);
    expect(failure).not.toContain('guessed');
    await removeDataDir(other);
  }, 60_000);
});
