import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { silentLog } from '#base/log.js';
import type { NewAuditEntry } from '#services/operations/audit.service.js';
import { openEventStream } from './event-stream.js';
import { createListener, type ListenerOptions } from './listener.js';
import type { App, Surface, Voice } from './surface.js';

const STATUS: Record<string, number> = {
  invalid: 400,
  missing: 404,
  denied: 403,
  'too-large': 413,
  timeout: 408,
  unsupported: 415,
  unavailable: 503,
};
const voice: Voice = {
  sayError: (error) => {
    const { kind, message, code } = error as { kind: string; message: string; code: string };
    return { status: STATUS[kind] ?? 500, body: { plain: kind === 'broken' ? 'broken' : message, code } };
  },
  sayFaults: (faults) => ({ status: 400, body: { plain: faults.map((f) => `${f.location}.${f.path.join('.')}`) } }),
  sayUnknownPath: () => ({ status: 404, body: { plain: 'no such path' } }),
  sayWrongMethod: (_request, allowed) => ({ status: 405, body: { plain: `only ${allowed}` } }),
};

const surface = (routes: (app: App) => void, over: Partial<Surface> = {}): Surface => ({
  name: 'stage1',
  title: 'A trivial surface',
  description: 'For the tests of the kit.',
  voice,
  cors: {
    origins: ['http://pages.example'],
    methods: ['GET', 'POST'],
    allowedHeaders: ['Content-Type'],
    credentials: false,
  },
  bodyBytesMax: 4_000_000,
  newRequestId: () => 'req_new',
  acceptsRequestId: (id) => /^[a-z0-9_-]{1,64}$/.test(id),
  routes,
  ...over,
});

const thing = z.object({ id: z.string(), size: z.number() });
const plainRoutes = (app: App) => {
  app.get(
    '/things/:id',
    { schema: { summary: 'One thing', params: z.object({ id: z.string() }), response: { 200: thing } } },
    async ({ params }) => ({ id: params.id, size: 1 }),
  );
  app.post('/things', { schema: { body: thing, response: { 201: thing } } }, async ({ body }, reply) =>
    reply.code(201).send(body),
  );
  app.post('/free', { schema: { body: z.record(z.string(), z.unknown()) } }, async ({ body }) => ({
    keys: Object.keys(body).length,
    body,
  }));
  app.post(
    '/exact',
    { config: { bigIntegers: 'text' }, schema: { body: z.object({ ts: z.string() }) } },
    async ({ body }) => body,
  );
  app.get('/mismatch', { schema: { response: { 200: thing } } }, async () => ({ id: 1 }) as never);
  app.get('/throws', async () => {
    throw new Error('the password is hunter2');
  });
};

let open: App[] = [];
async function listen(
  routes: (app: App) => void = plainRoutes,
  options: Partial<ListenerOptions> = {},
  over: Partial<Surface> = {},
) {
  const app = await createListener(surface(routes, over), { log: silentLog, docs: false, ...options });
  open.push(app);
  return app;
}
afterEach(async () => {
  await Promise.all(open.map((app) => app.close()));
  open = [];
});

const post = (app: App, url: string, payload: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });

