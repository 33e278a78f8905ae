/** Who asks Sigma (contract 1.1, 2, 3): proof by mount, and the request limits with their headers on every answer. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from '#base/errors.js';
import type { IdentityDesk } from '#services/identity/desk.js';
import type { Principal } from '#services/identity/principal.js';
import { findPrincipal } from '#services/identity/sign-in.service.js';
import type { Surface } from '../http/surface.js';
import { mountOf } from './mount.js';
import { RATE_LIMITS, type RateLimiter, type RateLimits } from './rate-limit.js';

export interface SigmaIdentity {
  readonly identity: IdentityDesk;
  /** ALMANAC_AUTH: whether `/api` and the root need a sign-in as `/api/v1` always does. */
  readonly rootMode: 'optional' | 'required';
  /** ALMANAC_LOCAL_TIER: the tier of callers without a sign-in where none is needed. */
  readonly localTier: Principal['tier'];
  readonly limiter: RateLimiter;
  /** An admin's own limits for a user (PATCH /quotas); absent or undefined: those of the tier. */
  readonly limitsOf?: (principal: Principal) => Promise<RateLimits | undefined>;
}

/** For `Surface.identify`. Limits come first, so that a refused token cannot be guessed for free and shows its headers. */
export function identifySigma(desk: SigmaIdentity): NonNullable<Surface['identify']> {
  return async (request, reply) => {
    const { config } = request.routeOptions;
    const { principal, failure } = await proofOf(desk, request);
    if (config.unlimited !== true) await countRequest(desk, request, reply, principal);
    if (failure !== undefined) throw failure;
    if (principal !== undefined) return principal;
    if (config.access !== 'open' && needsSignIn(desk, request)) throw errors.signInRequired();
    return localPrincipal(desk);
  };
}

/** For an open route that is only open without a query (`GET /healthz?ticker=`): as if it were not open. */
export function requireSignIn(desk: SigmaIdentity, request: FastifyRequest): void {
  const { userId, role } = request.principal;
  if (userId === null && role !== 'admin' && needsSignIn(desk, request)) throw errors.signInRequired();
}

async function proofOf(
  desk: SigmaIdentity,
  { headers }: FastifyRequest,
): Promise<{ principal?: Principal; failure?: unknown }> {
  try {
    const principal = await findPrincipal(desk.identity, {
      authorization: headers.authorization,
      apiKey: one(headers['x-api-key']),
      adminToken: one(headers['x-admin-token']),
    });
    return principal === undefined ? {} : { principal };
  } catch (failure) {
    return { failure };
  }
}

async function countRequest(
  desk: SigmaIdentity,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal | undefined,
): Promise<void> {
  const own = principal && (await desk.limitsOf?.(principal));
  const tier = principal?.tier ?? (needsSignIn(desk, request) ? 'free' : desk.localTier);
  const caller = principal?.userId ?? `address ${request.ip}`;
  const verdict = desk.limiter.take(caller, own ?? RATE_LIMITS[tier]);
  if (verdict === undefined) return;
  const { limit, remaining, resetsAtS, windowS, retryAfterS, isAllowed } = verdict;
  reply.header('x-ratelimit-limit', String(limit));
  reply.header('x-ratelimit-remaining', String(remaining));
  reply.header('x-ratelimit-reset', String(resetsAtS));
  if (!isAllowed) throw errors.rateLimited({ limit, windowS, retryAfterS });
}

const needsSignIn = ({ rootMode }: SigmaIdentity, request: FastifyRequest) =>
  rootMode === 'required' || mountOf(request.raw) === '/api/v1';

const localPrincipal = ({ localTier }: SigmaIdentity): Principal => ({
  userId: null,
  name: 'local',
  role: 'user',
  tier: localTier,
});

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
