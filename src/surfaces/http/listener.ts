/**
 * A listener: one Fastify instance for one surface, with everything around its routes that is the same for all.
 *
 * A request passes, in this order: id, Host guard, Origin guard, CORS, who asks (`identify`), the role its route needs, the
 * body's limits, the schemas, the handler, the answer's schema, and for mutations the audit row, which is written before
 * the answer goes out. Whatever fails on the way is said by the surface's voice.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyReply, type FastifyRequest, type FastifyServerOptions, type RouteOptions } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import { noTrail, type Trail } from '#base/trail.js';
import type { Principal } from '#services/identity/principal.js';
import type { AuditTrail } from '#services/operations/audit.service.js';
import { auditMutations } from './audit-hook.js';
import { registerBodies } from './body.js';
import { registerDocuments } from './documents.js';
import { sayFailure } from './failure.js';
import { compileSerializer, compileValidator } from './faults.js';
import { type HostNames, isHostAllowed, isListedOrigin, isOriginAllowed } from './origin-guard.js';
import { giveRequestId, REQUEST_ID_HEADER } from './request-id.js';
import { followRequests, requestIdOf } from './request-trail.js';
import { RouteTable } from './route-table.js';
import { type App, LOCAL_USER, type SaidError, type Surface } from './surface.js';

export interface ListenerOptions {
  readonly log: Log;
  /** Gives every line of a request its id, and tells a tracer of it. Default none. */
  readonly trail?: Trail;
  /** Absent: nothing is audited (surfaces without mutations, and tests). */
  readonly audit?: AuditTrail;
  /** Told of every answer; the gateway's /metrics shows the sums. */
  readonly meter?: RequestMeter;
  /** Names beyond loopback under which clients reach this listener. Default none. */
  readonly hosts?: HostNames;
  /** For the head and the body of a request to arrive. Default 300 s: 200 MiB on a slow line. */
  readonly requestTimeoutMs?: number;
  /** For the head alone. Default 15 s. */
  readonly headersTimeoutMs?: number;
  /** How often the two are checked. Default 2 s. */
  readonly timeoutCheckMs?: number;
  /** /openapi.json and /docs. Default true. */
  readonly docs?: boolean;
  /** The product's version, for the document. */
  readonly version?: string;
  readonly tls?: { readonly certPath: string; readonly keyPath: string };
}

export interface RequestMeter {
  observe(facts: { surface: string; method: string; route: string; status: number; seconds: number }): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Fires when the listener begins to close: streams end and waiting answers answer. */
    readonly closing: AbortSignal;
  }
}

/** Silence on a connection for longer than the longest wait a client may ask for (600 s) is a dead peer. */
const CONNECTION_TIMEOUT_MS = 660_000;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Builds the listener of a surface; the caller calls `listen` (or `ready`, behind the gateway) and later `close`. */
export async function createListener(surface: Surface, options: ListenerOptions): Promise<App> {
  const app = makeInstance(surface, options);
  const closing = new AbortController();
  app.decorate('closing', closing.signal);
  app.addHook('preClose', async () => {
    closing.abort();
    closeConnectionsAsTheyFallIdle(app);
  });
  app.decorateRequest('principal');

  followRequests(app, surface, options.trail ?? noTrail);
  const table = new RouteTable(app);
  app.addHook('onRoute', (route) => table.add(route));
  app.addHook('onRoute', (route) => guardRole(surface, route));
  if (options.audit !== undefined) auditMutations(app, surface, options.audit, options.log);
  admitRequests(app, surface, options);
  await registerCors(app, surface);
  if (surface.identify !== undefined) identifyCallers(app, surface.identify);
  // Before the first route is registered, or the routes of the documents speak Fastify's words.
  speakFailures(app, surface, options.log, table);
  if (options.docs !== false) await registerDocuments(app, surface, options.version ?? '0.0.0');
  registerBodies(app, surface);
  await registerForms(app);
  watchAnswers(app, surface, options);
  await app.register(async (routes) => surface.routes(routes.withTypeProvider<ZodTypeProvider>()));
  return app;
}

function makeInstance(surface: Surface, options: ListenerOptions): App {
  const { requestTimeoutMs = 300_000, headersTimeoutMs = 15_000, timeoutCheckMs = 2_000, tls } = options;
  const { rewriteUrl } = surface;
  const serverOptions = {
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    connectionsCheckingInterval: timeoutCheckMs,
  };
  const instance = Fastify({
    logger: false,
    genReqId: giveRequestId(surface) as (raw: unknown) => string,
    bodyLimit: surface.bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    keepAliveTimeout: 72_000,
    // Requests on kept connections are still answered while we close: a restart fails nobody.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2048 },
    ...(rewriteUrl === undefined
      ? {}
      : { rewriteUrl: (raw: { url?: string | undefined }) => rewriteUrl(raw.url ?? '/', raw as IncomingMessage) }),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.header(REQUEST_ID_HEADER, request.id);
      send(reply, sayFailure(surface, options.log, error, request, surface.bodyBytesMax));
    },
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => sayBrokenRequest(surface, error, socket),
    ...(tls === undefined
      ? { http: serverOptions }
      : { https: { ...serverOptions, cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) } }),
  } as FastifyServerOptions).withTypeProvider<ZodTypeProvider>();
  // The schemas of a listener are zod's: the kit registers no others.
  instance.setValidatorCompiler<z.ZodType>(compileValidator);
  instance.setSerializerCompiler<z.ZodType>(compileSerializer);
  return instance;
}

/** Node closes what is idle once; a connection that finishes its answer a moment later would keep us waiting for its timeout. */
function closeConnectionsAsTheyFallIdle(app: App): void {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 25);
  app.server.once('close', () => clearInterval(sweep));
  // Behind the gateway nothing ever listened, and no close event comes.
  if (!app.server.listening) clearInterval(sweep);
}

