/** What a job says, line by line as text frames, until it ends (umiki.md 3): for clients that listened to the original so. */
import { setTimeout as sleep } from 'node:timers/promises';
import websocket from '@fastify/websocket';
import { isFinal } from '#jobs/job.js';
import { readPipelineLog } from '#services/market/pipeline.service.js';
import type { App } from '../http/surface.js';
import type { UmikiDesk } from './desk.js';
import { IdParams, iso } from './fields.js';

/** Listeners say nothing. */
const FRAME_BYTES_MAX = 1024;
const LOOK_EVERY_MS = 250;
/** Who reads no further than this is cut off. */
const UNREAD_BYTES_MAX = 1024 * 1024;

const CLOSE = { normal: 1000, refused: 1008, restarting: 1012 } as const;

export async function jobLogSocket(app: App, desk: UmikiDesk): Promise<void> {
  await app.register(websocket, { options: { maxPayload: FRAME_BYTES_MAX } });
  app.route({
    method: 'GET',
    url: '/ws/jobs/:id/logs',
    exposeHeadRoute: false,
    schema: { hide: true, params: IdParams },
    // To whoever does not ask for a socket there is nothing here.
    handler: (_request, reply) => reply.code(404).send({ detail: 'Not Found' }),
    async wsHandler(socket, { params }) {
      const { id } = IdParams.parse(params);
      // A peer that breaks the protocol is told so by the library, and is gone then.
      socket.on('error', () => socket.terminate());
      let after = 0;
      while (socket.readyState === socket.OPEN) {
        if (app.closing.aborted) return socket.close(CLOSE.restarting);
        const said = await readPipelineLog(desk, id, after).catch(() => undefined);
        if (said === undefined) return socket.close(CLOSE.refused, 'Job not found');
        for (const { tsMs, level, message } of said.lines) socket.send(`${iso(tsMs)} ${level} ${message}`);
        after = said.lines.at(-1)?.lineId ?? after;
        if (socket.bufferedAmount > UNREAD_BYTES_MAX) return socket.terminate();
        if (isFinal(said.job.status) && said.lines.length === 0) return socket.close(CLOSE.normal);
        await sleep(LOOK_EVERY_MS);
      }
    },
  });
}
