/** Walk-forward runs (stage1.md 4.2). */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { recalledOfRuns, recallOfRuns } from '#services/research/recall-run.js';
import { getRun, getRunListed, getRuns, removeRun } from '#services/research/run.service.js';
import { saveRunWithPredictions } from '#services/research/run-with-predictions.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { IdParams, LIMIT_MAX, pageFields, queryFlag, queryInteger } from './fields.js';
import { DoneWire, done, pageWire, toPageWire } from './page.wire.js';
import { PredictionQuery, sendPredictions } from './prediction.wire.js';
import { RunItemWire, RunPost, RunWire, readRunPost, toRunItemWire, toRunWire } from './run.wire.js';
import { asAnswer, sendJsonText } from './streaming.js';

const RunQuery = z.object({
  ...pageFields(50),
  dataset_id: z.string().optional(),
  status: z.string().optional(),
  measurement: z.string().optional(),
  /** Part of the run id, the dataset's slug or the target column. */
  search: z.string().optional(),
});

const FoldQuery = z.object({
  /** Default all folds. */
  fold_limit: queryInteger(1, LIMIT_MAX).optional(),
  fold_offset: queryInteger(0).optional(),
  download_predictions: queryFlag.default(false),
});

export function runRoutes(app: App, desk: Stage1Desk): void {
  app.get(
    '/api/runs',
    {
      schema: {
        summary: 'Runs, newest first',
        querystring: RunQuery,
        response: { 200: pageWire('runs', RunItemWire) },
      },
    },
    async ({ query: { dataset_id: datasetId, status, measurement, search, ...page } }) => {
      const filter = { datasetId, status, measurement, search };
      return toPageWire('runs', await getRuns(desk, filter, page), page, toRunItemWire);
    },
  );

  app.get(
    '/api/runs/:id',
    {
      schema: {
        summary: 'One run with its folds',
        params: IdParams,
        querystring: FoldQuery,
        response: { 200: RunWire },
      },
    },
    ({ params: { id }, query: { fold_limit: limit, fold_offset: offset, download_predictions } }, reply) => {
      if (download_predictions) return sendAllPredictions(desk, reply, id);
      const key = JSON.stringify([id, limit, offset]);
      const known = recalledOfRuns(desk, key);
      if (known !== undefined) return asAnswer(sendJsonText(reply, known));
      const isPaged = limit !== undefined || offset !== undefined;
      const page = { offset: offset ?? 0, ...(limit === undefined ? {} : { limit }) };
      // The text and not the object: a run of hundreds of folds is written once for all who ask until it changes.
      const making = recallOfRuns(desk, key, async () =>
        encodeLong(JSON.stringify(toRunWire(await getRun(desk, id, page), page.offset, isPaged))),
      );
      return making.then((text) => asAnswer(sendJsonText(reply, text)));
    },
  );

  app.post(
    '/api/runs',
    { schema: { summary: 'Create a run, or replace it', body: RunPost, response: { 201: DoneWire } } },
    async (request, reply) => {
      const { run, predictionsCsv } = await readRunPost(request.body);
      const saved = await saveRunWithPredictions(desk, run, predictionsCsv);
      noteAudit(request, { subject: { run_id: saved.runId } });
      return reply.code(201).send({
        ...done('Run created successfully'),
        run_id: saved.runId,
        prediction_measurement: saved.predictionMeasurement,
        folds_written: saved.foldsWritten,
        questdb_rows_written: saved.predictionRowsWritten,
      });
    },
  );

  app.get(
    '/api/runs/:id/predictions',
    {
      schema: {
        summary: 'The predictions of a run, as CSV or JSON',
        params: IdParams,
        querystring: PredictionQuery,
        produces: ['text/csv', 'application/json'],
      },
    },
    async ({ params: { id }, query }, reply) => sendPredictions(desk, reply, await getRunListed(desk, id), query),
  );

  app.delete(
    '/api/runs/:id',
    {
      schema: {
        summary: 'Delete a run; its predictions stay',
        params: IdParams,
        querystring: z.object({ cascade: queryFlag.default(false) }),
        response: { 200: DoneWire },
      },
    },
    async ({ params: { id }, query }) => {
      await removeRun(desk, id, query);
      return { ...done('Run deleted successfully'), run_id: id };
    },
  );
}

/** A short text leaves in one piece with its head, which is quicker; a long one is encoded once for all who share it. */
const encodeLong = (text: string) => (text.length < 65_536 ? text : Buffer.from(text));

const sendAllPredictions = async (desk: Stage1Desk, reply: FastifyReply, id: string) =>
  asAnswer(await sendPredictions(desk, reply, await getRunListed(desk, id), { format: 'csv' }));
