/** An audit row for every mutation of a listener, written before its answer goes out, whatever that answer is. */
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Log } from '#base/log.js';
import type { AuditTrail } from '#services/operations/audit.service.js';
import { summarise } from '#services/operations/audit-summary.js';
import type { App, RouteConfig, Surface } from './surface.js';

const MUTATIONS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** What a handler adds to its request's audit row. */
export interface AuditNote {
  readonly action?: string;
  /** What it was done to: `{ model_id, pack_id, run_id, ... }`. */
  readonly subject?: JsonObject;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

declare module 'fastify' {
  interface FastifyRequest {
    auditNote: AuditNote | undefined;
    isAudited: boolean;
    /** The body as it was sent, before the schema made its own of it. */
    sentBody: unknown;
  }
}

/** Call from a handler: later notes add to earlier ones. */
export function noteAudit(request: FastifyRequest, note: AuditNote): void {
  request.auditNote = { ...request.auditNote, ...note };
}

export function auditMutations(app: App, surface: Surface, audit: AuditTrail, log: Log): void {
  app.decorateRequest('auditNote', undefined);
  app.decorateRequest('isAudited', false);
  app.decorateRequest('sentBody', undefined);
  app.addHook('onRoute', (route) => {
    const config = (route.config ?? {}) as RouteConfig;
    if (config.audit === 'none' || ![route.method].flat().some((method) => MUTATIONS.has(method))) return;
    const write = async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      if (request.isAudited || !MUTATIONS.has(request.method)) return payload;
      request.isAudited = true;
      try {
        await audit.record(entryOf(surface, config, request, reply));
      } catch (error) {
        log.error({ surface: surface.name, requestId: request.id, err: error }, 'The audit row could not be written');
        // What nobody can account for is not confirmed. An answer that is a failure already stays what it is.
        if (reply.statusCode < 400) throw errors.databaseUnavailable('the audit entry could not be written', error);
      }
      return payload;
    };
    const remember = (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
      request.sentBody = request.body;
      done();
    };
    route.preValidation = [remember, ...[route.preValidation ?? []].flat()] as NonNullable<
      RouteOptions['preValidation']
    >;
    route.onSend = [...[route.onSend ?? []].flat(), write] as NonNullable<RouteOptions['onSend']>;
  });
}

function entryOf(surface: Surface, config: RouteConfig, request: FastifyRequest, reply: FastifyReply) {
  const note = request.auditNote ?? {};
  const route = request.routeOptions.url ?? request.url;
  const params = request.params as Record<string, string> | undefined;
  return {
    surface: surface.name,
    method: request.method,
    path: request.url.split('?', 1)[0]!.slice(0, 500),
    status: reply.statusCode,
    userId: request.principal.userId,
    client: request.ip,
    requestId: request.id,
    action: note.action ?? config.action ?? `${request.method} ${route}`,
    subject: note.subject ?? { ...params },
    payload: config.body === 'raw' ? null : summarise(request.sentBody),
    before: note.before ?? null,
    after: note.after ?? null,
  };
}
