/** Read-only SQL over the measurements, as JSON and as CSV (stage1.md 6.3-6.5). */
import { z } from 'zod';
import { exportQuery, runQuery } from '#services/research/measurement.service.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { QueryPost, QueryWire, queryToJson } from './query.wire.js';
import type { Stage1Settings } from './settings.js';
import { asAnswer, goneSignal, sendJsonPieces } from './streaming.js';

const ExportQuery = z.object({
  filename: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/)
    .default('export.csv'),
});

export function queryRoutes(
  app: App,
  desk: Stage1Desk,
  settings: Pick<Stage1Settings, 'queryRowsMax' | 'queryTimeoutMs'>,
): void {
  app.post(
    '/api/questdb/query',
    { config: { audit: 'none' }, schema: { summary: 'Run a query', body: QueryPost, response: { 200: QueryWire } } },
    async ({ body: { sql, limit, timeout_ms } }, reply) => {
      const result = await runQuery(desk, sql, {
        rowsMax: limit ?? settings.queryRowsMax,
        timeoutMs: timeout_ms ?? settings.queryTimeoutMs,
        signal: goneSignal(reply),
      });
      return asAnswer(await sendJsonPieces(reply, queryToJson(sql, result)));
    },
  );

  app.post(
    '/api/questdb/export',
    {
      config: { audit: 'none' },
      schema: {
        summary: 'The answer of a query as a CSV file',
        body: QueryPost,
        querystring: ExportQuery,
        produces: ['text/csv'],
      },
    },
    async ({ body: { sql }, query: { filename } }, reply) => {
      const csv = await exportQuery(desk, sql, goneSignal(reply));
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${filename}"`)
        .send(csv);
    },
  );
}
