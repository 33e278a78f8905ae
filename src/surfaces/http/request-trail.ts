/** A request as a step: all that its handling logs carries its id, and a tracer sees it with its route and its status. */
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpenStep, Trail } from '#base/trail.js';
import { mountPrefixOf } from './mount-prefix.js';
import type { App, Surface } from './surface.js';

declare module 'fastify' {
  interface FastifyRequest {
    step: OpenStep | undefined;
  }
}

/** Call before any other hook is added: what a hook refuses belongs to the request too. */
export function followRequests(app: App, surface: Pick<Surface, 'name'>, trail: Trail): void {
  app.decorateRequest('step', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    if (mountPrefixOf(request.raw) !== '') idsOfHandedOn.set(request.raw, request.id);
    const ids = { requestId: request.id };
    const step = trail.begin({ kind: 'request', name: request.method, ids, from: request.raw.headers });
    request.step = step;
    step.run(done);
  });
  // A body comes by events of the connection, which know nothing of the request; without one we never left.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined || request.step === undefined) done();
    else request.step.run(done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    endStep(surface, request, reply);
    done();
  });
}

function endStep({ name }: Pick<Surface, 'name'>, request: FastifyRequest, reply: FastifyReply): void {
  const { step } = request;
  if (step === undefined || !step.isTraced) return;
  const route = request.routeOptions.url ?? 'unknown';
  const status = reply.raw.statusCode;
  const { method } = request;
  step.end({
    name: `${method} ${route}`,
    // The words of OpenTelemetry's semantic conventions for HTTP. No path and no query: they may hold what nobody wants shown.
    facts: {
      'almanac.surface': name,
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
    },
    ...(status >= 500 ? { error: { code: String(status) } } : {}),
  });
}

const idsOfHandedOn = new WeakMap<IncomingMessage, string>();

/** The id that the answer carries: what the gateway handed on has that of the surface it came to. */
export const requestIdOf = ({ raw, id }: FastifyRequest): string => idsOfHandedOn.get(raw) ?? id;
