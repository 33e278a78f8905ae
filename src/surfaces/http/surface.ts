/**
 * A surface as the kit mounts it: a name, a voice for its errors, its limits, and its routes.
 *
 * A surface is one function of its desk: `stage1Surface(desk)`; the app room builds the desk and hands it in. The kit
 * (listener.ts) gives every surface the same body: request ids, CORS, Origin and Host guard, body, depth and time limits,
 * audit of mutations, /openapi.json, /docs, and error handling that speaks through `voice`.
 */

import type { IncomingMessage } from 'node:http';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { LOCAL_USER, type Principal } from '#services/identity/principal.js';

export { LOCAL_USER };

/** A Fastify instance whose schemas are zod. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export const SURFACE_NAMES = ['gateway', 'umiki', 'sigma', 'stage1', 'forecastlab'] as const;
export type SurfaceName = (typeof SURFACE_NAMES)[number];

/** A failure in the surface's dialect. */
export interface SaidError {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default application/json; charset=utf-8. */
  readonly contentType?: string;
}

/** One field that did not fit its schema, as the kit found it: `location` is query, params, headers or body. */
export interface FieldFault {
  readonly location: 'query' | 'path' | 'headers' | 'body';
  /** Path inside it: ['records', '0', 'quantity']. Empty when the whole body is at fault. */
  readonly path: readonly string[];
  /** True when the field is absent. */
  readonly isMissing: boolean;
  readonly message: string;
  /** What zod found, for dialects that name the fault by type (`int_parsing`, `greater_than_equal`, ...). */
  readonly issue: z.core.$ZodIssue;
  /** What stood there; undefined when it is missing. Only plain values should reach an answer. */
  readonly input: unknown;
}

/** What a voice may look at: also there when a request was too broken to become a Fastify request. */
export type Asked = Pick<FastifyRequest, 'id' | 'method' | 'url'>;

export interface Voice {
  /** An AppError from the catalogue, or anything unexpected (then a plain 500, nothing of its text). */
  sayError(error: unknown, request: Asked): SaidError;
  /** The request did not fit its schema. */
  sayFaults(faults: readonly FieldFault[], request: Asked): SaidError;
  sayUnknownPath(request: Asked): SaidError;
  sayWrongMethod(request: Asked, allowed: readonly string[]): SaidError;
}

export interface CorsRule {
  /** `*`, or the exact origins that may call; the entry `loopback` stands for every origin of this machine. */
  readonly origins: '*' | readonly string[];
  readonly methods: readonly string[];
  readonly allowedHeaders: '*' | readonly string[];
  readonly exposedHeaders?: readonly string[];
  readonly credentials: boolean;
}

export interface Surface {
  readonly name: SurfaceName;
  readonly title: string;
  readonly description: string;
  readonly voice: Voice;
  readonly cors: CorsRule;
  readonly bodyBytesMax: number;
  /** The request id this surface gives when the client sent no acceptable one. */
  readonly newRequestId: () => string;
  readonly acceptsRequestId: (id: string) => boolean;
  /** Sigma's other prefixes: rewritten before routing, so that every handler stands once. */
  readonly rewriteUrl?: (url: string, raw: IncomingMessage) => string;
  /**
   * Who asks; may throw errors of identity. Runs first on every request, unknown paths and open routes included
   * (`request.routeOptions.config.access` tells), and may set headers on the reply. Undefined means the local user.
   */
  readonly identify?: (
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<Principal | undefined> | Principal | undefined;
  /** Bodies of any content type, or of none, are read as JSON (multipart excepted). Default: only JSON, forms, or no type. */
  readonly readsAnyTypeAsJson?: boolean;
  /** How this surface's errors look in /openapi.json. */
  readonly errorSchema?: z.ZodType;
  /** Registers the routes, in the order of the specification. */
  routes(app: App): void | Promise<void>;
}

/** What a route may say about itself, under `config`. */
export interface RouteConfig {
  /** Who may call. `open`: no sign-in ever; `admin`: 401 without a sign-in, 403 without the role. Default `user`. */
  readonly access?: 'open' | 'user' | 'admin';
  /** `none`: a POST that changes nothing (a query). Default: every POST, PUT, PATCH and DELETE gets an audit row. */
  readonly audit?: 'none';
  /** The word for the audit's `action`; default `<METHOD> <route>`. */
  readonly action?: string;
  /** `raw`: the handler gets no parsed body; it calls spoolBody (upload.ts). Default `parsed`. */
  readonly body?: 'parsed' | 'raw';
  /** Integers beyond 2^53 in a JSON body: refused, or handed to the schema as text with every digit. Default `refuse`. */
  readonly bigIntegers?: 'refuse' | 'text';
  /** Sigma's `Idempotency-Key` holds here. */
  readonly idempotent?: boolean;
  /** Never rate-limited (sigma's health). */
  readonly unlimited?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the surface's `identify`; the local user where the surface has no accounts. */
    principal: Principal;
  }
  interface FastifyContextConfig extends RouteConfig {}
}
