/** Exports and their manifest (umiki.md 8). */
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { exportShards } from '#services/market/export.service.js';
import { findShard, getManifest, Manifest } from '#services/market/manifest.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { UmikiDesk } from './desk.js';
import { DEFAULT_DATASET, datasetField, dateField, symbolField } from './fields.js';

const ExportPost = z
  .object({
    dataset: datasetField.default(DEFAULT_DATASET),
    symbols: z.array(symbolField).min(1).max(1000),
    force: z.boolean().default(false),
    from: dateField.nullish(),
    to: dateField.nullish(),
  })
  .refine(({ from, to }) => from == null || to == null || from <= to, {
    path: ['from'],
    message: 'from is not after to',
  });

const ExportWire = z.object({
  status: z.enum(['completed', 'running']),
  dataset: z.string(),
  symbols: z.array(z.string()),
  job_id: z.string(),
  n_shards: z.number(),
  n_samples: z.number(),
});

export function exportRoutes(app: App, desk: UmikiDesk): void {
  app.post(
    '/api/export',
    {
      schema: {
        summary: 'Export training shards; waits up to ten seconds',
        body: ExportPost,
        response: { 200: ExportWire, 500: z.object({ detail: z.string() }) },
      },
    },
    async (request, reply) => {
      const { from, to, ...asked } = request.body;
      const answer = await exportShards(desk, { ...asked, from: from ?? undefined, to: to ?? undefined }, app.closing);
      noteAudit(request, { subject: { job_id: answer.jobId } });
      if (answer.status === 'failed') return reply.code(500).send({ detail: answer.error ?? 'the export failed' });
      return {
        status: answer.status,
        dataset: asked.dataset,
        symbols: [...answer.symbols],
        job_id: answer.jobId,
        n_shards: answer.shards,
        n_samples: answer.samples,
      };
    },
  );

  app.get(
    '/api/export/manifest',
    {
      schema: {
        summary: 'The training manifest of a dataset',
        querystring: z.object({ dataset: z.string().optional() }),
        response: { 200: Manifest },
      },
    },
    async ({ query }) => getManifest(desk, query.dataset),
  );

  app.get(
    '/api/export/training/:symbol/:date',
    {
      schema: {
        summary: 'The shard of a day as a file',
        params: z.object({ symbol: symbolField, date: dateField }),
        querystring: z.object({ dataset: datasetField.default(DEFAULT_DATASET) }),
        produces: ['application/vnd.apache.parquet'],
      },
    },
    async ({ params, query }, reply) => {
      const shard = await findShard(desk, { ...params, ...query });
      return reply
        .type('application/vnd.apache.parquet')
        .header('content-disposition', `attachment; filename="${shard.name}"`)
        .header('content-length', shard.bytes)
        .send(createReadStream(shard.path));
    },
  );
}