function admitRequests(app: App, surface: Surface, { hosts = [] }: ListenerOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    request.principal = LOCAL_USER;
    reply.header(REQUEST_ID_HEADER, request.id);
    const raw = request.raw;
    if (!isHostAllowed(raw, hosts)) return done(errors.hostRefused());
    if (!SAFE_METHODS.has(request.method) && !isOriginAllowed(raw, surface.cors))
      return done(errors.originRefused(String(raw.headers.origin).slice(0, 200)));
    if (raw.url?.includes('%00') === true) return done(errors.invalidParameter('path', 'it holds a NUL'));
    done();
  });
}

async function registerCors(app: App, { cors: rule }: Surface): Promise<void> {
  await app.register(cors, {
    origin:
      rule.origins === '*' ? '*' : (origin, allow) => allow(null, origin !== undefined && isListedOrigin(origin, rule)),
    methods: [...rule.methods],
    ...(rule.allowedHeaders === '*' ? {} : { allowedHeaders: [...rule.allowedHeaders] }),
    exposedHeaders: [...(rule.exposedHeaders ?? []), 'X-Request-ID'],
    credentials: rule.credentials,
    maxAge: 600,
    strictPreflight: false,
  });
}

/** A surface that knows at once who asks costs no turn of the loop: half a microsecond here is a percent of a small answer. */
function identifyCallers(app: App, identify: NonNullable<Surface['identify']>): void {
  app.addHook('onRequest', (request, reply, done) => {
    const take = (principal: Principal | undefined) => {
      if (principal !== undefined) request.principal = principal;
      done();
    };
    try {
      const found = identify(request, reply);
      if (found instanceof Promise) found.then(take, done);
      else take(found);
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Admin routes: nobody signed in is 401, somebody without the role is 403. */
function guardRole(surface: Surface, route: RouteOptions): void {
  if (surface.identify === undefined || (route.config as { access?: string } | undefined)?.access !== 'admin') return;
  const guard = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    const { role, userId } = request.principal;
    if (role === 'admin') done();
    else done(userId === null ? errors.signInRequired() : errors.roleRequired('admin'));
  };
  route.onRequest = [...[route.onRequest ?? []].flat(), guard] as NonNullable<RouteOptions['onRequest']>;
}

/**
 * Multipart forms, for routes that spool them (upload.ts). The plugin's hooks are asynchronous and would run for every
 * request, a fifth of what a small answer costs; here they run for forms only.
 */
async function registerForms(app: App): Promise<void> {
  type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  const { addHook } = app;
  const addPlain = addHook.bind(app) as (name: string, hook: unknown) => App;
  const addForForms = (name: string, hook: Hook) =>
    addPlain(name, (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
      if (request.headers['content-type']?.startsWith('multipart/') !== true) return done();
      hook(request, reply).then(() => done(), done);
    });
  app.addHook = addForForms as App['addHook'];
  try {
    await app.register(multipart, { attachFieldsToBody: false });
  } finally {
    app.addHook = addHook;
  }
}

function speakFailures(app: App, surface: Surface, log: Log, table: RouteTable): void {
  app.setErrorHandler((error, request, reply) => {
    const bytesMax = request.routeOptions.bodyLimit ?? surface.bodyBytesMax;
    send(reply, sayFailure(surface, log, error, request, bytesMax));
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = table.methodsOf(request.url);
    if (allowed.length === 0) return send(reply, surface.voice.sayUnknownPath(request));
    reply.header('allow', allowed.join(', '));
    send(reply, surface.voice.sayWrongMethod(request, allowed));
  });
}

/** Text, not an object: the route's answer schemas are not meant for failures. */
function send(reply: FastifyReply, said: SaidError): void {
  const text = JSON.stringify(said.body);
  reply
    .code(said.status)
    .headers({ ...said.headers })
    .type(said.contentType ?? 'application/json; charset=utf-8')
    // As bytes a type of the surface's own stays as it is; to a text Fastify would add a charset.
    .send(said.contentType === undefined ? text : Buffer.from(text));
}

/** HTTP so broken that there is no request: the answer is written by hand, in the dialect all the same. */
function sayBrokenRequest(surface: Surface, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, words, failure] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ([408, 'Request Timeout', errors.requestTimedOut()] as const)
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ([431, 'Request Header Fields Too Large', errors.requestMalformed('its headers are too large')] as const)
        : ([400, 'Bad Request', errors.requestMalformed('it is not HTTP')] as const);
  const id = surface.newRequestId();
  const said = surface.voice.sayError(failure, { id, method: '', url: '' });
  const body = JSON.stringify(said.body);
  const head = [
    `HTTP/1.1 ${status} ${words}`,
    `Content-Type: ${said.contentType ?? 'application/json; charset=utf-8'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-ID: ${id}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Whatever changed something, or failed, is worth a line; of reads that went well the meter tells enough. */
function watchAnswers(app: App, surface: Surface, { log, meter }: ListenerOptions): void {
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const { method } = request;
    const ms = reply.elapsedTime;
    const route = request.routeOptions.url ?? 'unknown';
    meter?.observe({ surface: surface.name, method, route, status, seconds: ms / 1000 });
    if (status >= 400 || !SAFE_METHODS.has(method)) {
      const path = pathOf(request.url);
      const facts = {
        surface: surface.name,
        requestId: requestIdOf(request),
        method,
        path,
        status,
        ms: Math.round(ms * 10) / 10,
      };
      log.info(facts, 'answered');
    }
    done();
  });
}

/** Queries may hold what nobody wants in a log. */
const pathOf = (url: string) => url.split('?', 1)[0];
