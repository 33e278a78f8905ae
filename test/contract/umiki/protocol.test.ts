import { expect, it } from 'vitest';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { silentLog } from '#base/log.js';
import { createListener } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import { intText } from '#surfaces/http/text-values.js';
import { bareUmiki } from '../../support/umiki.js';
import { callableRoutes, checkRoute, type Dialect, nameOf } from '../check-route.js';
import { openUmikiHouse } from './umiki-house.js';

const dialect: Dialect = {
  unreadable: 422,
  expectFailure({ status, body }) {
    expect(Object.keys(body as object)).toEqual(['detail']);
    const { detail } = body as { detail: unknown };
    if (status === 422)
      for (const one of detail as object[])
        expect(one).toEqual({
          type: expect.any(String),
          loc: expect.any(Array),
          msg: expect.any(String),
          input: (one as { input: unknown }).input,
        });
    else expect(detail).toEqual(expect.any(String));
  },
};

let isReady = true;
const surface = bareUmiki(async () => isReady);
const { app } = await openUmikiHouse({ isReady: async () => isReady });
/** The same voice with routes of the test's own. */
const trial = await createListener(
  {
    ...surface,
    routes(routes: App) {
      routes.post(
        '/api/jobs',
        {
          schema: { body: z.object({ symbols: z.array(z.string()).min(1), kind: z.enum(['a', 'b', 'c']).optional() }) },
        },
        async () => ({}),
      );
      routes.get(
        '/api/qc',
        {
          schema: {
            querystring: z.object({
              symbol: z.string(),
              limit: intText.pipe(z.int().min(1)).optional(),
              date: z.iso.date().optional(),
            }),
          },
        },
        async () => [],
      );
      routes.get('/api/gone', async () => {
        throw errors.jobMissing('x');
      });
    },
  },
  { log: silentLog, docs: false },
);

it('says its health in exactly one object', async () => {
  expect((await app.inject('/api/health')).json()).toEqual({ status: 'ok' });
  isReady = false;
  const down = await app.inject('/api/health');
  expect([down.statusCode, down.json()]).toEqual([503, { status: 'unavailable' }]);
  isReady = true;
});

it('says unknown paths and wrong methods as FastAPI does', async () => {
  const unknown = await app.inject('/api/nothing');
  expect([unknown.statusCode, unknown.json()]).toEqual([404, { detail: 'Not Found' }]);
  const wrong = await app.inject({ method: 'POST', url: '/api/health' });
  expect([wrong.statusCode, wrong.json(), wrong.headers.allow]).toEqual([
    405,
    { detail: 'Method Not Allowed' },
    'GET, HEAD',
  ]);
  expect(unknown.headers['content-type']).toBe('application/json; charset=utf-8');
});

it('says faults with their place and type', async () => {
  const missing = await trial.inject('/api/qc');
  expect([missing.statusCode, missing.json()]).toEqual([
    422,
    { detail: [{ type: 'missing', loc: ['query', 'symbol'], msg: 'Field required', input: null }] },
  ]);
  const types = async (query: string) =>
    (await trial.inject(`/api/qc?symbol=A&${query}`)).json().detail.map((one: { type: string }) => one.type);
  expect(await types('limit=0')).toEqual(['greater_than_equal']);
  expect(await types('date=2026-02-30')).toEqual(['date_parsing']);
  const post = (payload: string) =>
    trial.inject({ method: 'POST', url: '/api/jobs', payload, headers: { 'content-type': 'text/plain' } });
  expect((await post('{"symbols":[]}')).json().detail).toMatchObject([{ type: 'too_short', loc: ['body', 'symbols'] }]);
  expect((await post('{"symbols":["A"],"kind":"d"}')).json().detail).toMatchObject([
    { type: 'enum', msg: "Input should be 'a', 'b' or 'c'", input: 'd' },
  ]);
  expect((await post('{')).json().detail).toMatchObject([{ type: 'json_invalid', loc: ['body'] }]);
  expect((await post('')).json().detail).toMatchObject([{ type: 'missing', loc: ['body'] }]);
  expect((await trial.inject('/api/gone')).json()).toEqual({ detail: 'Job x was not found' });
});

it('lets every page read and write, without credentials', async () => {
  const answer = await app.inject({ url: '/api/health', headers: { origin: 'http://anywhere.example' } });
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  const write = await trial.inject({
    method: 'POST',
    url: '/api/jobs',
    payload: { symbols: ['A'] },
    headers: { origin: 'http://anywhere.example' },
  });
  expect(write.statusCode).toBe(200);
});

it('documents every endpoint of the contract', async () => {
  const { paths } = (await app.inject('/openapi.json')).json();
  const documented = Object.entries<object>(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual([
    'GET /api/audit/sample',
    'GET /api/audit/validate',
    'GET /api/data/bars',
    'GET /api/data/baseline',
    'GET /api/data/book',
    'GET /api/data/heatmap',
    'GET /api/data/replay',
    'GET /api/data/summary',
    'GET /api/data/ticks',
    'GET /api/data/training',
    'GET /api/data/training/csv',
    'GET /api/datasets',
    'GET /api/datasets/{id}',
    'GET /api/export/manifest',
    'GET /api/export/training/{symbol}/{date}',
    'GET /api/health',
    'GET /api/jobs',
    'GET /api/jobs/{id}',
    'GET /api/jobs/{id}/logs',
    'GET /api/qc',
    'GET /api/qc/alerts',
    'GET /api/qc/{date}/{symbol}',
    'POST /api/datasets/rescan',
    'POST /api/datasets/upload',
    'POST /api/export',
    'POST /api/jobs',
    'POST /api/jobs/{id}/cancel',
    'POST /api/jobs/{id}/retry',
  ]);
});

it.each([...callableRoutes(app), ...callableRoutes(trial)].map((route) => [nameOf(route), route] as const))(
  '%s keeps the contract of routes',
  async (_name, route) => {
    await checkRoute(callableRoutes(app).includes(route) ? app : trial, route, dialect);
  },
);
