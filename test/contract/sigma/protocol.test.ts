import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '#base/log.js';
import { defineJob } from '#jobs/job-type.js';
import { type OpenQueue, openQueue } from '#jobs/open-queue.js';
import { type JobWorker, startWorker } from '#jobs/worker.js';
import { addUser, createApiKey, issueToken, rotateCredentials } from '#services/identity/user.service.js';
import { listAuditEntries } from '#services/operations/audit.service.js';
import type { App } from '#surfaces/http/surface.js';
import { openTestDatabaseWithUrl, type TestDatabase } from '../../support/postgres.js';
import { callableRoutes, checkRoute, type Dialect, nameOf } from '../check-route.js';
import { type SigmaTrial, sigmaTrial, testIds } from './sigma-trial.js';

const train = defineJob({
  name: 'train',
  attemptsMax: 1,
  timeoutMs: 60_000,
  async run({ payload, signal }) {
    await sleep(payload['model_id'] === 'slow' ? 1500 : 10, undefined, { signal });
    return { done: true };
  },
});

let base: TestDatabase;
let queue: OpenQueue;
let worker: JobWorker;
let trial: SigmaTrial;
const trials: App[] = [];
const make = async (over: Parameters<typeof sigmaTrial>[2] = {}) => {
  const made = await sigmaTrial(base.db, queue, over);
  trials.push(made.app);
  return made;
};

beforeAll(async () => {
  base = await openTestDatabaseWithUrl({ poolSize: 20 });
  queue = await openQueue({ db: base.db, connection: { connectionString: base.url }, ids: testIds, log: silentLog }, [
    train,
  ]);
  worker = startWorker({
    db: base.db,
    queue,
    types: [train],
    name: 'w',
    hands: 2,
    lanes: ['general', 'measurements'],
    log: silentLog,
  });
  trial = await make({ isLimited: false });
  await addUser(trial.identity, { username: 'ann', password: 'correct horse', tier: 'pro' });
  await addUser(trial.identity, { username: 'bob', password: 'correct horse', tier: 'pro' });
  await addUser(trial.identity, { username: 'root', password: 'correct horse', role: 'admin', tier: 'enterprise' });
});
afterAll(async () => {
  await Promise.all(trials.map((app) => app.close()));
  await worker?.close();
  await queue?.close();
});

const tokenOf = async (username: string) => (await issueToken(trial.identity, username)).token;
const as = async (username: string) => ({ authorization: `Bearer ${await tokenOf(username)}` });
const failure = {
  ok: false,
  error: { code: expect.any(String), message: expect.any(String), details: expect.any(Object) },
  request_id: expect.any(String),
  message: expect.any(String),
};

