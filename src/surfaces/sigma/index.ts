/** Sigma: packs, models, matrices without leaks, trainings, backtests, sweeps, an honest leaderboard. Routes in the order of sigma.md 29. */
import { z } from 'zod';
import { base32Id } from '../http/request-id.js';
import type { Surface } from '../http/surface.js';
import { authRoutes } from './auth.routes.js';
import { backtestRoutes } from './backtest.routes.js';
import { barRoutes } from './bars.routes.js';
import type { SigmaDesk } from './desk.js';
import { healthRoutes } from './health.routes.js';
import { replayRepeatedRequests } from './idempotency.js';
import { identifySigma, type SigmaIdentity } from './identify.js';
import { indicatorRoutes } from './indicator.routes.js';
import { jobRoutes } from './job.routes.js';
import { leaderboardRoutes } from './leaderboard.routes.js';
import { matrixRoutes } from './matrix.routes.js';
import { modelRoutes } from './model.routes.js';
import { rewriteSigmaUrl } from './mount.js';
import { packRoutes } from './pack.routes.js';
import { policyRoutes } from './policy.routes.js';
import { createRateLimiter } from './rate-limit.js';
import { BODY_BYTES_MAX, type SigmaSettings } from './settings.js';
import { sweepRoutes } from './sweep.routes.js';
import { trainRoutes } from './train.routes.js';
import { SigmaErrorWire, sigmaVoice } from './voice.js';

export type { SigmaDesk } from './desk.js';
export type { SigmaSettings } from './settings.js';

export function sigmaSurface(desk: SigmaDesk, settings: SigmaSettings): Surface {
  const limiter = createRateLimiter({ clock: desk.clock, isEnforced: settings.isRateLimited });
  const identity: SigmaIdentity = {
    identity: desk.identity,
    rootMode: settings.rootMode,
    localTier: settings.localTier,
    limiter,
  };
  return {
    name: 'sigma',
    title: 'Sigma Lab',
    description: 'Strategy lab: packs, models, matrices, trainings, backtests, sweeps and the leaderboard.',
    voice: sigmaVoice,
    errorSchema: SigmaErrorWire,
    cors: {
      origins: settings.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      allowedHeaders: [
        'Authorization',
        'Content-Type',
        'Idempotency-Key',
        'If-Match',
        'Prefer',
        'X-API-Key',
        'X-Admin-Token',
        'X-Request-ID',
      ],
      exposedHeaders: [
        'Location',
        'Retry-After',
        'Preference-Applied',
        'Idempotent-Replayed',
        'X-RateLimit-Limit',
        'X-RateLimit-Remaining',
        'X-RateLimit-Reset',
      ],
      credentials: false,
    },
    bodyBytesMax: BODY_BYTES_MAX,
    newRequestId: () => base32Id('req_', 12),
    acceptsRequestId: (id) => /^[A-Za-z0-9_-]{1,64}$/.test(id),
    rewriteUrl: rewriteSigmaUrl,
    identify: identifySigma(identity),
    routes(app) {
      replayRepeatedRequests(app, desk);
      const endpoints = listEndpoints(app);
      app.get(
        '/',
        {
          schema: {
            summary: 'What this is, and its endpoints',
            response: {
              200: z.object({
                ok: z.literal(true),
                name: z.string(),
                version: z.string(),
                endpoints: z.array(z.string()),
              }),
            },
          },
          config: { access: 'open' },
        },
        async () => ({
          ok: true as const,
          name: 'Sigmatiq Sigma API',
          version: settings.version,
          endpoints: [...endpoints],
        }),
      );
      authRoutes(app, desk.identity);
      modelRoutes(app, desk);
      packRoutes(app, desk);
      barRoutes(app, desk, settings);
      matrixRoutes(app, desk);
      trainRoutes(app, desk);
      backtestRoutes(app, desk);
      sweepRoutes(app, desk);
      leaderboardRoutes(app, desk);
      indicatorRoutes(app, desk);
      policyRoutes(app, desk);
      healthRoutes(app, desk, settings, identity);
      jobRoutes(app, desk);
    },
  };
}

/** Filled as the routes are registered, so the list cannot lack one. */
function listEndpoints(app: Parameters<Surface['routes']>[0]): Set<string> {
  const endpoints = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD' && one !== 'OPTIONS') endpoints.add(`${one} ${url}`);
  });
  return endpoints;
}
