/** Backtests (contract 12). */
import { z } from 'zod';
import type { Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { getBacktest, getPlot, judgeAnew, submitBacktest } from '#services/strategy/backtest.service.js';
import { throwFailure } from '#services/strategy/run-failure.js';
import { noteAudit } from '../http/audit-hook.js';
import type { App } from '../http/surface.js';
import { BacktestBody, BacktestWire, toBacktest } from './backtest.wire.js';
import type { SigmaDesk } from './desk.js';
import { unknownKeyWarnings } from './envelope.js';
import { estimateOf, jobOf } from './estimate.js';
import { riskProfileOf } from './fields.js';
import { answerJob, answerModeOf, reuseOf, speaksS2 } from './respond-async.js';
import { backtestWishOf } from './run-fields.js';

const tags = ['backtests'];

export function backtestRoutes(app: App, desk: SigmaDesk): void {
  app.post(
    '/backtest',
    {
      schema: {
        summary: 'Backtest a model: purged folds, thresholds chosen inside them, costs, fills at the next open',
        tags,
        body: BacktestBody,
        response: { 200: BacktestWire, 202: BacktestWire },
      },
      config: { action: 'backtest.run', idempotent: true },
    },
    async (request, reply) => {
      const { body, principal } = request;
      const reuse = reuseOf(request);
      const mode = answerModeOf(request, speaksS2('backtest', body) ? 'short' : 'wait');
      const { jobId, backtestId } = await submitBacktest(desk, principal, backtestWishOf(body), {
        reuse,
        isWaiting: mode.kind === 'wait',
      });
      noteAudit(request, { subject: { backtest_id: backtestId } });
      const warnings = unknownKeyWarnings(body, [...Object.keys(BacktestBody.shape), 'async', 'wait', 'pack']);
      const job = await jobOf(desk, jobId);
      const shape = shapeOf(desk, principal, backtestId, warnings);
      return answerJob(request, reply, { queue: desk.queue, job, mode, shape });
    },
  );

  app.get(
    '/backtests/:backtest_id',
    {
      schema: {
        summary: 'One backtest, whatever its status; its gate anew under another risk profile when asked',
        tags,
        params: z.object({ backtest_id: z.string().min(1).max(128) }),
        querystring: z.object({ risk_profile: z.string().optional() }),
        response: { 200: BacktestWire },
      },
    },
    async ({ principal, params, query }) => {
      const view = await getBacktest(desk, principal, params.backtest_id);
      const profile = riskProfileOf(query.risk_profile);
      const gate = profile === null ? undefined : await judgeAnew(desk, view.run, profile);
      const estimate = await estimateOf(desk, principal, view.job);
      return toBacktest(view, { estimate, nowMs: desk.clock.nowMs(), gate, warnings: [] });
    },
  );

  app.get(
    '/static/backtest_plots/:model_id/:backtest_id/:file',
    {
      schema: {
        summary: 'The picture or the table of a saved backtest: what plots_uri and data_csv_uri name',
        tags,
        params: z.object({
          model_id: z.string().min(1).max(128),
          backtest_id: z.string().min(1).max(128),
          file: z.string().min(1).max(64),
        }),
        produces: ['image/svg+xml', 'text/csv'],
      },
    },
    async ({ principal, params }, reply) => {
      const asked = { modelId: params.model_id, backtestId: params.backtest_id, file: params.file };
      const { file, text } = await getPlot(desk, principal, asked);
      return reply.type(PLOT_TYPES[file]).send(text);
    },
  );
}

const PLOT_TYPES = {
  'cum_returns.svg': 'image/svg+xml; charset=utf-8',
  'equity.csv': 'text/csv; charset=utf-8',
} as const;

const shapeOf =
  (desk: SigmaDesk, principal: Principal, backtestId: string, warnings: readonly string[]) => async (job: Job) => {
    const view = await getBacktest(desk, principal, backtestId);
    if (view.status === 'failed' || view.status === 'cancelled') throwFailure({ ...view.run, status: view.status });
    const estimate = await estimateOf(desk, principal, job);
    return toBacktest(view, { estimate, nowMs: desk.clock.nowMs(), warnings });
  };
