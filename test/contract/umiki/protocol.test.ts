import { expect, it } from 'vitest';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { silentLog } from '#base/log.js';
import { createListener } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import { intText } from '#surfaces/http/text-values.js';
import { umikiSurface } from '#surfaces/umiki/index.js';
import { callableRoutes, checkRoute, type Dialect, nameOf } from '../check-route.js';

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
const surface = umikiSurface({ isReady: async () => isReady });
const app = await createListener(surface, { log: silentLog });
/** The same voice with routes that later issues will have. */
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

it('documents its routes', async () => {
  expect(Object.keys((await app.inject('/openapi.json')).json().paths)).toEqual(['/api/health']);
});

it.each([...callableRoutes(app), ...callableRoutes(trial)].map((route) => [nameOf(route), route] as const))(
  '%s keeps the contract of routes',
  async (_name, route) => {
    await checkRoute(callableRoutes(app).includes(route) ? app : trial, route, dialect);
  },
);
