/** `Idempotency-Key` on the routes that say `config: { idempotent: true }`: the first answer is replayed (contract 4, rule 6). */
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { errors } from '#base/errors.js';
import {
  claimKey,
  type IdempotencyDesk,
  type IdempotencyName,
  releaseKey,
  settleKey,
} from '#services/operations/idempotency.service.js';
import type { App, RouteConfig } from '../http/surface.js';

const KEY_CHARS_MAX = 128;
/** Headers that belong to the answer; the others belong to the request that gets it. */
const KEPT_HEADERS = ['content-type', 'location', 'retry-after', 'preference-applied'];

/** Call before the routes are registered on `app`. */
export function replayRepeatedRequests(app: App, desk: IdempotencyDesk): void {
  const claimed = new WeakMap<FastifyRequest, IdempotencyName>();

  // Before validation: what counts is the body as it was sent, not what the schema made of it.
  const claim = async (request: FastifyRequest, reply: FastifyReply) => {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return;
    if (key === '' || key.length > KEY_CHARS_MAX)
      throw errors.invalidParameter('Idempotency-Key', `Must be 1 to ${KEY_CHARS_MAX} characters`);
    const name = { caller: callerOf(request), route: routeOf(request), key };
    const kept = await claimKey(desk, name, request.body);
    if (kept === undefined) {
      claimed.set(request, name);
      return;
    }
    return reply
      .code(kept.status)
      .headers({ ...kept.headers, 'idempotent-replayed': 'true' })
      .serializer((text: string) => text)
      .send(kept.body);
  };

  const settle = async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const name = claimed.get(request);
    if (name === undefined) return payload;
    claimed.delete(request);
    if (isPassing(reply.statusCode) || typeof payload !== 'string') await releaseKey(desk, name);
    else await settleKey(desk, name, { status: reply.statusCode, headers: keptHeaders(reply), body: payload });
    return payload;
  };

  app.addHook('onRoute', (route: RouteOptions) => {
    if ((route.config as RouteConfig | undefined)?.idempotent !== true) return;
    route.preValidation = [...[route.preValidation ?? []].flat(), claim] as NonNullable<RouteOptions['preValidation']>;
    route.onSend = [...[route.onSend ?? []].flat(), settle] as NonNullable<RouteOptions['onSend']>;
  });
}

/** Limits, quotas and our own failures pass: a replay of them would refuse what could be done by then. */
const isPassing = (status: number) => status >= 500 || status === 429 || status === 403;

const callerOf = (request: FastifyRequest) => request.principal.userId ?? `${request.principal.name} ${request.ip}`;

const routeOf = (request: FastifyRequest) => `sigma ${request.method} ${request.routeOptions.url ?? ''}`;

function keptHeaders(reply: FastifyReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return headers;
}
