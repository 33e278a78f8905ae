/** Predictions on the wire: CSV by default, JSON on request, both streamed (stage1.md 4.2). */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { csvRowsAsJson, readPredictions } from '#services/research/prediction.service.js';
import type { RunListed } from '#services/research/run.service.js';
import type { Stage1Desk } from './desk.js';
import { queryInteger } from './fields.js';
import { goneSignal, sendJsonPieces } from './streaming.js';

export const PredictionQuery = z.object({
  format: z.enum(['csv', 'json']).default('csv'),
  fold: queryInteger(Number.MIN_SAFE_INTEGER).optional(),
  limit: queryInteger(1).optional(),
  offset: queryInteger(0).optional(),
});

export async function sendPredictions(
  desk: Stage1Desk,
  reply: FastifyReply,
  run: RunListed,
  { format, ...selection }: z.output<typeof PredictionQuery>,
): Promise<FastifyReply> {
  const { columns, csv } = await readPredictions(desk, run, selection, goneSignal(reply));
  if (format === 'csv') return reply.type('text/csv; charset=utf-8').send(csv);
  let count = 0;
  const rows = csv.pipe(csvRowsAsJson(() => count++));
  csv.once('error', (error) => rows.destroy(error));
  // A client that goes ends the query too.
  rows.once('close', () => csv.destroy());
  return sendJsonPieces(
    reply,
    toJson(columns, rows, () => count),
  );
}

async function* toJson(
  columns: readonly string[],
  rows: AsyncIterable<Buffer>,
  countOf: () => number,
): AsyncGenerator<string> {
  yield `{"columns":${JSON.stringify(columns)},"dataset":[`;
  for await (const piece of rows) yield piece.toString('latin1');
  yield `],"count":${countOf()}}`;
}
