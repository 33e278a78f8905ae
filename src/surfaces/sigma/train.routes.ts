/** Training (contract 11, and the list of 26). */
import { z } from 'zod';
import type { Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { DAY_MS } from '#services/strategy/days.js';
import { throwFailure } from '#services/strategy/run-failure.js';
import { browseTrainings, getTraining, submitTraining } from '#services/strategy/train.service.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';
import { listBody, listWire, pageQuery, unknownKeyWarnings } from './envelope.js';
import { estimateOf, jobOf, UNKNOWN } from './estimate.js';
import { daysOf } from './fields.js';
import { answerJob, answerModeOf, reuseOf, speaksS2 } from './respond-async.js';
import { trainWishOf } from './run-fields.js';
import { TrainBody, TrainWire, toTraining } from './train.wire.js';

const RunsQuery = z.object({
  ...pageQuery(20),
  model_id: z.string().max(128).optional(),
  pack_id: z.string().max(64).optional(),
  tag: z.string().max(128).optional(),
  start: z.string().optional(),
  start_date: z.string().optional(),
  end: z.string().optional(),
  end_date: z.string().optional(),
});
const tags = ['training'];

export function trainRoutes(app: App, desk: SigmaDesk): void {
  app.post(
    '/train',
    {
      schema: {
        summary: 'Train a model on a matrix, judged by folds it did not learn from',
        tags,
        body: TrainBody,
        response: { 200: TrainWire, 202: TrainWire },
      },
      config: { action: 'model.train', idempotent: true },
    },
    async (request, reply) => {
      const { body, principal } = request;
      const reuse = reuseOf(request);
      const mode = answerModeOf(request, speaksS2('train', body) ? 'short' : 'wait');
      const { jobId } = await submitTraining(desk, principal, trainWishOf(body), {
        reuse,
        isWaiting: mode.kind === 'wait',
      });
      noteAudit(request, { subject: { job_id: jobId } });
      const warnings = unknownKeyWarnings(body, [...Object.keys(TrainBody.shape), 'async', 'wait', 'pack']);
      const job = await jobOf(desk, jobId);
      return answerJob(request, reply, { queue: desk.queue, job, mode, shape: shapeOf(desk, principal, warnings) });
    },
  );

  app.get(
    '/train/jobs/:job_id',
    {
      schema: {
        summary: 'One training',
        tags,
        params: z.object({ job_id: z.string().min(1).max(128) }),
        response: { 200: TrainWire },
      },
    },
    async ({ principal, params }) => {
      const view = await getTraining(desk, principal, params.job_id);
      return toTraining(view, await estimateOf(desk, principal, view.job), []);
    },
  );

  app.get(
    '/training_runs',
    {
      schema: {
        summary: 'Trainings, newest first',
        tags,
        querystring: RunsQuery,
        response: { 200: listWire(TrainWire, 'training_runs') },
      },
    },
    async ({ principal, query }) => {
      const { startDay, endDay } = daysOf(query);
      const filter = {
        ...(query.model_id === undefined ? {} : { modelId: query.model_id }),
        ...(query.pack_id === undefined ? {} : { packId: query.pack_id }),
        ...(query.tag === undefined ? {} : { tag: query.tag }),
        ...(startDay === null ? {} : { fromMs: startDay * DAY_MS }),
        ...(endDay === null ? {} : { toMs: (endDay + 1) * DAY_MS - 1 }),
      };
      const { items, total } = await browseTrainings(desk, principal, filter, query);
      return listBody({ items: items.map((view) => toTraining(view, UNKNOWN, [])), total }, query, 'training_runs');
    },
  );
}

const shapeOf = (desk: SigmaDesk, principal: Principal, warnings: readonly string[]) => async (job: Job) => {
  const view = await getTraining(desk, principal, job.id);
  if (view.status === 'failed' || view.status === 'cancelled') throwFailure({ ...view.run, status: view.status });
  return toTraining(view, await estimateOf(desk, principal, job), warnings);
};
