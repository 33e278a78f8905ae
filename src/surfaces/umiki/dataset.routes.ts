/** The files of the zones (umiki.md 5). */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { getZoneFile, getZoneFiles, reconcile } from '#services/market/registry.service.js';
import { takeUpload } from '#services/market/upload.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import {
  DatasetDetailWire,
  DatasetQuery,
  DatasetWire,
  RescanWire,
  toDatasetDetailWire,
  toDatasetWire,
  UploadQuery,
} from './dataset.wire.js';
import type { UmikiDesk } from './desk.js';
import { IdParams } from './fields.js';

/** umiki.md 5. */
const UPLOAD_BYTES_MAX = 8 * 1024 * 1024 * 1024;

export function datasetRoutes(app: App, desk: UmikiDesk): void {
  app.get(
    '/api/datasets',
    {
      schema: {
        summary: 'Files of the zones, by symbol, date, zone and kind',
        querystring: DatasetQuery,
        response: { 200: z.array(DatasetWire) },
      },
    },
    async ({ query: { limit, offset, ...filter } }) =>
      (await getZoneFiles(desk, filter, { limit, offset })).map(toDatasetWire),
  );

  app.get(
    '/api/datasets/:id',
    { schema: { summary: 'One file with its lineage', params: IdParams, response: { 200: DatasetDetailWire } } },
    async ({ params }) => toDatasetDetailWire(await getZoneFile(desk, params.id)),
  );

  app.post(
    '/api/datasets/rescan',
    { schema: { summary: 'Hold the registry against the disk', response: { 200: RescanWire } } },
    async () => reconcile(desk),
  );

  app.post(
    '/api/datasets/upload',
    {
      bodyLimit: UPLOAD_BYTES_MAX,
      config: { body: 'raw' },
      schema: {
        summary: 'Send a raw DBN file of one symbol and date',
        consumes: ['application/octet-stream'],
        querystring: UploadQuery,
        response: { 200: DatasetDetailWire },
      },
    },
    async (request) => {
      const { force, ...day } = request.query;
      const path = await spooled(desk, request.body);
      const file = await takeUpload(desk, day, { path, force });
      noteAudit(request, { subject: { dataset_id: file.id, sha256: file.sha256 } });
      return toDatasetDetailWire(file);
    },
  );
}

/** To a file while it arrives; an empty body is an empty file, which is refused as what it is. */
async function spooled(desk: UmikiDesk, body: unknown): Promise<string> {
  await mkdir(desk.uploadDir, { recursive: true });
  const path = join(desk.uploadDir, `upload-${desk.ids.uuid()}`);
  try {
    const from = body instanceof Readable ? body : Readable.from([]);
    await pipeline(from, createWriteStream(path, { flags: 'wx', highWaterMark: 1024 * 1024 }));
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
