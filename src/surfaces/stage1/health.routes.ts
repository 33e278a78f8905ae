/** Is it up, can it work, and since when (stage1.md 2). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { checkHealth } from '#services/research/health.service.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { HealthWire, toHealthWire } from './health.wire.js';
import type { Stage1Settings } from './settings.js';

export function healthRoutes(app: App, desk: Stage1Desk, settings: Stage1Settings): void {
  app.get(
    '/healthz',
    {
      config: { access: 'open' },
      schema: { summary: 'Alive', response: { 200: z.object({ status: z.literal('ok') }) } },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: { summary: 'Both stores can be opened', response: { 200: z.object({ status: z.literal('ready') }) } },
    },
    async () => {
      const { metadata, timeseries } = await checkHealth(desk);
      if (!metadata.ok) throw errors.notReady('metadata store');
      if (!timeseries.ok) throw errors.notReady('time-series store');
      return { status: 'ready' as const };
    },
  );

  app.get('/api/health', { schema: { summary: 'Health in detail', response: { 200: HealthWire } } }, async () =>
    toHealthWire(await checkHealth(desk), desk.clock.nowMs(), settings),
  );
}
