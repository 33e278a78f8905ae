import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { routesOf } from '#surfaces/http/route-table.js';
import { hostileRequests } from '../../support/hostile.js';
import { openStage1House, type Stage1House } from './stage1-house.js';

let house: Stage1House;
let datasetId: string;
beforeAll(async () => {
  house = await openStage1House();
  datasetId = await house.dataset('known');
});

describe('paths and methods', () => {
  it('are unknown with 404, and wrong with 405', async () => {
    const unknown = await house.get('/api/nope');
    expect([unknown.status, unknown.json]).toEqual([404, { error: 'Not found' }]);
    const wrong = await house.delete('/api/runs');
    expect([wrong.status, wrong.json.error]).toEqual([405, 'Method not allowed']);
    expect(wrong.headers['allow']).toContain('GET');
  });

  it.each([
    '/api/executor/start',
    '/api/traders/1',
    '/api/binance/x/y',
    '/api/indicators/validate',
    '/api/trades/simulate',
  ])('of others are not implemented: %s', async (path) => {
    for (const answer of [await house.get(path), await house.post(path, '{"a":')])
      expect([answer.status, answer.json]).toEqual([501, { error: 'Not implemented' }]);
  });

  it('are all in the document', async () => {
    const { json } = await house.get('/openapi.json');
    const documented = Object.entries<object>(json.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const { method, url } of routesOf(house.app)) {
      const path = url.replaceAll(/:(\w+)/g, '{$1}');
      if (method === 'HEAD' || method === 'OPTIONS' || path.includes('*') || !path.startsWith('/api')) continue;
      if (/indicators\/(validate|build)|trades\/simulate/.test(path)) continue;
      expect(documented).toContain(`${method} ${path}`);
    }
  });
});

describe('the token', () => {
  it('is asked for everywhere but at the probes when auth is on', async () => {
    const guarded = await house.listener({ enableAuth: true, tokens: ['one', 'two'] });
    for (const path of ['/healthz', '/readyz']) expect((await guarded.get(path)).status).toBe(200);
    for (const headers of [{}, { 'x-stage1-token': 'three' }, { 'x-stage1-token': 'on' }, { 'x-stage1-token': '' }])
      for (const path of ['/api/health', '/api/runs', '/api/nope', '/openapi.json']) {
        const { status, json } = await guarded.get(path, headers);
        expect([path, status, json]).toEqual([path, 401, { error: 'Missing or invalid token' }]);
      }
    expect((await guarded.get('/api/runs', { 'x-stage1-token': 'two' })).status).toBe(200);
    expect((await guarded.post('/api/datasets', '{"a":')).status).toBe(401);
  });

  it('is ignored when auth is off', async () => {
    expect((await house.get('/api/runs', { 'x-stage1-token': 'whatever' })).status).toBe(200);
  });
});

describe('pages of other origins', () => {
  it('may call when they are listed, and are told the headers they may send', async () => {
    const { headers, statusCode } = await house.app.inject({
      method: 'OPTIONS',
      url: '/api/runs',
      headers: {
        origin: 'https://agenticresearch.info',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-stage1-token',
      },
    });
    expect(statusCode).toBeLessThan(300);
    expect(headers['access-control-allow-origin']).toBe('https://agenticresearch.info');
    expect(headers['access-control-allow-headers']).toBe('Content-Type, X-Stage1-Token');
    expect(headers['access-control-allow-methods']).toBe('GET, POST, PUT, DELETE, OPTIONS');
  });

  it('may not change anything when they are not', async () => {
    const { status } = await house.post('/api/datasets', { dataset_slug: 'evil' }, { origin: 'https://evil.example' });
    expect(status).toBe(403);
    expect((await house.get('/api/datasets/evil')).status).toBe(404);
  });
});

