/** Datasets (stage1.md 3.2). */
import { z } from 'zod';
import { getDataset, getDatasets, removeDataset, saveDataset } from '#services/research/dataset.service.js';
import { getRunsOfDataset } from '#services/research/run.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import { DatasetPost, DatasetWire, toDatasetToSave, toDatasetWire } from './dataset.wire.js';
import type { Stage1Desk } from './desk.js';
import { IdParams, pageFields, queryFlag } from './fields.js';
import { DoneWire, done, pageWire, toPageWire } from './page.wire.js';
import { RunItemWire, toRunItemWire } from './run.wire.js';

const DatasetQuery = z.object({
  ...pageFields(50),
  symbol: z.string().optional(),
  /** Part of the slug. */
  search: z.string().optional(),
});

export function datasetRoutes(app: App, desk: Stage1Desk): void {
  app.get(
    '/api/datasets',
    {
      schema: {
        summary: 'All datasets',
        querystring: DatasetQuery,
        response: { 200: pageWire('datasets', DatasetWire) },
      },
    },
    async ({ query }) => toPageWire('datasets', await getDatasets(desk, query, query), query, toDatasetWire),
  );

  app.get(
    '/api/datasets/:id',
    { schema: { summary: 'One dataset, by id or slug', params: IdParams, response: { 200: DatasetWire } } },
    async ({ params }) => toDatasetWire(await getDataset(desk, params.id)),
  );

  app.post(
    '/api/datasets',
    { schema: { summary: 'Create or update a dataset', body: DatasetPost, response: { 201: DoneWire } } },
    async (request, reply) => {
      const { datasetId, created } = await saveDataset(desk, toDatasetToSave(request.body));
      noteAudit(request, { subject: { dataset_id: datasetId } });
      const message = created ? 'Dataset created successfully' : 'Dataset updated successfully';
      return reply.code(201).send({ ...done(message), dataset_id: datasetId, created });
    },
  );

  app.get(
    '/api/datasets/:id/runs',
    {
      schema: {
        summary: 'The runs of a dataset',
        params: IdParams,
        querystring: z.object(pageFields(50)),
        response: { 200: pageWire('runs', RunItemWire) },
      },
    },
    async ({ params, query }) =>
      toPageWire('runs', await getRunsOfDataset(desk, params.id, query), query, toRunItemWire),
  );

  app.delete(
    '/api/datasets/:id',
    {
      schema: {
        summary: 'Delete a dataset; its measurements stay',
        params: IdParams,
        querystring: z.object({ cascade: queryFlag.default(false) }),
        response: { 200: DoneWire },
      },
    },
    async ({ params, query }) => {
      const datasetId = await removeDataset(desk, params.id, query);
      return { ...done('Dataset deleted successfully'), dataset_id: datasetId };
    },
  );
}
