import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLog } from '#base/log.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import { createRowReader } from '#data/zones/row-reader.js';
import { defineJob } from '#jobs/job-type.js';
import { type OpenQueue, openQueue } from '#jobs/open-queue.js';
import { addUser, issueToken } from '#services/identity/user.service.js';
import { createRemembered } from '#services/market/day-cache.js';
import { createAuditTrail } from '#services/operations/audit.service.js';
import { createMetrics } from '#services/operations/metrics.service.js';
import { type GatewayDesk, gatewaySurface } from '#surfaces/gateway/index.js';
import { createListener } from '#surfaces/http/listener.js';
import { mountPrefixOf } from '#surfaces/http/mount-prefix.js';
import type { App } from '#surfaces/http/surface.js';
import { testIdentity } from '../../support/identity.js';
import { openTestDatabaseWithUrl, type TestDatabase } from '../../support/postgres.js';
import { bareUmiki } from '../../support/umiki.js';
import { callableRoutes, checkRoute, nameOf } from '../check-route.js';
import { sigmaTrial, testIds } from '../sigma/sigma-trial.js';

/** Known, but with nobody to do it: these jobs stay queued. */
const train = defineJob({ name: 'train', attemptsMax: 1, timeoutMs: 1000, run: async () => null });

let base: TestDatabase;
let queue: OpenQueue;
let identity: ReturnType<typeof testIdentity>;
const apps: App[] = [];
/** The measurement store's only part in this: it answers or it does not. */
let storeAnswers = true;
const measurements = {
  backend: 'embedded',
  query: async () => {
    if (!storeAnswers)
      throw Object.assign(await import('#base/errors.js').then(({ errors }) => errors.databaseUnavailable('test')));
    return { columns: [], rows: [] };
  },
} as unknown as MeasurementStore;

async function makeGateway(over: Partial<GatewayDesk> = {}): Promise<App> {
  const { db } = base;
  const metrics = over.metrics ?? createMetrics({ db });
  const desk: GatewayDesk = {
    stores: { db, measurements, queue },
    jobs: { db, queue },
    market: { db, root: tmpdir(), reader: createRowReader(), days: createRemembered() },
    lineage: { db, artifacts: undefined as never, clock: identity.clock, codeVersion: 'test', recipes: [] },
    identity,
    metrics,
    clock: identity.clock,
    version: '1.2.3',
    startedAtMs: identity.clock.nowMs() - 5000,
    authMode: 'optional',
    corsOrigins: ['loopback'],
    surfaces: {},
    addresses: () => ({ gateway: 'http://127.0.0.1:8080' }),
    ...over,
  };
  const audit = createAuditTrail({ db, clock: identity.clock });
  const app = await createListener(gatewaySurface(desk), { log: silentLog, audit, meter: metrics });
  apps.push(app);
  return app;
}

beforeAll(async () => {
  base = await openTestDatabaseWithUrl();
  identity = testIdentity(base.db);
  queue = await openQueue({ db: base.db, connection: { connectionString: base.url }, ids: testIds, log: silentLog }, [
    train,
  ]);
  await addUser(identity, { username: 'ann', password: 'correct horse' });
  await addUser(identity, { username: 'root', password: 'correct horse', role: 'admin' });
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await queue?.close();
});
const as = async (username: string) => ({ authorization: `Bearer ${(await issueToken(identity, username)).token}` });

const send = (ownerId: string | null = null) =>
  queue.send(base.db, {
    kind: 'train',
    surface: 'sigma',
    id: randomUUID(),
    payload: {},
    subject: { model_id: 'm' },
    ownerId,
  });

