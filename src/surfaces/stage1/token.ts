/** The one secret of this surface: `X-Stage1-Token`, when auth is on. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { errors } from '#base/errors.js';
import type { Stage1Settings } from './settings.js';

/** Probes of a load balancer carry no token; everything else does (stage1.md 1). */
const OPEN_PATHS = new Set(['/healthz', '/readyz']);

/** Throws tokenInvalid unless the request carries one of the tokens; with auth off, a token is ignored. */
export function tokenGuard({ enableAuth, tokens }: Pick<Stage1Settings, 'enableAuth' | 'tokens'>) {
  const known = tokens.map(digestOf);
  return (request: FastifyRequest): undefined => {
    if (!enableAuth || OPEN_PATHS.has(request.routeOptions.url ?? '')) return undefined;
    const given = request.headers['x-stage1-token'];
    const digest = digestOf(typeof given === 'string' ? given : '');
    // Every token is compared, and digests have equal lengths: the time taken tells nothing.
    const matches = known.filter((token) => timingSafeEqual(token, digest)).length;
    if (matches === 0) throw errors.tokenInvalid();
    return undefined;
  };
}

const digestOf = (token: string) => createHash('sha256').update(token).digest();
