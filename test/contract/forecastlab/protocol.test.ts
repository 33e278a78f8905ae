import { expect, it } from 'vitest';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { silentLog } from '#base/log.js';
import { forecastlabSurface } from '#surfaces/forecastlab/index.js';
import { createListener } from '#surfaces/http/listener.js';
import type { App } from '#surfaces/http/surface.js';
import { intText } from '#surfaces/http/text-values.js';
import { callableRoutes, checkRoute, type Dialect, nameOf } from '../check-route.js';

const dialect: Dialect = {
  unreadable: 422,
  expectFailure({ status, body, contentType, requestId }) {
    expect(contentType).toBe('application/problem+json');
    expect(body).toMatchObject({
      status,
      instance: `/requests/${requestId}`,
      request_id: requestId,
      detail: expect.any(String),
    });
    expect((body as { type: string }).type).toMatch(/^\/errors\/[a-z-]+$/);
  },
};

let isReady = true;
const surface = forecastlabSurface({ isReady: async () => isReady, corsOrigins: ['http://localhost:5173'] });
const app = await createListener(surface, { log: silentLog });
const trial = await createListener(
  {
    ...surface,
    routes(routes: App) {
      const Record = z.strictObject({ store: z.string(), quantity: z.int().min(0) });
      routes.post(
        '/ingest',
        { schema: { body: z.strictObject({ records: z.array(Record).min(1) }) } },
        async () => ({}),
      );
      routes.get('/stores/:store_id', { schema: { params: z.object({ store_id: intText }) } }, async ({ params }) => {
        throw errors.jobMissing(String(params.store_id));
      });
      routes.get('/broken', async () => {
        throw new Error('select * from secret');
      });
      routes.get('/inverted', async () => {
        throw errors.invalidParameter('end_date', 'before start_date');
      });
    },
  },
  { log: silentLog, docs: false },
);

it('says its health and its readiness', async () => {
  expect((await app.inject('/health/')).json()).toEqual({ status: 'ok' });
  expect((await app.inject({ method: 'HEAD', url: '/health' })).statusCode).toBe(200);
  expect((await app.inject('/health/ready')).json()).toEqual({ status: 'ok', database: 'connected' });
  isReady = false;
  const down = await app.inject('/health/ready');
  expect([down.statusCode, down.json()]).toEqual([503, { status: 'unhealthy', database: 'disconnected' }]);
  isReady = true;
});

it("says the contract's own example of a problem", async () => {
  const answer = await trial.inject({ url: '/stores/99', headers: { 'x-request-id': '5b0e' } });
  expect(answer.json()).toEqual({
    type: '/errors/not-found',
    title: 'Not Found',
    status: 404,
    detail: 'Job 99 was not found',
    instance: '/requests/5b0e',
    code: 'NOT_FOUND',
    request_id: '5b0e',
  });
  expect(answer.headers['x-request-id']).toBe('5b0e');
});

it('collects all faults of a body, with dotted fields and their types', async () => {
  const answer = await trial.inject({
    method: 'POST',
    url: '/ingest',
    payload: { records: [{ store: 1, quantity: -1, odd: 1 }, {}], more: 1 },
  });
  const body = answer.json();
  expect([answer.statusCode, body.code, body.title]).toEqual([422, 'VALIDATION_ERROR', 'Validation Error']);
  expect(body.detail).toBe("Request validation failed with 6 error(s). Check the 'errors' field for details.");
  const said = body.errors.map(({ field, type }: { field: string; type: string }) => `${field} ${type}`).sort();
  expect(said).toEqual([
    'more extra_forbidden',
    'records.0.odd extra_forbidden',
    'records.0.quantity greater_than_equal',
    'records.0.store string_type',
    'records.1.quantity missing',
    'records.1.store missing',
  ]);
  const path = (await trial.inject('/stores/abc')).json();
  expect(path.errors).toEqual([
    { field: 'path.store_id', type: 'int_parsing', message: expect.stringContaining('valid integer') },
  ]);
});

it('says rules broken after parsing as 400, and bugs without their text', async () => {
  expect((await trial.inject('/inverted')).json()).toMatchObject({
    status: 400,
    code: 'BAD_REQUEST',
    type: '/errors/bad-request',
  });
  const broken = await trial.inject('/broken');
  expect(broken.json()).toMatchObject({
    status: 500,
    code: 'INTERNAL_ERROR',
    title: 'Internal Server Error',
    type: '/errors/internal',
  });
  expect(broken.body).not.toContain('secret');
  const wrong = await app.inject({ method: 'PUT', url: '/health' });
  expect(wrong.json()).toMatchObject({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    title: 'Method Not Allowed',
    type: '/errors/method-not-allowed',
  });
});

it('lets its development pages in, with credentials', async () => {
  const answer = await app.inject({ url: '/health', headers: { origin: 'http://localhost:5173' } });
  expect([answer.headers['access-control-allow-origin'], answer.headers['access-control-allow-credentials']]).toEqual([
    'http://localhost:5173',
    'true',
  ]);
});

it.each(
  [...callableRoutes(app), ...callableRoutes(trial)]
    .filter(({ url }) => url !== '/broken')
    .map((route) => [nameOf(route), route] as const),
)('%s keeps the contract of routes', async (_name, route) => {
  await checkRoute(callableRoutes(app).includes(route) ? app : trial, route, dialect);
});
