/** The forecastlab surface: retail demand. For now its health; the other routes come in the order of its contract. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { App, Surface } from '../http/surface.js';
import { forecastlabVoice, ProblemWire } from './voice.js';

export interface ForecastlabDesk {
  /** Whether the database answers. */
  readonly isReady: () => Promise<boolean>;
  /** CORS_ORIGINS; the development origins of the original by default. */
  readonly corsOrigins: readonly string[] | '*';
}

const BODY_BYTES_MAX = 64 * 1024 * 1024;

export function forecastlabSurface(desk: ForecastlabDesk): Surface {
  return {
    name: 'forecastlab',
    title: 'ForecastLab',
    description:
      'Retail demand: ingest, analytics, features, forecasts, backtests, scenarios, registry, RAG and agents.',
    voice: forecastlabVoice,
    errorSchema: ProblemWire,
    cors: {
      origins: desk.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      allowedHeaders: '*',
      credentials: desk.corsOrigins !== '*',
    },
    bodyBytesMax: BODY_BYTES_MAX,
    newRequestId: randomUUID,
    acceptsRequestId: (id) => /^[\x21-\x7e]{1,128}$/.test(id),
    readsAnyTypeAsJson: true,
    routes: (app) => healthRoutes(app, desk),
  };
}

function healthRoutes(app: App, desk: ForecastlabDesk): void {
  app.get(
    '/health',
    {
      schema: { summary: 'The process answers', response: { 200: z.object({ status: z.literal('ok') }) } },
      config: { access: 'open' },
    },
    async () => ({ status: 'ok' as const }),
  );
  app.get(
    '/health/ready',
    {
      schema: {
        summary: 'The database answers',
        response: {
          200: z.object({ status: z.literal('ok'), database: z.literal('connected') }),
          503: z.object({ status: z.literal('unhealthy'), database: z.literal('disconnected') }),
        },
      },
      config: { access: 'open' },
    },
    async (_request, reply) =>
      (await desk.isReady())
        ? { status: 'ok' as const, database: 'connected' as const }
        : reply.code(503).send({ status: 'unhealthy' as const, database: 'disconnected' as const }),
  );
}