describe('the gateway', () => {
  it('says whether it lives, is ready, and how it is', async () => {
    const app = await makeGateway();
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });
    expect((await app.inject('/api/almanac/health')).json()).toMatchObject({
      status: 'healthy',
      version: '1.2.3',
      uptime_s: 5,
    });
    storeAnswers = false;
    const down = await app.inject('/readyz');
    expect([down.statusCode, down.json().components]).toEqual([503, { database: 'ok', measurements: 'down' }]);
    storeAnswers = true;
    expect((await app.inject('/')).json().addresses).toEqual({ gateway: 'http://127.0.0.1:8080' });
  });

  it('shows figures for Prometheus, jobs and answers among them', async () => {
    const app = await makeGateway();
    await send();
    await app.inject('/healthz');
    const { body, headers } = await app.inject('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toMatch(
      /almanac_http_request_duration_seconds_count\{surface="gateway",method="GET",route="\/healthz",status="200"\} 1/,
    );
    expect(body).toMatch(/almanac_jobs\{kind="train",status="queued"\} \d/);
    expect(body).toContain('almanac_nodejs_eventloop_lag_seconds');
    expect(body).toContain('almanac_process_resident_memory_bytes');
  });

  it('tells of jobs as they happen, only those one may see, and ends the stream at shutdown', async () => {
    const app = await makeGateway({ authMode: 'required' });
    const url = await app.listen({ port: 0 });
    expect((await fetch(`${url}/api/almanac/events`)).status).toBe(401);
    const stream = await fetch(`${url}/api/almanac/events`, {
      headers: { ...(await as('ann')), 'last-event-id': '99' },
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const text = stream.text();
    const hidden = await send('somebody else');
    const shown = await send();
    await queue.cancel(base.db, shown.id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await app.close();
    const events = await text;
    expect(events).toMatch(/id: \d+\nevent: job\ndata: \{/);
    expect(events).toContain(`"job_id":"${shown.id}"`);
    expect(events).toContain('"status":"cancelled"');
    expect(events).not.toContain(hidden.id);
  });

  it('lists jobs of every surface to those who may see them', async () => {
    const app = await makeGateway();
    const mine = await send();
    const hidden = await send('somebody else');
    const listed = async (headers = {}) =>
      (await app.inject({ url: '/api/almanac/jobs?limit=1000', headers }))
        .json()
        .jobs.map((one: { job_id: string }) => one.job_id);
    expect(await listed()).toContain(mine.id);
    expect(await listed()).not.toContain(hidden.id);
    expect(await listed(await as('root'))).toContain(hidden.id);
    expect((await app.inject(`/api/almanac/jobs/${hidden.id}`)).statusCode).toBe(404);
    expect((await app.inject('/api/almanac/jobs?limit=0')).statusCode).toBe(400);
  });

  it('shows the audit log to admins only, and that its chain holds', async () => {
    const app = await makeGateway();
    const umiki = await createListener(
      {
        ...bareUmiki(),
        routes: (routes: App) => void routes.post('/api/jobs', { schema: { body: z.object({}) } }, async () => ({})),
      },
      { log: silentLog, audit: createAuditTrail({ db: base.db, clock: identity.clock }) },
    );
    await umiki.inject({ method: 'POST', url: '/api/jobs', payload: { symbol: 'A', token: 'hush' } });
    expect((await app.inject('/api/almanac/audit')).statusCode).toBe(401);
    expect((await app.inject({ url: '/api/almanac/audit', headers: await as('ann') })).statusCode).toBe(403);
    const { entries, total } = (
      await app.inject({ url: '/api/almanac/audit?surface=umiki', headers: await as('root') })
    ).json();
    expect(total).toBe(1);
    expect(entries[0]).toMatchObject({
      surface: 'umiki',
      action: 'POST /api/jobs',
      status: 200,
      client: '127.0.0.1',
      payload: { symbol: 'A', token: '[redacted]' },
    });
    expect((await app.inject({ url: '/api/almanac/audit/verify', headers: await as('root') })).json()).toMatchObject({
      ok: true,
      broken_at: null,
    });
  });

  it('says what has no lineage', async () => {
    const app = await makeGateway();
    expect((await app.inject(`/api/almanac/lineage/${'a'.repeat(64)}`)).json().error.code).toBe('artifact_missing');
    expect((await app.inject('/api/almanac/lineage/..%2Fetc')).statusCode).toBe(400);
    expect((await app.inject({ method: 'POST', url: '/api/almanac/verify/bt_nothing' })).statusCode).toBe(404);
    expect(
      (await app.inject({ method: 'POST', url: '/api/almanac/verify', payload: { id: 'x'.repeat(64) } })).statusCode,
    ).toBe(404);
  });

  it('hands surfaces on under their names: body, dialect, mount and all', async () => {
    const { app: sigma } = await sigmaTrial(base.db, queue, { isLimited: false });
    const umiki = await createListener(
      {
        ...bareUmiki(),
        routes: (routes: App) =>
          void routes.post('/api/echo', { schema: { body: z.looseObject({}) } }, async (request) => ({
            prefix: mountPrefixOf(request.raw),
            url: request.url,
            body: request.body,
          })),
      },
      { log: silentLog },
    );
    await Promise.all([sigma.ready(), umiki.ready()]);
    const app = await makeGateway({ surfaces: { sigma, umiki } });
    const url = await app.listen({ port: 0 });
    const big = { text: 'x'.repeat(3_000_000) };
    const echoed = await fetch(`${url}/umiki/api/echo?a=1`, { method: 'POST', body: JSON.stringify(big) });
    expect(await echoed.json()).toEqual({ prefix: '/umiki', url: '/api/echo?a=1', body: big });
    expect(await (await fetch(`${url}/umiki/api/none`)).json()).toEqual({ detail: 'Not Found' });
    expect((await fetch(`${url}/umiki`)).status).toBe(404);
    const made = await fetch(`${url}/sigma/api/v1/train`, {
      method: 'POST',
      headers: { ...(await as('ann')), 'content-type': 'application/json', prefer: 'respond-async' },
      body: '{"model_id":"a"}',
    });
    expect([made.status, made.headers.get('location')]).toEqual([
      202,
      `/sigma/api/v1/jobs/${((await made.json()) as { job_id: string }).job_id}`,
    ]);
    expect(await (await fetch(`${url}/sigma/api/v1/numbers`)).json()).toMatchObject({ ok: false });
    expect((await fetch(`${url}/stage1/healthz`)).status).toBe(404);
    await app.close();
    const guarded = await makeGateway({ surfaces: { sigma, umiki }, authMode: 'required' });
    expect((await guarded.inject('/umiki/api/none')).statusCode).toBe(401);
    expect((await guarded.inject({ url: '/umiki/api/none', headers: await as('ann') })).statusCode).toBe(404);
    expect((await guarded.inject('/sigma/numbers')).statusCode).toBe(200);
    expect((await guarded.inject('/healthz')).statusCode).toBe(200);
    expect((await guarded.inject('/metrics')).statusCode).toBe(401);
    await Promise.all([sigma.close(), umiki.close()]);
  });

  it('keeps the contract of routes everywhere', async () => {
    const app = await makeGateway();
    const expectFailure = ({ body, requestId }: { body: unknown; requestId: string }) =>
      expect(body).toEqual({
        error: { code: expect.any(String), message: expect.any(String), details: expect.any(Object) },
        request_id: requestId,
      });
    const routes = callableRoutes(app).filter(({ url }) => url !== '/api/almanac/events');
    expect(routes.map(nameOf)).toContain('POST /api/almanac/verify');
    for (const route of routes)
      await checkRoute(app, route, { unreadable: 400, expectFailure, headers: await as('root') });
  }, 60_000);

  it('documents the Almanac API', async () => {
    const app = await makeGateway();
    const { paths, openapi } = (await app.inject('/openapi.json')).json();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/healthz',
        '/readyz',
        '/metrics',
        '/api/almanac/lineage/{sha256}',
        '/api/almanac/verify/{id}',
        '/api/almanac/events',
        '/api/almanac/audit',
      ]),
    );
    for (const [path, methods] of Object.entries(paths))
      for (const operation of Object.values(methods as object))
        expect([path, typeof (operation as { summary?: string }).summary]).toEqual([path, 'string']);
  });
});
