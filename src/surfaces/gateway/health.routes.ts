/** Is it alive, is it ready, how is it doing. */
import { z } from 'zod';
import { checkHealth } from '#services/research/health.service.js';
import type { App } from '../http/surface.js';
import type { GatewayDesk } from './desk.js';

const ReadyWire = z.object({ status: z.literal('ready') });
const NotReadyWire = z.object({ status: z.literal('not ready'), components: z.record(z.string(), z.string()) });
const HealthWire = z.object({
  status: z.enum(['healthy', 'degraded']),
  version: z.string(),
  timestamp: z.string(),
  uptime_s: z.int(),
  components: z.object({ database: z.enum(['ok', 'down']), measurements: z.enum(['ok', 'down']) }),
  measurements_backend: z.string(),
  jobs: z.object({ running: z.int().nullable(), queued: z.int().nullable() }),
  memory_mb: z.int(),
});
const open = { access: 'open' as const };

export function healthRoutes(app: App, desk: GatewayDesk): void {
  app.get(
    '/',
    {
      schema: {
        summary: 'What answers where',
        response: {
          200: z.object({
            name: z.literal('Almanac'),
            version: z.string(),
            documents: z.string(),
            addresses: z.record(z.string(), z.string()),
          }),
        },
      },
      config: open,
    },
    async () => ({ name: 'Almanac' as const, version: desk.version, documents: '/docs', addresses: desk.addresses() }),
  );

  app.get(
    '/healthz',
    {
      schema: { summary: 'The process answers', response: { 200: z.object({ status: z.literal('ok') }) } },
      config: open,
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    { schema: { summary: 'The stores answer', response: { 200: ReadyWire, 503: NotReadyWire } }, config: open },
    async (_request, reply) => {
      const { metadata, timeseries } = await checkHealth(desk.stores);
      if (metadata.ok && timeseries.ok) return { status: 'ready' as const };
      const components = { database: wordOf(metadata.ok), measurements: wordOf(timeseries.ok) };
      return reply.code(503).send({ status: 'not ready' as const, components });
    },
  );

  app.get('/metrics', { schema: { summary: 'Figures for Prometheus' } }, async (_request, reply) =>
    reply.type(desk.metrics.contentType).send(await desk.metrics.render()),
  );

  app.get(
    '/api/almanac/health',
    { schema: { summary: 'How the install is doing', response: { 200: HealthWire } } },
    async () => {
      const { metadata, timeseries, runningJobs, queuedJobs } = await checkHealth(desk.stores);
      const nowMs = desk.clock.nowMs();
      return {
        status: metadata.ok && timeseries.ok ? ('healthy' as const) : ('degraded' as const),
        version: desk.version,
        timestamp: new Date(nowMs).toISOString(),
        uptime_s: Math.max(0, Math.floor((nowMs - desk.startedAtMs) / 1000)),
        components: { database: wordOf(metadata.ok), measurements: wordOf(timeseries.ok) },
        measurements_backend: timeseries.backend,
        jobs: { running: runningJobs, queued: queuedJobs },
        memory_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
      };
    },
  );
}

const wordOf = (isOk: boolean) => (isOk ? ('ok' as const) : ('down' as const));
