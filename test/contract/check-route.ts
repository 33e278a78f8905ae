/**
 * What every route of every surface keeps, whatever it does: failures speak the dialect, with a request id, and never a 500.
 *
 * Built from the listener's own route table, so that a new route is visited without anybody adding it to a test.
 */
import { expect } from 'vitest';
import { type RouteEntry, routesOf } from '#surfaces/http/route-table.js';
import type { App } from '#surfaces/http/surface.js';

export interface Dialect {
  /** Throws (expect) unless this is how the surface says a failure. */
  readonly expectFailure: (answer: { status: number; body: unknown; contentType: string; requestId: string }) => void;
  /** The status for a body that is not JSON. */
  readonly unreadable: number;
  /** Sent with every request: a sign-in where the surface needs one. */
  readonly headers?: Record<string, string>;
}

const BODIES: readonly (readonly [what: string, payload: string])[] = [
  ['malformed JSON', '{"a":'],
  ['10,000 levels', '{"a":'.repeat(10_000)],
  ['1e999', '{"limit":1e999}'],
  ['2^53 + 1', '{"limit":9007199254740993}'],
  ['a NUL in a text', '{"name":"a\\u0000b"}'],
];
const WRONG_BODIES = ['[]', 'null', '"text"', '{"a":{"b":[1,2,3]}}', '{"__proto__":{"isAdmin":true}}'];
const ODD_IDS = ['..%2F..%2Fetc%2Fpasswd', "'%20OR%201%3D1--", '%F0%9F%98%80', 'a'.repeat(1000), '-1', '%25', '1e999'];

/** The routes a client may call: not the documents' own pages, not the HEAD twins. */
export const callableRoutes = (app: App): RouteEntry[] =>
  routesOf(app).filter(
    ({ method, url }) => method !== 'HEAD' && method !== 'OPTIONS' && !url.startsWith('/docs') && !url.includes('*'),
  );

export const nameOf = ({ method, url }: RouteEntry) => `${method} ${url}`;

/** Sends a route what it cannot want; every answer is a success or the dialect's failure, and unreadable bodies are refused. */
export async function checkRoute(app: App, route: RouteEntry, dialect: Dialect): Promise<void> {
  const send = async (url: string, what: string, payload?: string): Promise<number> => {
    const answer = await app.inject({
      method: route.method as 'GET',
      url,
      headers: { ...dialect.headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(payload === undefined ? {} : { payload }),
    });
    const about = `${route.method} ${url.slice(0, 80)} with ${what}: ${answer.statusCode} ${answer.body.slice(0, 200)}`;
    const requestId = answer.headers['x-request-id'];
    expect(requestId, about).toMatch(/^[\x21-\x7e]{1,128}$/);
    expect(answer.statusCode, about).not.toBe(500);
    if (answer.statusCode >= 400)
      dialect.expectFailure({
        status: answer.statusCode,
        body: parsed(answer.body),
        contentType: String(answer.headers['content-type']),
        requestId: String(requestId),
      });
    return answer.statusCode;
  };
  const url = fill(route.url, 'nothing-of-that-name');
  if (route.url.includes(':')) for (const id of ODD_IDS) await send(fill(route.url, id), `the id ${id}`);
  await send(`${url}?limit=-1&limit=2&offset=abc&__proto__=1`, 'odd query parameters');
  if (['GET', 'DELETE'].includes(route.method)) return;
  const takesBody = route.config.body !== 'raw';
  for (const [what, payload] of BODIES) {
    const status = await send(url, what, payload);
    if (takesBody) expect([nameOf(route), what, status]).toEqual([nameOf(route), what, dialect.unreadable]);
  }
  for (const payload of WRONG_BODIES) await send(url, payload, payload);
}

const fill = (url: string, id: string) => url.replace(/:[A-Za-z0-9_]+(?:\([^)]*\))?/g, id);

function parsed(body: string): unknown {
  return body === '' ? undefined : JSON.parse(body);
}