describe('a listener', () => {
  it("answers a route through its schemas, with the surface's request id", async () => {
    const app = await listen();
    const answer = await app.inject('/things/a%20b');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ id: 'a b', size: 1 });
    expect(answer.headers['x-request-id']).toBe('req_new');
    const echoed = await app.inject({ url: '/things/a', headers: { 'x-request-id': 'mine-1' } });
    expect(echoed.headers['x-request-id']).toBe('mine-1');
    const refused = await app.inject({ url: '/nowhere', headers: { 'x-request-id': 'bad id!' } });
    expect(refused.headers['x-request-id']).toBe('req_new');
  });

  it('says unknown paths and wrong methods in the dialect, with Allow', async () => {
    const app = await listen();
    expect((await app.inject('/nowhere')).json()).toEqual({ plain: 'no such path' });
    const wrong = await app.inject({ method: 'DELETE', url: '/things/7' });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await app.inject({ method: 'HEAD', url: '/things/7' })).statusCode).toBe(200);
    expect((await app.inject('/things/7/')).statusCode).toBe(200);
  });

  it('says faults, never a 422 of its own', async () => {
    const app = await listen();
    const answer = await post(app, '/things', '{"id":1}');
    expect([answer.statusCode, answer.json()]).toEqual([400, { plain: ['body.id', 'body.size'] }]);
    expect((await post(app, '/things', '')).json()).toEqual({ plain: ['body.'] });
  });

  it('keeps bugs of ours to itself', async () => {
    const app = await listen();
    for (const url of ['/mismatch', '/throws']) {
      const answer = await app.inject(url);
      expect([answer.statusCode, answer.json()]).toEqual([500, { plain: 'broken', code: 'internal' }]);
    }
  });

  it.each([
    ['malformed JSON', '{"a":', 'invalid_json'],
    ['two documents', '{} {}', 'invalid_json'],
    ['65 levels', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'body_too_deep'],
    ['10,000 levels', '['.repeat(10_000), 'body_too_deep'],
    ['1,000,000 levels', `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`, 'body_too_deep'],
    ['1e999', '{"a":1e999}', 'number_not_exact'],
    ['-1e999 at the end', '-1e999', 'number_not_exact'],
    ['2^53+1', '{"a":[9007199254740993]}', 'number_not_exact'],
    ['a NUL', '{"a":"x\\u0000"}', 'text_not_storable'],
    ['half a surrogate pair', '{"a":"\\ud800x"}', 'text_not_storable'],
    ['a low half alone', '{"a":"\\udc00"}', 'text_not_storable'],
    ['__proto__', '{"__proto__":{"a":1}}', 'invalid_parameter'],
    ['__proto__ in disguise', '{"\\u005f_proto__":{"a":1}}', 'invalid_parameter'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
  ])('refuses %s with a 400', async (_name, payload, code) => {
    const app = await listen();
    const answer = await app.inject({
      method: 'POST',
      url: '/free',
      payload,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([400, code]);
  });

  it('lets through what is at the limits', async () => {
    const app = await listen();
    const deep = `${'{"a":'.repeat(64)}1${'}'.repeat(64)}`;
    expect((await post(app, '/free', deep)).statusCode).toBe(200);
    const fine = '{"a":9007199254740992,"b":1e308,"c":"\\ud83d\\ude00 \\\\u0000","d":-0.1e-5,"e":"say __proto__"}';
    const answer = await post(app, '/free', fine);
    expect(answer.json().body).toEqual(JSON.parse(fine));
  });

  it('hands integers beyond 2^53 over as text where the route wants every digit', async () => {
    const app = await listen();
    const answer = await post(app, '/exact', '{"ts": 1700000000123456789}');
    expect(answer.json()).toEqual({ ts: '1700000000123456789' });
  });

  it('parses a large body in slices to the same value as JSON.parse', async () => {
    const app = await listen();
    const body = {
      rows: Array.from({ length: 20_000 }, (_, i) => ({ i, text: `"é"\\${i}`, nested: [i, { x: i / 7 }] })),
      data: 'a "quoted", line\n\\ é 😀 \t'.repeat(20_000),
      last: null,
    };
    const text = JSON.stringify(body, null, 1);
    expect(text.length).toBeGreaterThan(2_000_000);
    const answer = await post(app, '/free', text);
    expect(answer.statusCode).toBe(200);
    expect(answer.json().body).toEqual(body);
    for (const broken of [
      text.slice(0, -1),
      text.replace('"last"', 'last'),
      text.replace(/,\s*"last"/, ' "last"'),
      `${text}x`,
    ])
      expect((await post(app, '/free', broken)).json().code).toBe('invalid_json');
  });

  it('refuses a body over the limit with 413, announced or not', async () => {
    const app = await listen();
    expect((await post(app, '/free', `{"a":"${'x'.repeat(4_000_000)}"}`)).statusCode).toBe(413);
    await app.listen({ port: 0 });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const chunked = httpRequest(
        {
          port: port(app),
          path: '/free',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
        },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      chunked.on('error', reject);
      chunked.write('{"a":"');
      for (let i = 0; i < 70; i++) chunked.write('x'.repeat(65_536));
      chunked.end('"}');
    });
    expect(status).toBe(413);
  });

  it('answers only to names of this machine', async () => {
    const app = await listen();
    const ask = async (host: string) => (await app.inject({ url: '/things/1', headers: { host } })).statusCode;
    for (const host of [
      'localhost',
      'LOCALHOST:8081',
      '127.0.0.1:8081',
      '127.9.9.9',
      '[::1]:8081',
      'almanac.localhost',
    ])
      expect([host, await ask(host)]).toEqual([host, 200]);
    for (const host of [
      'evil.example',
      'evil.example:8081',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      '[fe80::1]',
      'a b',
    ])
      expect([host, await ask(host)]).toEqual([host, 403]);
    const named = await listen(plainRoutes, { hosts: ['lab.example'] });
    expect((await named.inject({ url: '/things/1', headers: { host: 'Lab.example:80' } })).statusCode).toBe(200);
  });

  it('lets a page change something only when its origin is listed or its own', async () => {
    const app = await listen();
    const ask = async (origin: string) =>
      (await post(app, '/things', '{"id":"a","size":1}', { origin, host: 'localhost:8081' })).statusCode;
    expect(await ask('http://pages.example')).toBe(201);
    expect(await ask('http://localhost:8081')).toBe(201);
    for (const origin of ['http://evil.example', 'null', 'http://pages.example.evil.example', 'http://localhost:9999'])
      expect([origin, await ask(origin)]).toEqual([origin, 403]);
    const read = await app.inject({ url: '/things/1', headers: { origin: 'http://evil.example' } });
    expect([read.statusCode, read.headers['access-control-allow-origin']]).toEqual([200, undefined]);
  });

  it('answers preflights by its CORS rule', async () => {
    const app = await listen();
    const ask = (origin: string) =>
      app.inject({ method: 'OPTIONS', url: '/things', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await ask('http://pages.example');
    expect([allowed.statusCode, allowed.headers['access-control-allow-origin']]).toEqual([204, 'http://pages.example']);
    expect((await ask('http://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('writes an audit row for every mutation before its answer, and none for a read', async () => {
    const entries: NewAuditEntry[] = [];
    const record = async (entry: NewAuditEntry) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      entries.push(entry);
    };
    const app = await listen(plainRoutes, { audit: { record } });
    await app.inject('/things/1');
    await post(app, '/things', '{"id":"a","size":1,"api_key":"sgk_secret"}');
    await post(app, '/things', '{"id":1}');
    await post(app, '/things', '{');
    expect(entries.map(({ action, status }) => [action, status])).toEqual([
      ['POST /things', 201],
      ['POST /things', 400],
      ['POST /things', 400],
    ]);
    expect(JSON.stringify(entries)).not.toContain('sgk_secret');
  });

  it('does not confirm a mutation that nobody can account for', async () => {
    const app = await listen(plainRoutes, { audit: { record: () => Promise.reject(new Error('disk full')) } });
    expect((await post(app, '/things', '{"id":"a","size":1}')).statusCode).toBe(503);
    expect((await post(app, '/things', '{"id":1}')).statusCode).toBe(400);
  });

  it('documents every route as OpenAPI 3.1 and shows the page', async () => {
    const app = await listen(plainRoutes, { docs: true });
    const document = (await app.inject('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/exact',
      '/free',
      '/mismatch',
      '/things',
      '/things/{id}',
      '/throws',
    ]);
    expect(document.paths['/things'].post.requestBody.content['application/json'].schema.required).toEqual([
      'id',
      'size',
    ]);
    expect((await app.inject('/docs')).statusCode).toBeLessThan(400);
    expect((await app.inject('/docs/static/swagger-ui.css')).statusCode).toBe(200);
  });

  it('cuts off a client that never finishes its request', async () => {
    const app = await listen(plainRoutes, { requestTimeoutMs: 600, headersTimeoutMs: 300, timeoutCheckMs: 100 });
    await app.listen({ port: 0 });
    for (const start of [
      'GET /things/1 HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
      'POST /free HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ])
      expect(await rawAnswer(app, start)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await rawAnswer(app, 'NOT HTTP AT ALL\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*"code":"request_malformed"/,
    );
  });

  it('cuts off a reader of an event stream that leaves a megabyte unread', async () => {
    let isOver = false;
    const app = await listen((routes) => {
      routes.get('/events', (request, reply) => {
        const stream = openEventStream(request, reply, routes.closing);
        const flood = setInterval(() => stream.send('flood', { text: 'x'.repeat(100_000) }), 1);
        stream.onEnd(() => {
          clearInterval(flood);
          isOver = true;
        });
        return reply;
      });
    });
    await app.listen({ port: 0 });
    const reader = connect(port(app), '127.0.0.1', () =>
      reader.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    );
    reader.pause();
    await vi.waitFor(() => expect(isOver).toBe(true), { timeout: 10_000 });
    reader.destroy();
  });

  it('keeps planted secrets out of its log and its answers', async () => {
    const lines: string[] = [];
    const write = (facts: object, message: string) =>
      void lines.push(
        `${JSON.stringify(facts, (_key, value) => (value instanceof Error ? String(value.stack) : value))} ${message}`,
      );
    const app = await listen(plainRoutes, { log: { debug: write, info: write, warn: write, error: write } });
    const headers = { authorization: 'Bearer canary-1', 'x-api-key': 'canary-2', cookie: 'canary-3' };
    const answers = [
      await app.inject({ url: '/things/a?token=canary-4', headers }),
      await post(app, '/things', '{"password":"canary-5"}', headers),
      await post(app, '/things', '{"api_key":"canary-6"', headers),
      await app.inject({ url: '/nowhere?api_key=canary-7', headers }),
      await app.inject({ url: '/mismatch?secret=canary-8', headers }),
    ];
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(lines.filter((line) => line.includes('canary'))).toEqual([]);
    expect(answers.filter(({ body }) => body.includes('canary'))).toEqual([]);
  });

  it('finishes what is under way when it closes, and ends event streams', async () => {
    const app = await listen((routes) => {
      routes.get('/slow', async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return { done: true };
      });
      routes.get('/events', (request, reply) => {
        const stream = openEventStream(request, reply, routes.closing);
        stream.send('hello', { n: 1 }, '7');
        return reply;
      });
    });
    const base = await app.listen({ port: 0 });
    const slow = fetch(`${base}/slow`).then((answer) => answer.json());
    const events = fetch(`${base}/events`, { headers: { 'x-request-id': 'abc' } });
    const stream = await events;
    expect(stream.headers.get('x-request-id')).toBe('abc');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = app.close();
    expect(await slow).toEqual({ done: true });
    expect(await stream.text()).toContain('id: 7\nevent: hello\ndata: {"n":1}');
    await closed;
  });
});

const port = (app: App) => (app.server.address() as { port: number }).port;

function rawAnswer(app: App, start: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port(app), '127.0.0.1', () => socket.write(start));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
