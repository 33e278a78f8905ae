/** Runs a sweep: learns once for each set of hours and fold, evaluates every configuration, judges each by all that were tried. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { defineJob, type JobContext, type JobType } from '#jobs/job-type.js';
import { findSweep, type Sweep, startSweep } from '#store/sweep.store.js';
import { deleteSweepParts } from '#store/sweep-part.store.js';
import { readMatrix } from './backtest.job.js';
import type { StrategyDesk } from './desk.js';
import { reopenModel } from './model-access.js';
import { countTrials } from './record-backtest.js';
import { endWithJob, rememberFailure } from './run-failure.js';
import { evaluateConfigs } from './run-folds.js';
import { readSweep, recordMembers } from './sweep-member.js';
import { isCut, runInParts } from './sweep-parts.js';
import { finishSweep } from './sweep-report.js';

export const sweepJob = (desk: StrategyDesk): JobType =>
  defineJob<JsonObject, JsonObject>({
    name: 'sweep',
    attemptsMax: 3, // Safe: a member's id follows from the sweep's, results are named by their content, trials count once.
    timeoutMs: 3_600_000,
    needs: 'measurements',
    run: (context) =>
      rememberFailure(desk, 'backtest_sweep', context.job.id, async () => {
        const sweep = await findSweep(desk.db, context.job.id);
        if (sweep === undefined) throw errors.sweepMissing(context.job.id);
        await startSweep(desk.db, sweep.sweepId);
        return isCut(desk, sweep) ? runInParts(desk, sweep, context) : runWhole(desk, sweep, context);
      }),
    async afterEnd(job) {
      await endWithJob(desk, 'backtest_sweep')(job);
      // Members that were begun and not finished end with it.
      await endWithJob(desk, 'backtest_run')(job);
      await deleteSweepParts(desk.db, job.id);
    },
  });

async function runWhole(
  desk: StrategyDesk,
  sweep: Sweep,
  { signal, progress }: JobContext<JsonObject>,
): Promise<JsonObject> {
  const open = await reopenModel(desk, sweep.modelId);
  const { plan, configs } = readSweep(sweep);
  const csv = await readMatrix(desk, sweep.spec);
  let steps = 0;
  const evaluated = await evaluateConfigs(desk, csv, plan, configs, {
    signal,
    onProgress: (done, total) => {
      steps = total;
      progress(done, total + configs.length);
    },
  });
  const trials = await countTrials(desk, sweep, evaluated.results);
  const members = await recordMembers(desk, open, sweep, {
    ...{ plan, configs, evaluated, trials, signal },
    positions: [...configs.keys()],
    onMember: (count) => progress(steps + count, steps + configs.length),
  });
  return finishSweep(desk, open, sweep, plan, members, evaluated.pbo);
}
