/**
 * A surface as the kit mounts it: a name, a voice for its errors, its limits, and its routes.
 *
 * A surface is one function of its desk: `stage1Surface(desk)`; the app room builds the desk and hands it in. The kit
 * (listener.ts) gives every surface the same body: request ids, CORS, Origin and Host guard, body, depth and time limits,
 * audit of mutations, /openapi.json, /docs, and error handling that speaks through `voice`.
 */
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
import type { Principal } from '#services/identity/principal.js';

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
}

export interface Voice {
  /** An AppError from the catalogue, or anything unexpected (then a plain 500, nothing of its text). */
  sayError(error: unknown, request: FastifyRequest): SaidError;
  /** The request did not fit its schema. */
  sayFaults(faults: readonly FieldFault[], request: FastifyRequest): SaidError;
  sayUnknownPath(request: FastifyRequest): SaidError;
  sayWrongMethod(request: FastifyRequest, allowed: readonly string[]): SaidError;
}

export interface CorsRule {
  /** `*`, or the exact origins that may call. */
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
  readonly rewriteUrl?: (url: string) => string;
  /** Who asks; may throw errors of identity. Runs before validation of every route that is not open. */
  readonly identify?: (request: FastifyRequest, reply: FastifyReply) => Promise<Principal | undefined>;
  /** Registers the routes, in the order of the specification. */
  routes(app: App): void | Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the surface's `identify`; the local user where the surface has no accounts. */
    principal: Principal;
  }
}
