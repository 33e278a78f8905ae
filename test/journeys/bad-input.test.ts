/** Every endpoint of every surface under hostile input: the dialect's own error, never a 500, never a hang. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostileRequest, hostileRequests, type OpenApi } from '../support/hostile.js';
import { outsideDatabase } from '../support/postgres.js';
import { makeDataDir, removeDataDir, startTestServer, type TestServer } from '../support/server.js';

const ANSWER_WITHIN_MS = 10_000;

let dataDir: string;
let server: TestServer;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startTestServer(dataDir, { ...(await outsideDatabase()), ALMANAC_RATE_LIMIT: 'off' });
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

type Dialect = (body: Record<string, unknown>, answer: Answer) => boolean;
const DIALECTS: Record<'gateway' | 'stage1' | 'sigma' | 'umiki' | 'forecastlab', Dialect> = {
  gateway: (body) =>
    typeof body['request_id'] === 'string' && isObject(body['error']) && typeof body['error']['code'] === 'string',
  stage1: (body) => typeof body['error'] === 'string',
  sigma: (body) =>
    body['ok'] === false &&
    typeof body['request_id'] === 'string' &&
    isObject(body['error']) &&
    typeof body['error']['code'] === 'string',
  umiki: (body) => typeof body['detail'] === 'string' || Array.isArray(body['detail']),
  forecastlab: (body, { type }) =>
    type.startsWith('application/problem+json') &&
    typeof body['code'] === 'string' &&
    typeof body['detail'] === 'string',
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

describe.each(Object.keys(DIALECTS) as (keyof typeof DIALECTS)[])('%s under hostile input', (surface) => {
  it('answers every request in its dialect and never breaks', { timeout: 180_000 }, async () => {
    const base = server.url[surface];
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as OpenApi;
    const requests = hostileRequests(document);
    expect(requests.length).toBeGreaterThan(0);
    const faults: string[] = [];
    await inParallel(requests, 8, async (hostile) => {
      const answer = await ask(base, hostile).catch((error: Error) => ({ status: 0, type: '', text: error.message }));
      const fault = faultOf(answer, DIALECTS[surface]);
      if (fault) faults.push(`${hostile.method} ${hostile.path.slice(0, 100)} (${hostile.what}): ${fault}`);
    });
    expect(faults.slice(0, 40)).toEqual([]);
  });

  it('says unknown paths, wrong methods and bodies over the limit in its dialect', async () => {
    const base = server.url[surface];
    const isDialect = DIALECTS[surface];
    const unknown = await ask(base, { method: 'GET', path: '/api/no/such/path', headers: {}, what: '' });
    expect([unknown.status, isDialect(JSON.parse(unknown.text), unknown)]).toEqual([404, true]);
    const health = surface === 'umiki' ? '/api/health' : surface === 'forecastlab' ? '/health' : '/healthz';
    const wrong = await ask(base, { method: 'DELETE', path: health, headers: {}, what: '' });
    expect([wrong.status, isDialect(JSON.parse(wrong.text), wrong)]).toEqual([405, true]);
  });
});

describe('a body over the limit', () => {
  it.each([
    ['stage1', '/api/datasets'],
    ['sigma', '/models'],
  ] as const)('is refused by %s with 413 before it is read', async (surface, path) => {
    const answer = await ask(server.url[surface], {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'content-length': String(2 ** 31) },
      what: 'over the limit',
    });
    expect(answer.status).toBe(413);
    expect(DIALECTS[surface](JSON.parse(answer.text), answer)).toBe(true);
  });
});

function faultOf(answer: Answer, isDialect: Dialect): string | undefined {
  // 501 is what the contract says of what it leaves out; every other 5xx is ours.
  if (answer.status === 0 || (answer.status >= 500 && answer.status !== 501))
    return `${answer.status} ${answer.text.slice(0, 200)}`;
  if (answer.status < 400) return undefined;
  try {
    return isDialect(JSON.parse(answer.text), answer)
      ? undefined
      : `not the dialect: ${answer.status} ${answer.text.slice(0, 200)}`;
  } catch {
    return `not JSON: ${answer.status} ${answer.text.slice(0, 200)}`;
  }
}

/** Through node:http, because fetch would tidy odd paths and refuse odd lengths. */
function ask(base: string, hostile: HostileRequest): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        path: hostile.path,
        method: hostile.method,
        headers: hostile.headers,
        timeout: ANSWER_WITHIN_MS,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          // An endless answer (events) is an answer; its status is what counts.
          if (String(incoming.headers['content-type']).startsWith('text/event-stream')) incoming.destroy();
        });
        incoming.on('error', reject);
        incoming.on('close', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            type: String(incoming.headers['content-type'] ?? ''),
            text: Buffer.concat(chunks).toString(),
          }),
        );
        if (String(incoming.headers['content-type']).startsWith('text/event-stream')) incoming.destroy();
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
    outgoing.on('error', reject);
    if (hostile.headers['content-length'] === undefined) outgoing.end(hostile.body);
    else outgoing.flushHeaders();
  });
}

async function inParallel<T>(items: readonly T[], hands: number, work: (item: T) => Promise<void>) {
  let next = 0;
  await Promise.all(
    Array.from({ length: hands }, async () => {
      while (next < items.length) await work(items[next++]!);
    }),
  );
}
