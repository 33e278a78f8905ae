/** Paths of older clients, with answers in their older shapes: bare lists, nested runs (stage1.md 4.2). */
import { z } from 'zod';
import { type DatasetView, getDataset, getDatasets } from '#services/research/dataset.service.js';
import { getRun, getRuns } from '#services/research/run.service.js';
import { getSimulation, getSimulations } from '#services/research/simulation.service.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { IdParams, pageFields } from './fields.js';
import { FoldWire } from './fold.wire.js';
import { RunItemWire, toRunItemWire, toRunWire } from './run.wire.js';
import { SimulationItemWire, toBucketWire, toSimulationItemWire } from './simulation.wire.js';
import { isoZ } from './times.js';

const PageQuery = z.object(pageFields(1000));

const IndicatorDatasetWire = z.looseObject({ dataset_id: z.string(), symbol: z.string(), questdb_tag: z.string() });

const toIndicatorDatasetWire = (dataset: DatasetView): z.infer<typeof IndicatorDatasetWire> => ({
  dataset_id: dataset.datasetId,
  symbol: dataset.symbol,
  granularity: dataset.granularity,
  source: dataset.source,
  questdb_tag: dataset.indicatorMeasurement,
  row_count: dataset.indicator.rowCount,
  first_bar_ts: dataset.indicator.firstTsUs,
  last_bar_ts: dataset.indicator.lastTsUs,
  created_at: isoZ(dataset.createdAtMs),
});

export function aliasRoutes(app: App, desk: Stage1Desk): void {
  app.get(
    '/api/walkforward/runs',
    { schema: { summary: 'Runs as a bare list', querystring: PageQuery, response: { 200: z.array(RunItemWire) } } },
    async ({ query }) => (await getRuns(desk, {}, query)).items.map(toRunItemWire),
  );

  app.get(
    '/api/walkforward/runs/:id',
    {
      schema: {
        summary: 'A run beside its folds',
        params: IdParams,
        response: { 200: z.object({ run: RunItemWire, folds: z.array(FoldWire) }) },
      },
    },
    async ({ params }) => {
      const run = await getRun(desk, params.id);
      return { run: toRunItemWire(run), folds: toRunWire(run, 0, false).folds };
    },
  );

  app.get(
    '/api/indicators/datasets',
    {
      schema: {
        summary: 'Datasets as a bare list, with their indicator rows',
        querystring: PageQuery,
        response: { 200: z.array(IndicatorDatasetWire) },
      },
    },
    async ({ query }) => (await getDatasets(desk, {}, query)).items.map(toIndicatorDatasetWire),
  );

  app.get(
    '/api/indicators/datasets/:id',
    { schema: { summary: 'One of them', params: IdParams, response: { 200: IndicatorDatasetWire } } },
    async ({ params }) => toIndicatorDatasetWire(await getDataset(desk, params.id)),
  );

  app.get(
    '/api/tradesim/runs',
    {
      schema: {
        summary: 'Simulations as a bare list',
        querystring: PageQuery,
        response: { 200: z.array(SimulationItemWire) },
      },
    },
    async ({ query }) => (await getSimulations(desk, {}, query)).items.map(toSimulationItemWire),
  );

  app.get(
    '/api/tradesim/runs/:id',
    {
      schema: {
        summary: 'A simulation beside its buckets',
        params: IdParams,
        response: { 200: z.object({ run: SimulationItemWire, buckets: z.array(z.looseObject({})) }) },
      },
    },
    async ({ params }) => {
      const simulation = await getSimulation(desk, params.id);
      return { run: toSimulationItemWire(simulation), buckets: simulation.buckets.map(toBucketWire) };
    },
  );
}
