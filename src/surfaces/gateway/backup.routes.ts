/** A backup of the whole install as one stream, for `almanac backup` and for admins elsewhere. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type BackupDesk, backUp } from '#services/operations/backup/backup.service.js';
import { PASSPHRASE_CHARS_MIN } from '#services/operations/backup/secrets.js';
import type { App } from '../http/surface.js';

/** Pieces of a file are a mebibyte: one waits while another is sent. */
const AHEAD_BYTES = 2 << 20;

export function backupRoutes(app: App, desk: BackupDesk): void {
  app.post(
    '/api/almanac/backup',
    {
      schema: {
        summary: 'A backup as a tar file; it is whole only when it ends with its trailer',
        body: z.object({
          /** Takes the secrets too, locked with this. */
          passphrase: z.string().min(PASSPHRASE_CHARS_MIN).max(1024).optional(),
        }),
      },
      config: { access: 'admin' },
    },
    async ({ body: { passphrase } }, reply) => {
      const pieces = backUp(desk, passphrase === undefined ? {} : { passphrase });
      // The first piece is awaited, so that what fails at once is still said as an error; what fails later breaks the connection.
      const first = await pieces.next();
      const stream = Readable.from(withFirst(first, pieces), { objectMode: false, highWaterMark: AHEAD_BYTES });
      return reply.type('application/x-tar').send(stream);
    },
  );
}

async function* withFirst(first: IteratorResult<Uint8Array>, rest: AsyncGenerator<Uint8Array>) {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
