/** The rows of a dataset: append, read, where they begin and end (stage1.md 3.3). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { getDataset } from '#services/research/dataset.service.js';
import { appendRows, getRows, type RowKind } from '#services/research/dataset-rows.service.js';
import type { App } from '../http/surface.js';
import { ManifestWire, toManifestWire } from './dataset.wire.js';
import { AppendedWire, AppendPost, IndexMapWire, indexMapToJson, RowsWire, rowsToJson } from './dataset-rows.wire.js';
import type { Stage1Desk } from './desk.js';
import { IdParams, queryFlag, queryInteger } from './fields.js';
import { done } from './page.wire.js';
import { asAnswer, sendJsonPieces } from './streaming.js';

/** stage1.md 3.3. */
const INDEX_SPAN_MAX = 100_000;

const KINDS = { ohlcv: 'ohlcv', indicators: 'indicator' } as const satisfies Record<string, RowKind>;

const SliceQuery = z.object({
  /** Default all. */
  limit: queryInteger(1).optional(),
  offset: queryInteger(0).default(0),
  desc: queryFlag.default(false),
});

const IndexQuery = z.object({
  start_idx: queryInteger(0).default(0),
  end_idx: queryInteger(0).optional(),
  type: z.enum(['indicator', 'ohlcv']).default('indicator'),
});

export function datasetRowsRoutes(app: App, desk: Stage1Desk): void {
  for (const [noun, kind] of Object.entries(KINDS)) {
    app.post(
      `/api/datasets/:id/${noun}/append`,
      {
        schema: {
          summary: `Append ${noun} rows; a row of a known time replaces it`,
          params: IdParams,
          body: AppendPost,
          response: { 200: AppendedWire },
        },
      },
      async ({ params, body }) => {
        const { rows, measurement, report } = await appendRows(desk, {
          dataset: params.id,
          kind,
          // They came out of a JSON body.
          rows: body.rows as JsonObject[],
          timestampUnit: body.timestamp_unit,
        });
        return {
          ...done(`${rows} rows appended to ${measurement}`),
          rows_appended: rows,
          measurement,
          rows_inserted: report.rowsInserted,
          rows_updated: report.rowsUpdated,
        };
      },
    );
  }

  for (const [noun, kind] of Object.entries(KINDS)) {
    app.get(
      `/api/datasets/:id/${noun}`,
      {
        schema: {
          summary: `The ${noun} rows in time order`,
          params: IdParams,
          querystring: SliceQuery,
          response: { 200: RowsWire },
        },
      },
      async ({ params, query: { limit, offset, desc } }, reply) => {
        const rows = await getRows(desk, { dataset: params.id, kind, slice: { limit, offset, descending: desc } });
        return asAnswer(await sendJsonPieces(reply, rowsToJson(rows)));
      },
    );
  }

  app.get(
    '/api/datasets/:id/manifest',
    { schema: { summary: 'What an export of the dataset holds', params: IdParams, response: { 200: ManifestWire } } },
    async ({ params }) => toManifestWire(await getDataset(desk, params.id), desk.clock.nowMs()),
  );

  app.get(
    '/api/datasets/:id/index_map',
    {
      schema: {
        summary: 'The time of every row index in a range',
        params: IdParams,
        querystring: IndexQuery,
        response: { 200: IndexMapWire },
      },
    },
    async ({ params, query: { start_idx: start, end_idx: end, type } }, reply) => {
      const rows = await getRows(desk, { dataset: params.id, kind: type, slice: indexSlice(start, end) });
      return asAnswer(await sendJsonPieces(reply, indexMapToJson(rows, start)));
    },
  );
}

/** Half-open; without an end as many as one answer may hold. */
function indexSlice(start: number, end = start + INDEX_SPAN_MAX) {
  if (end < start) throw errors.invalidParameter('end_idx', 'it is before start_idx');
  if (end - start > INDEX_SPAN_MAX) throw errors.invalidParameter('end_idx', `at most ${INDEX_SPAN_MAX} rows at once`);
  return { limit: end - start, offset: start, descending: false };
}