describe('bodies', () => {
  const POSTS = ['/api/datasets', '/api/runs', '/api/simulations', '/api/questdb/query', '/api/questdb/import/async'];

  it.each(POSTS)('of %s must be a JSON object of any content type', async (path) => {
    for (const body of ['', '{"a":', '[]', 'null', '5', '"x"', '{"a":1,}', '\u0000'])
      expect([body, (await house.post(path, body)).json]).toMatchObject([body, { error: 'Invalid JSON' }]);
    const { json } = await house.post(path, '{}', { 'content-type': 'application/x-odd' });
    expect(json.error).toMatch(/^Missing '/);
  });

  it.each(POSTS)('of %s are refused when too deep or with numbers that are none', async (path) => {
    const deep = `{"metadata":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    for (const body of [deep, '{"a":1e999}', '{"a":9007199254740993}', '{"a":"\\u0000"}', '{"__proto__":{"a":1}}']) {
      const { status, json } = await house.post(path, body);
      expect([status, typeof json.error]).toEqual([400, 'string']);
    }
  });

  it('over the limit are refused whole with 413', async () => {
    const small = await house.listener({ bodyBytesMax: 1000, uploadBytesMax: 2000 });
    const long = 'x'.repeat(1500);
    const dataset = await small.post('/api/datasets', { dataset_slug: 'long', note: long });
    expect([dataset.status, typeof dataset.json.error]).toEqual([413, 'string']);
    const held = await small.post('/api/questdb/import/async', { measurement: 'm', data: `timestamp,v\n1,${long}` });
    expect(held.status).toBe(413);
    const streamed = await small.post('/api/questdb/import/async?measurement=m', `timestamp,v\n1,${long}${long}`, {
      'content-type': 'text/csv',
    });
    expect(streamed.status).toBe(413);
    expect((await house.get('/api/jobs')).json.total).toBe(0);
    expect((await house.get('/api/datasets/long')).status).toBe(404);
  });

  it('without a length are held to the limit as well', async () => {
    const small = await house.listener({ bodyBytesMax: 1000 });
    const address = await small.app.listen({ port: 0, host: '127.0.0.1' });
    const chunks = () =>
      new ReadableStream({
        start(controller) {
          for (let i = 0; i < 10; i++) controller.enqueue(new TextEncoder().encode('{"data":"'.padEnd(500, 'x')));
          controller.close();
        },
      });
    for (const path of ['/api/datasets', '/api/questdb/import/async']) {
      const body = { method: 'POST', body: chunks(), duplex: 'half' } as RequestInit;
      expect([path, (await fetch(address + path, body)).status]).toEqual([path, 413]);
    }
  });
});

describe('hostile requests', () => {
  it('to every endpoint get an error in the dialect, and leave nothing behind', async () => {
    const document = (await house.get('/openapi.json')).json;
    const requests = hostileRequests(document).filter(({ path }) => !path.includes('/api/events'));
    expect(requests.length).toBeGreaterThan(500);
    const broken: string[] = [];
    for (const { method, path, headers, body, what } of requests) {
      const response = await house.app.inject({
        method: method as 'GET',
        url: path,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      });
      const isSaid = response.statusCode < 400 || typeof safeJson(response.body)?.error === 'string';
      // A query may be given a millisecond, and the contract names what it then answers.
      const isNamed = response.statusCode === 503 && safeJson(response.body)?.error === 'Query timed out';
      if ((response.statusCode >= 500 && !isNamed) || !isSaid)
        broken.push(`${method} ${path.slice(0, 80)} ${what}: ${response.statusCode}`);
    }
    expect(broken).toEqual([]);
    expect((await house.get(`/api/datasets/${datasetId}`)).json.dataset_slug).toBe('known');
  }, 120_000);
});

function safeJson(text: string): { error?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the caller: no JSON is no dialect.
    return undefined;
  }
}

describe('the contract', () => {
  it('has all its endpoints', async () => {
    const list = `${process.cwd()}/../shared/contracts/endpoints.json`;
    let required: { surface: string; method: string; path: string }[];
    try {
      required = JSON.parse(readFileSync(list, 'utf8'));
    } catch {
      console.log('skipped: the list of endpoints is not beside the repository');
      return;
    }
    const { paths } = (await house.get('/openapi.json')).json;
    for (const { method, path } of required.filter(({ surface }) => surface === 'stage1')) {
      const shape = (text: string) => text.replaceAll(/\{[^}]*\}/g, '{}');
      const found = Object.keys(paths).find((known) => shape(known) === shape(path));
      expect([path, paths[found ?? '']?.[method.toLowerCase()] !== undefined]).toEqual([path, true]);
    }
  });
});
