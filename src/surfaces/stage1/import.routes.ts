/** CSV imports, as a job and at once (stage1.md 6.7, 6.8). */
import { errors } from '#base/errors.js';
import { importNow, sendImport } from '#services/research/import.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { ImportPost, ImportQuery, ImportResultWire, ImportSentWire, readImport } from './import.wire.js';
import type { Stage1Settings } from './settings.js';

export function importRoutes(
  app: App,
  desk: Stage1Desk,
  settings: Pick<Stage1Settings, 'directImport' | 'uploadBytesMax' | 'bodyBytesMax'>,
): void {
  const upload = { bodyLimit: settings.uploadBytesMax, config: { body: 'raw' as const }, validatorCompiler: asItComes };
  const taken = {
    consumes: ['application/json', 'multipart/form-data', 'text/csv'],
    querystring: ImportQuery,
    body: ImportPost,
  };
  const room = { uploadDir: desk.uploadDir, jsonBytesMax: settings.bodyBytesMax };

  app.post(
    '/api/questdb/import/async',
    {
      ...upload,
      schema: {
        summary: 'Import a CSV as a job: JSON {measurement, data}, multipart/form-data, or text/csv',
        ...taken,
        response: { 202: ImportSentWire },
      },
    },
    async (request, reply) => {
      const job = await sendImport(desk, await readImport(request, room));
      noteAudit(request, { subject: { job_id: job.id, ...job.subject } });
      return reply.code(202).send({
        job_id: job.id,
        status: 'PENDING',
        message: `Import job created. Poll /api/jobs/${job.id} for status.`,
        poll_url: `/api/jobs/${job.id}`,
      });
    },
  );

  app.post(
    '/api/questdb/import',
    {
      ...upload,
      schema: {
        summary: 'Import a small CSV before answering',
        ...taken,
        response: { 200: ImportResultWire },
      },
    },
    async (request) => {
      if (!settings.directImport) throw errors.directImportOff();
      const input = await readImport(request, room);
      noteAudit(request, { subject: { measurement: input.measurement } });
      return importNow(desk, input);
    },
  );
}

/** The schemas are for the document: the body is a stream here, and is checked when it has been read. */
const asItComes = () => (data: unknown) => ({ value: data });
