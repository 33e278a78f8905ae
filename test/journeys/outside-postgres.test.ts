/** Every surface on a PostgreSQL of one's own, as on the embedded one: its ways, its absence, its return, and what is wrong with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, type RunningPostgres, startPostgres } from '../../scripts/postgres.js';
import { FEATURES, makeModel, mustAsk, postAapl, untilOver } from '../support/lab.js';
import { makeDataDir, removeDataDir, startTestServer, type TestServer } from '../support/server.js';

const found = await findPostgres();
if ('reason' in found) console.warn(`The tests on an outside PostgreSQL are skipped: ${found.reason}.`);

/** What each surface answers, and how it says that its database is away. */
const DIALECTS = [
  { surface: 'umiki', ask: '/api/jobs', away: { detail: expect.any(String) } },
  { surface: 'sigma', ask: '/models', away: expect.anything() },
  { surface: 'stage1', ask: '/api/datasets', away: { error: expect.any(String) } },
  { surface: 'gateway', ask: '/api/almanac/jobs', away: expect.anything() },
] as const;

describe.skipIf('reason' in found)('on an outside PostgreSQL', () => {
  let postgres: RunningPostgres;
  const dirs: string[] = [];
  const bin = 'bin' in found ? found.bin : '';

  const dataDir = async () => {
    dirs.push(await makeDataDir());
    return dirs.at(-1)!;
  };

  beforeAll(async () => {
    postgres = await startPostgres(bin, { settings: { max_connections: 60 } });
  }, 60_000);
  afterAll(async () => {
    await postgres.stop();
    for (const dir of dirs) await removeDataDir(dir);
  });

  async function admin(...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  const at = (change: (url: URL) => void) => {
    const url = new URL(postgres.url);
    change(url);
    return url.href;
  };

  async function databaseOf(name: string): Promise<string> {
    await admin(`create database ${name} template template0`);
    return at((url) => {
      url.pathname = `/${name}`;
    });
  }

  /** What a server says that does not start. */
  async function refusal(databaseUrl: string): Promise<string> {
    const server = await startTestServer(await dataDir(), { DATABASE_URL: databaseUrl }).catch(String);
    if (typeof server === 'string') return server;
    await server.stop();
    return 'it started';
  }

  describe('a server', () => {
    let server: TestServer;
    beforeAll(async () => {
      const url = await databaseOf('house');
      server = await startTestServer(await dataDir(), {
        ...{ DATABASE_URL: url, ALMANAC_RATE_LIMIT: 'off', ALMANAC_DATABASE_POOL: '6' },
      });
    }, 90_000);
    afterAll(async () => {
      await server.stop();
    });

    const ask = async (surface: keyof TestServer['url'], path: string) => {
      const answer = await fetch(`${server.url[surface]}${path}`, { signal: AbortSignal.timeout(60_000) });
      return { status: answer.status, json: (await answer.json()) as unknown };
    };

    it('carries the main ways of the surfaces', async () => {
      const { sigma, stage1 } = server.url;
      await postAapl(sigma);
      const { modelId } = await makeModel(sigma, 'outside', { model: 'logit', features: FEATURES });
      const { job_id } = await mustAsk(sigma, '/train', { model_id: modelId, config: { seed: 1 }, tag: 'outside' });
      expect(await untilOver(sigma, job_id, 60_000)).toMatchObject({ status: 'completed', attempts: 1 });
      const sweep = { model_id: modelId, sweep: { thresholds: [0.4, 0.5] }, splits: 3, save: true };
      const { sweep_id } = await mustAsk(sigma, '/backtest_sweep', sweep);
      expect(await untilOver(sigma, sweep_id, 60_000)).toMatchObject({ status: 'completed' });
      const { total } = await mustAsk(sigma, `/sweeps/${sweep_id}/results`);
      expect(total).toBe(2);
      expect((await mustAsk(stage1, '/api/datasets')).total).toBeGreaterThan(0);
      for (const { surface, ask: path } of DIALECTS) expect((await ask(surface, path)).status, surface).toBe(200);
      for (const surface of ['umiki', 'sigma', 'stage1', 'forecastlab', 'gateway'] as const)
        expect(
          (await fetch(`${server.url[surface]}/healthz`).catch(() => fetch(`${server.url[surface]}/health`))).status,
          surface,
        ).toBeLessThan(500);
    }, 120_000);

    it('says 503 in each dialect when all connections are taken, and serves when they are free again', async () => {
      // A lock that nobody gives back: every connection of the server ends up waiting for it.
      const blocker = new pg.Client({ connectionString: at((url) => (url.pathname = '/house')) });
      await blocker.connect();
      await blocker.query('begin; lock table job, dataset, model in access exclusive mode');
      const stuck = Array.from({ length: 12 }, () => ask('stage1', '/api/jobs').catch(() => undefined));
      await sleep(500);
      const said = await Promise.all(DIALECTS.map(({ surface, ask: path }) => ask(surface, path)));
      for (const [n, { surface, away }] of DIALECTS.entries())
        expect({ surface, ...said[n] }).toEqual({ surface, status: 503, json: away });
      await blocker.query('rollback');
      await blocker.end();
      await Promise.all(stuck);
      for (const { surface, ask: path } of DIALECTS) expect((await ask(surface, path)).status, surface).toBe(200);
    }, 120_000);

    it('says 503 in each dialect while PostgreSQL is away, and recovers when it is back, jobs and all', async () => {
      const { sigma } = server.url;
      await postgres.halt('SIGQUIT');
      const said = await Promise.all(DIALECTS.map(({ surface, ask: path }) => ask(surface, path)));
      for (const [n, { surface, away }] of DIALECTS.entries())
        expect({ surface, ...said[n] }).toEqual({ surface, status: 503, json: away });
      expect((await fetch(`${server.url.gateway}/healthz`)).status).toBe(200);
      expect((await fetch(`${server.url.gateway}/readyz`)).status).toBe(503);
      await postgres.resume();
      const backMs = performance.now();
      await expect.poll(async () => (await ask('sigma', '/models')).status, { timeout: 20_000 }).toBe(200);
      console.log(JSON.stringify({ servesAgainAfterMs: Math.round(performance.now() - backMs) }));
      for (const { surface, ask: path } of DIALECTS) expect((await ask(surface, path)).status, surface).toBe(200);
      const [model] = (await mustAsk(sigma, '/models')).items ?? (await mustAsk(sigma, '/models')).models;
      const { job_id } = await mustAsk(sigma, '/train', { model_id: model.model_id, config: { seed: 2 } });
      expect(await untilOver(sigma, job_id, 60_000)).toMatchObject({ status: 'completed' });
    }, 120_000);
  });

  it('is brought up to date once by servers that start together', async () => {
    const url = await databaseOf('together');
    const servers = await Promise.all(
      [1, 2].map(async () => startTestServer(await dataDir(), { DATABASE_URL: url, ALMANAC_LOG: 'info' })),
    );
    const migrated = servers.filter((one) => one.log().includes('the database schema was brought up to date'));
    expect(migrated).toHaveLength(1);
    for (const one of servers) expect(await one.stop()).toBe(0);
  }, 90_000);

  it('sorts text by its bytes whatever its locale, and keeps dates in UTC', async () => {
    const icu = await startPostgres(bin, {
      initdb: ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'],
    });
    try {
      const { openDatabase } = await import('#store/database.js');
      const { migrate } = await import('#store/migrate.js');
      const { sql } = await import('kysely');
      const db = openDatabase({ at: icu.url, poolSize: 2 });
      try {
        await migrate(db);
        const columns = await sql<{ collated: string }>`select distinct collation_name as collated
          from information_schema.columns where table_schema = 'public' and data_type = 'text'
            and table_name not like 'kysely_%'`.execute(db);
        expect(columns.rows).toEqual([{ collated: 'C' }]);
        const zone = await sql<{ TimeZone: string }>`show timezone`.execute(db);
        expect(zone.rows).toEqual([{ TimeZone: 'UTC' }]);
      } finally {
        await db.destroy();
      }
    } finally {
      await icu.stop();
    }
  }, 90_000);

  it('that cannot be used is named with what to do', async () => {
    await admin(
      `create role guest login password 'guest'`,
      'create database narrow template template0',
      `create database latin template template0 encoding 'LATIN1' locale 'C'`,
    );
    const said = {
      password: await refusal(at((url) => (url.password = 'wrong'))),
      host: await refusal(at((url) => (url.hostname = 'nowhere.invalid'))),
      database: await refusal(at((url) => (url.pathname = '/absent'))),
      encoding: await refusal(at((url) => (url.pathname = '/latin'))),
      rights: await refusal(
        at((url) => {
          url.username = 'guest';
          url.password = 'guest';
          url.pathname = '/narrow';
        }),
      ),
      tls: await refusal(at((url) => url.searchParams.set('sslmode', 'require'))),
    };
    expect(said.password).toMatch(
      /DATABASE_URL \(almanac@127.0.0.1:\d+\/postgres\).*lets us not in.*Correct user and password/s,
    );
    expect(said.password).not.toContain('wrong');
    expect(said.host).toMatch(/nobody knows the host nowhere\.invalid\. Correct the name/);
    expect(said.database).toMatch(/no database absent\. Create it: createdb/);
    expect(said.encoding).toMatch(/encoded in LATIN1\. Create one in UTF8/);
    expect(said.rights).toMatch(/permission denied for schema public\. Make guest the owner/);
    expect(said.tls).toMatch(/no secure connection.*sslmode/s);
  }, 120_000);
});

describe.skipIf('bin' in found)('without a PostgreSQL on this machine', () => {
  it.skip('needs PostgreSQL 15 or newer in /usr/lib/postgresql or PATH');
});