describe('failures', () => {
  it('come in one envelope with the request id, details and its headers', async () => {
    const missing = await trial.app.inject({
      method: 'POST',
      url: '/train',
      payload: {},
      headers: { 'x-request-id': 'mine_1' },
    });
    expect(missing.json()).toEqual({
      ok: false,
      error: {
        code: 'INVALID_PARAMETER',
        message: "The 'model_id' parameter is invalid",
        details: { field: 'model_id', reason: 'Field required' },
      },
      request_id: 'mine_1',
      message: "The 'model_id' parameter is invalid",
    });
    const cases: [string, object, number, string][] = [
      ['/nothing', {}, 404, 'NOT_FOUND'],
      ['/jobs/none', {}, 404, 'NOT_FOUND'],
      ['/leak', {}, 400, 'LEAKAGE'],
      ['/admin/health', {}, 401, 'UNAUTHORIZED'],
      ['/numbers?limit=ten', {}, 400, 'INVALID_PARAMETER'],
      [
        '/train',
        { method: 'POST', payload: '{', headers: { 'content-type': 'application/json' } },
        400,
        'INVALID_PARAMETER',
      ],
      [
        '/train',
        { method: 'POST', payload: 'x', headers: { 'content-type': 'text/plain' } },
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        '/train',
        {
          method: 'POST',
          payload: `{"a":"${'x'.repeat(5 * 1024 * 1024)}"}`,
          headers: { 'content-type': 'application/json' },
        },
        413,
        'PAYLOAD_TOO_LARGE',
      ],
      ['/train', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
    ];
    for (const [url, more, status, code] of cases) {
      const answer = await trial.app.inject({ url, ...more });
      expect([url, answer.statusCode, answer.json().error?.code]).toEqual([url, status, code]);
      expect(answer.json()).toEqual(failure);
      expect(answer.headers['x-request-id']).toBe(answer.json().request_id);
    }
    const unread = await trial.app.inject({
      method: 'POST',
      url: '/train',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(unread.json().error.details.field).toBe('body');
    const anonymous = await trial.app.inject('/admin/health');
    expect(anonymous.headers['www-authenticate']).toBe('Bearer');
    const many = await trial.app.inject('/numbers?limit=a&offset=b');
    expect(many.json().error.details.field_errors).toHaveLength(2);
  });
});

describe('mounts and signing in', () => {
  it('are the same routes; /api/v1 always asks for a token, the root by its mode', async () => {
    const required = await make({ rootMode: 'required', isLimited: false });
    const headers = await as('ann');
    for (const [app, url, open] of [
      [trial.app, '/numbers', true],
      [trial.app, '/api/numbers', true],
      [trial.app, '/api/v1/numbers', false],
      [required.app, '/numbers', false],
      [required.app, '/api/numbers/', false],
    ] as const) {
      expect([url, (await app.inject(url)).statusCode]).toEqual([url, open ? 200 : 401]);
      expect((await app.inject({ url, headers })).json()).toMatchObject({ ok: true, items: [1, 2, 3] });
      expect((await app.inject({ url, headers: { authorization: 'Bearer nonsense' } })).statusCode).toBe(401);
    }
    for (const url of ['/api/v1/health', '/health', '/openapi.json', '/api/v1/openapi.json'])
      expect([url, (await required.app.inject(url)).statusCode]).toEqual([url, 200]);
    // Not a door: another case, doubled or encoded slashes, the mount twice.
    for (const url of [
      '/API/V1/numbers',
      '//numbers',
      '/api%2Fv1/numbers',
      '/api/v1/api/v1/numbers',
      '/api/v1x/numbers',
    ])
      expect([url, (await required.app.inject({ url, headers })).statusCode]).toEqual([url, 404]);
  });

  it('gives a token for JSON and for the OAuth2 form', async () => {
    const json = await trial.app.inject({
      method: 'POST',
      url: '/api/v1/auth/token',
      payload: { username: 'ann', password: 'correct horse' },
    });
    expect(json.json()).toMatchObject({ ok: true, token_type: 'bearer', expires_in: 3600, role: 'user', tier: 'pro' });
    const form = await trial.app.inject({
      method: 'POST',
      url: '/auth/token',
      payload: 'grant_type=password&username=ann&password=correct+horse',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.json().access_token).toMatch(/^eyJ/);
    const wrong = await trial.app.inject({
      method: 'POST',
      url: '/auth/token',
      payload: { username: 'ann', password: 'x' },
    });
    expect([wrong.statusCode, wrong.json().error.code]).toEqual([401, 'UNAUTHORIZED']);
    const audit = await listAuditEntries(base.db, { action: 'auth.token' }, { limit: 10, offset: 0 });
    expect(audit.items.map(({ status }) => status)).toEqual([401, 200, 200]);
    expect(JSON.stringify(audit)).not.toContain('correct horse');
  });

  it('takes API keys both ways, and the admin token only where it is set', async () => {
    const user = (await addUser(trial.identity, { username: 'keyed', password: 'correct horse' })).id;
    const { apiKey } = await createApiKey(trial.identity, user);
    for (const headers of [{ 'x-api-key': apiKey }, { authorization: `Bearer ${apiKey}` }])
      expect((await trial.app.inject({ url: '/api/v1/numbers', headers })).statusCode).toBe(200);
    for (const headers of [
      { 'x-admin-token': 'the house key' },
      { authorization: 'Bearer the house key' },
      { authorization: 'bearer the' },
    ]) {
      const status = (await trial.app.inject({ url: '/admin/health', headers: headers as Record<string, string> }))
        .statusCode;
      expect([headers, status]).toEqual([headers, 'x-admin-token' in headers ? 200 : 401]);
    }
  });
});

describe('who may what, for every route of the table (FIELD.md R12)', () => {
  it('keeps anonymous, foreign, expired, forged and revoked callers out of what is not theirs', async () => {
    const { app, identity, clock } = trial;
    const job = await app.inject({
      method: 'POST',
      url: '/train',
      payload: { model_id: 'anns', config: {} },
      headers: await as('ann'),
    });
    const id = job.json().job_id;
    await queue.waitFor(id, 5000);
    const revokedUser = await addUser(identity, { username: 'revoked', password: 'correct horse' });
    const revoked = (await issueToken(identity, 'revoked')).token;
    await rotateCredentials(identity, revokedUser.id);
    clock.pass(-7_200_000);
    const expired = await tokenOf('ann');
    clock.pass(7_200_000);
    const [head, payload] = (await tokenOf('root')).split('.');
    const forged = [
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
      `${head}.${payload}.${'A'.repeat(43)}`,
    ];
    const callers: [string, Record<string, string>][] = [
      ['anonymous', {}],
      ['another user', await as('bob')],
      ...[expired, revoked, ...forged].map(
        (token, i) => [`dead token ${i}`, { authorization: `Bearer ${token}` }] as [string, Record<string, string>],
      ),
    ];
    for (const route of callableRoutes(app)) {
      const url = `/api/v1${route.url.replace(':job_id', id)}`;
      for (const [who, headers] of callers) {
        const answer = await app.inject({
          method: route.method as 'GET',
          url,
          headers,
          ...(route.method === 'POST' ? { payload: {} } : {}),
        });
        const about = [nameOf(route), who, answer.statusCode];
        if (who.startsWith('dead') || (who === 'anonymous' && route.config.access !== 'open'))
          expect(about).toEqual([nameOf(route), who, 401]);
        else if (route.config.access === 'admin') expect(about).toEqual([nameOf(route), who, 403]);
        else if (route.url.includes(':job_id')) expect(about).toEqual([nameOf(route), who, 404]);
        if (route.url.startsWith('/jobs') && who === 'another user') expect(answer.body).not.toContain('anns');
      }
    }
    expect((await app.inject({ url: `/api/v1/jobs/${id}`, headers: await as('ann') })).json()).toMatchObject({
      ok: true,
      job_id: id,
      status: 'completed',
      progress: 100,
      model_id: 'anns',
    });
    expect(
      (await app.inject({ url: `/api/v1/jobs`, headers: await as('root') }))
        .json()
        .items.map((one: { job_id: string }) => one.job_id),
    ).toContain(id);
    // Without a sign-in on the root mount: jobs of users stay theirs.
    expect((await app.inject(`/jobs/${id}`)).statusCode).toBe(404);
    expect((await app.inject('/jobs')).body).not.toContain(id);
  });
});

describe('request limits (FIELD.md R11)', () => {
  it('count a minute exactly, tell it in three headers, and begin anew at the minute', async () => {
    const { app, clock } = await make({ localTier: 'free' });
    const ask = (url = '/numbers') => app.inject(url);
    const first = await ask();
    const resetS = Math.floor(clock.nowMs() / 60_000 + 1) * 60;
    expect([
      first.headers['x-ratelimit-limit'],
      first.headers['x-ratelimit-remaining'],
      first.headers['x-ratelimit-reset'],
    ]).toEqual(['60', '59', String(resetS)]);
    for (let i = 0; i < 59; i++) expect((await ask(i % 2 ? '/nothing' : '/api/numbers')).statusCode).not.toBe(429);
    const over = await ask();
    expect([
      over.statusCode,
      over.json().error.code,
      over.headers['retry-after'],
      over.headers['x-ratelimit-remaining'],
    ]).toEqual([429, 'RATE_LIMITED', '60', '0']);
    expect(over.json().error.details).toEqual({ limit: 60, window_sec: 60 });
    expect((await ask('/NUMBERS/')).statusCode).toBe(429);
    expect((await app.inject({ url: '/numbers', headers: { 'x-forwarded-for': '9.9.9.9' } })).statusCode).toBe(429);
    expect((await ask('/health')).statusCode).toBe(200);
    clock.pass(-500);
    expect((await ask()).statusCode).toBe(429);
    clock.pass(60_500);
    expect((await ask()).headers['x-ratelimit-remaining']).toBe('59');
  });

  it('show on 401 and 404 as well, by the address on /api/v1, and not for enterprise', async () => {
    const { app } = await make();
    for (const [url, status] of [
      ['/api/v1/numbers', 401],
      ['/nothing', 404],
    ] as const) {
      const answer = await app.inject(url);
      expect([url, answer.statusCode, answer.headers['x-ratelimit-limit']]).toEqual([
        url,
        status,
        url.startsWith('/api/v1') ? '60' : '1000',
      ]);
    }
    const enterprise = await app.inject({ url: '/api/v1/numbers', headers: await as('root') });
    expect([enterprise.statusCode, enterprise.headers['x-ratelimit-limit']]).toEqual([200, undefined]);
  });
});

describe('waiting for a job', () => {
  const post = (payload: object, headers: Record<string, string> = {}, url = '/train') =>
    trial.app.inject({ method: 'POST', url, payload, headers });

  it("follows the client's word first, then the dialect of its body", async () => {
    const waited = await post({ model_id: 'a' });
    expect([waited.statusCode, waited.json()]).toMatchObject([200, { status: 'completed', result: { done: true } }]);
    const short = await post({ model_id: 'a', config: {} });
    expect(short.statusCode).toBe(200);
    expect(['queued', 'running', 'completed']).toContain(short.json().status);
    for (const answer of [
      await post({ model_id: 'a' }, { prefer: 'respond-async' }),
      await post({ model_id: 'a', async: true }),
      await post({ model_id: 'a' }, {}, '/train?async=true'),
    ]) {
      expect([answer.statusCode, answer.headers['retry-after'], answer.headers['preference-applied']]).toEqual([
        202,
        '1',
        'respond-async',
      ]);
      expect(answer.headers.location).toBe(`/jobs/${answer.json().job_id}`);
    }
    const mounted = await post({ model_id: 'a', async: true }, await as('ann'), '/api/v1/train');
    expect(mounted.headers.location).toBe(`/api/v1/jobs/${mounted.json().job_id}`);
    const patient = await post({ model_id: 'slow', config: {} }, { prefer: 'wait=0' });
    expect(patient.statusCode).toBe(202);
    const waitedLong = await post({ model_id: 'slow', wait: 10 });
    expect([waitedLong.statusCode, waitedLong.json().status]).toEqual([200, 'completed']);
    for (const wait of ['wait=601', 'wait=abc'])
      expect((await post({ model_id: 'a' }, { prefer: wait })).statusCode).toBe(400);
  });

  it('cancels and retries jobs, each only when it can be', async () => {
    const { job_id: id } = (await post({ model_id: 'a', wait: 5 })).json();
    for (const verb of ['retry', 'cancel']) {
      const answer = await trial.app.inject({ method: 'POST', url: `/jobs/${id}/${verb}` });
      expect([verb, answer.statusCode, answer.json().error.code]).toEqual([verb, 409, 'CONFLICT']);
    }
    const { job_id: slow } = (await post({ model_id: 'slow', async: true })).json();
    const cancelled = await trial.app.inject({ method: 'POST', url: `/jobs/${slow}/cancel` });
    expect(['cancelled', 'cancelling']).toContain(cancelled.json().status);
    await queue.waitFor(slow, 5000);
    const again = await trial.app.inject({ method: 'POST', url: `/jobs/${slow}/retry` });
    expect(again.json()).toEqual({ ok: true, job_id: slow, status: 'queued' });
    await queue.waitFor(slow, 5000);
  });
});

describe('Idempotency-Key (FIELD.md R6)', () => {
  const count = (key: string, n: number) =>
    trial.app.inject({ method: 'POST', url: '/count', payload: { n }, headers: { 'idempotency-key': key } });

  it('lets 64 equal requests at once take effect once; the others replay or conflict', async () => {
    const before = trial.counted();
    const answers = await Promise.all(Array.from({ length: 64 }, () => count('k1', 7)));
    expect(trial.counted() - before).toBe(1);
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 409]));
    const replayed = await count('k1', 7);
    expect([replayed.statusCode, replayed.headers['idempotent-replayed'], replayed.json().n]).toEqual([200, 'true', 7]);
    expect(trial.counted() - before).toBe(1);
    const other = await count('k1', 8);
    expect([other.statusCode, other.json().error.code]).toEqual([409, 'CONFLICT']);
    trial.clock.pass(24 * 3600 * 1000 + 1);
    expect((await count('k1', 8)).statusCode).toBe(200);
  });

  it('lets a request that broke be tried again, and refuses keys that are no keys', async () => {
    expect((await count('k2', -1)).statusCode).toBe(500);
    expect((await count('k2', -1)).headers['idempotent-replayed']).toBeUndefined();
    expect((await count('k'.repeat(129), 1)).statusCode).toBe(400);
  });
});

it('pages are clamped and named by both seeds', async () => {
  const page = (await trial.app.inject('/numbers?limit=2&offset=4')).json();
  expect(page).toEqual({
    ok: true,
    items: [5],
    rows: [5],
    numbers: [5],
    total: 5,
    count: 1,
    limit: 2,
    offset: 4,
    next_offset: 5,
    has_more: false,
  });
  expect((await trial.app.inject('/numbers?limit=9999&offset=-3')).json()).toMatchObject({
    limit: 500,
    offset: 0,
    count: 5,
  });
});

it('every route of the trial keeps the contract of routes', async () => {
  const dialect: Dialect = {
    unreadable: 400,
    headers: await as('root'),
    expectFailure: ({ body }) => expect(body).toEqual(failure),
  };
  for (const route of callableRoutes(trial.app)) await checkRoute(trial.app, route, dialect);
}, 60_000);
