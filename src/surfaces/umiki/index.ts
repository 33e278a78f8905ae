/** The umiki surface: order-book data. For now its health; the pipeline's routes come in the order of its contract. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { App, Surface } from '../http/surface.js';
import { UmikiErrorWire, umikiVoice } from './voice.js';

export interface UmikiDesk {
  /** Whether the stores can be opened. */
  readonly isReady: () => Promise<boolean>;
}

/** umiki.md 1. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

export function umikiSurface(desk: UmikiDesk): Surface {
  return {
    name: 'umiki',
    title: 'UMIKI',
    description: 'Order-book data: raw, canonical, derived and training sets, with quality checks, audit and export.',
    voice: umikiVoice,
    errorSchema: UmikiErrorWire,
    cors: { origins: '*', methods: ['GET', 'POST', 'OPTIONS'], allowedHeaders: '*', credentials: false },
    bodyBytesMax: BODY_BYTES_MAX,
    newRequestId: randomUUID,
    acceptsRequestId: (id) => /^[\x21-\x7e]{1,128}$/.test(id),
    readsAnyTypeAsJson: true,
    routes: (app) => healthRoutes(app, desk),
  };
}

function healthRoutes(app: App, desk: UmikiDesk): void {
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
