/** Whether the store answers (umiki.md 2). */
import { z } from 'zod';
import type { App } from '../http/surface.js';
import type { UmikiDesk } from './desk.js';

export function healthRoutes(app: App, desk: Pick<UmikiDesk, 'isReady'>): void {
  app.get(
    '/api/health',
    {
      schema: {
        summary: 'Whether the store can be opened',
        response: { 200: z.object({ status: z.literal('ok') }), 503: z.object({ status: z.literal('unavailable') }) },
      },
      config: { access: 'open' },
    },
    async (_request, reply) =>
      (await desk.isReady()) ? { status: 'ok' as const } : reply.code(503).send({ status: 'unavailable' as const }),
  );
}
