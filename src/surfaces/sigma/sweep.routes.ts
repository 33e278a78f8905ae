/** Sweeps (contract 13). */
import { z } from 'zod';
import { JOB_STATUSES, type Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { throwFailure } from '#services/strategy/run-failure.js';
import {
  browseSweeps,
  getBestResults,
  getSweep,
  getSweepResults,
  submitSweep,
} from '#services/strategy/sweep.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { listBody, listWire, PageWire, pageQuery, unknownKeyWarnings } from './envelope.js';
import { jobOf } from './estimate.js';
import { answerJob, answerModeOf, reuseOf, speaksS2 } from './respond-async.js';
import {
  SweepBody,
  SweepResultWire,
  SweepRowWire,
  SweepWire,
  toSweepAnswer,
  toSweepResult,
  toSweepRow,
} from './sweep.wire.js';
import { sweepWishOf } from './sweep-fields.js';

const SweepParams = z.object({ sweep_id: z.string().min(1).max(128) });
const SweepsQuery = z.object({
  ...pageQuery(20),
  pack_id: z.string().max(64).optional(),
  model_id: z.string().max(128).optional(),
  tag: z.string().max(128).optional(),
  status: z.enum(JOB_STATUSES).optional(),
});
const ResultsQuery = z.object(pageQuery(200));
const tags = ['sweeps'];
/** The runs an answer shows in full. */
const BEST_SHOWN = 10;

export function sweepRoutes(app: App, desk: SigmaDesk): void {
  app.post(
    '/backtest_sweep',
    {
      schema: {
        summary: 'Try many configurations; each answers for all that were tried',
        tags,
        body: SweepBody,
        response: { 200: SweepWire, 202: SweepWire },
      },
      config: { action: 'sweep.run', idempotent: true },
    },
    async (request, reply) => {
      const { body, principal } = request;
      const reuse = reuseOf(request);
      const mode = answerModeOf(request, speaksS2('backtest_sweep', body) ? 'short' : 'wait');
      const { jobId, sweepId } = await submitSweep(desk, principal, sweepWishOf(body), {
        reuse,
        isWaiting: mode.kind === 'wait',
      });
      noteAudit(request, { subject: { sweep_id: sweepId } });
      const warnings = unknownKeyWarnings(body, [...Object.keys(SweepBody.shape), 'async', 'wait', 'pack']);
      const job = await jobOf(desk, jobId);
      return answerJob(request, reply, {
        queue: desk.queue,
        job,
        mode,
        shape: shapeOf(desk, principal, sweepId, warnings),
      });
    },
  );

  app.get(
    '/sweeps',
    {
      schema: {
        summary: 'Sweeps, newest first',
        tags,
        querystring: SweepsQuery,
        response: { 200: listWire(SweepRowWire, 'sweeps') },
      },
    },
    async ({ principal, query }) => {
      const filter = {
        ...(query.pack_id === undefined ? {} : { packId: query.pack_id }),
        ...(query.model_id === undefined ? {} : { modelId: query.model_id }),
        ...(query.tag === undefined ? {} : { tag: query.tag }),
        ...(query.status === undefined ? {} : { status: query.status }),
      };
      const { items, total } = await browseSweeps(desk, principal, filter, query);
      return listBody({ items: items.map(toSweepRow), total }, query, 'sweeps');
    },
  );

  app.get(
    '/sweeps/:sweep_id',
    {
      schema: {
        summary: 'One sweep with its results in the order of the grid',
        tags,
        params: SweepParams,
        querystring: ResultsQuery,
        response: {
          200: z.looseObject({
            ok: z.literal(true),
            sweep: SweepRowWire,
            results: z.array(SweepResultWire),
            items: z.array(SweepResultWire),
            ...PageWire,
          }),
        },
      },
    },
    async ({ principal, params, query }) => {
      const view = await getSweep(desk, principal, params.sweep_id);
      const { items, total } = await getSweepResults(desk, view.sweep, query);
      const results = items.map((result) => toSweepResult(result, view.sweep));
      return { ...listBody({ items: results, total }, query, 'results'), sweep: toSweepRow(view) };
    },
  );

  app.get(
    '/sweeps/:sweep_id/status',
    { schema: { summary: 'How far a sweep is', tags, params: SweepParams, response: { 200: SweepWire } } },
    async ({ principal, params }) => {
      const view = await getSweep(desk, principal, params.sweep_id);
      return { ok: true as const, ...toSweepRow(view) };
    },
  );

  app.get(
    '/sweeps/:sweep_id/results',
    {
      schema: {
        summary: "A sweep's results",
        tags,
        params: SweepParams,
        querystring: ResultsQuery,
        response: { 200: listWire(SweepResultWire, 'results') },
      },
    },
    async ({ principal, params, query }) => {
      const { sweep } = await getSweep(desk, principal, params.sweep_id);
      const { items, total } = await getSweepResults(desk, sweep, query);
      return listBody({ items: items.map((result) => toSweepResult(result, sweep)), total }, query, 'results');
    },
  );
}

const shapeOf =
  (desk: SigmaDesk, principal: Principal, sweepId: string, warnings: readonly string[]) => async (_job: Job) => {
    const view = await getSweep(desk, principal, sweepId);
    if (view.status === 'failed' || view.status === 'cancelled') throwFailure({ ...view.sweep, status: view.status });
    return toSweepAnswer(view, await getBestResults(desk, view.sweep, BEST_SHOWN), warnings);
  };
