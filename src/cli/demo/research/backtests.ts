/** Backtests by purged k-fold and by walking forward, and the sweep over thresholds and shares. */
import { z } from 'zod';
import type { Journey } from '../journey.js';
import type { DemoModel } from '../series.js';
import { runJob } from '../sigma-job.js';

const Metrics = z.object({
  sharpe: z.number().nullable(),
  cum_ret: z.number().nullable(),
  max_drawdown: z.number().nullable(),
  trades: z.number(),
});
const Gate = z.object({ pass: z.boolean(), reasons: z.array(z.string()) });
const Accepted = z.object({ backtest_id: z.string() });
const Backtest = z.object({ metrics: Metrics, gate: Gate });

const SCHEMES = { purged_kfold: 'purged k-fold', walk_forward: 'walk-forward' } as const;

export async function backtest(
  journey: Journey,
  model: DemoModel,
  matrixSha: string,
  scheme: keyof typeof SCHEMES,
): Promise<void> {
  await journey.screen.step(`${SCHEMES[scheme]} backtest of ${model.modelId}`, async (progress) => {
    const body = {
      model_id: model.modelId,
      matrix_sha: matrixSha,
      cv_scheme: scheme,
      splits: 5,
      embargo: 0.01,
      thresholds: [0.5, 0.55, 0.6, 0.65],
      tag: model.tag,
      // The same question again is the same answer, not a second row on the leaderboard.
      reuse: true,
    };
    const { backtest_id: id } = Accepted.parse(await runJob(journey, '/backtest', body, progress));
    const found = Backtest.parse(await journey.sigma.getBacktestsByBacktestId({ path: { backtest_id: id } }));
    return { says: sayMetrics(found.metrics), value: undefined, facts: { backtest_id: id, ...found } };
  });
}

export const percent = (value: number | null) => (value === null ? '-' : `${(100 * value).toFixed(1)}%`);
export const decimal = (value: number | null | undefined) => (value == null ? '-' : value.toFixed(2));

const sayMetrics = ({ sharpe, cum_ret, max_drawdown, trades }: z.infer<typeof Metrics>) =>
  `Sharpe ${decimal(sharpe)}, return ${percent(cum_ret)}, drawdown ${percent(max_drawdown)}, ${trades} trades`;

const SWEEP = {
  thresholds: [0.45, 0.5, 0.55, 0.6, 0.65, 0.7],
  top_pct: [0.1, 0.2, 0.3, 0.5],
};

const SweepAccepted = z.object({ sweep_id: z.string(), total_configs: z.number() });
const Swept = z.object({ sweep: z.object({ pbo: z.number().nullable() }), total: z.number() });

export async function sweep(journey: Journey, model: DemoModel, matrixSha: string): Promise<void> {
  await journey.screen.step(`sweep of ${model.modelId}`, async (progress) => {
    const body = {
      model_id: model.modelId,
      matrix_sha: matrixSha,
      sweep: SWEEP,
      embargo: 0.01,
      tag: model.tag,
      reuse: true,
    };
    const accepted = SweepAccepted.parse(await runJob(journey, '/backtest_sweep', body, progress));
    const found = Swept.parse(
      await journey.sigma.getSweepsBySweepId({ path: { sweep_id: accepted.sweep_id }, query: { limit: 1 } }),
    );
    if (accepted.total_configs < 24 || found.total < accepted.total_configs)
      throw new Error(`Only ${found.total} of ${accepted.total_configs} configurations were judged`);
    const { pbo } = found.sweep;
    const says = `${found.total} configurations, probability of overfitting ${percent(pbo)}`;
    return { says, value: undefined, facts: { ...accepted, pbo } };
  });
}
