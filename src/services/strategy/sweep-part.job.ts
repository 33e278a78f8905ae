/** The parts of a large sweep, two kinds of jobs: one tries a slice of its configurations, one records it when all are tried. */
import { errors } from '#base/errors.js';
import { defineJob, type JobContext, type JobType } from '#jobs/job-type.js';
import { findSweep, type Sweep } from '#store/sweep.store.js';
import { readMatrix } from './backtest.job.js';
import type { StrategyDesk } from './desk.js';
import { reopenModel } from './model-access.js';
import { countTrials } from './record-backtest.js';
import { endWithJob, rememberFailure } from './run-failure.js';
import { evaluateSlice, trySlice } from './run-folds.js';
import { handOnMembers, handOnTried } from './sweep-handover.js';
import { readSweep, recordMembers } from './sweep-member.js';
import { type PartPayload, WAVES } from './sweep-parts.js';

export const sweepPartJobs = (desk: StrategyDesk): JobType[] => [
  defineJob<PartPayload, PartResult>({
    name: WAVES.try,
    attemptsMax: 3, // Safe: trials count once, and what is handed on is replaced.
    timeoutMs: 3_600_000,
    run: (context) =>
      inSweep(desk, context, async (sweep) => {
        const { job, payload, signal } = context;
        const { plan, configs } = readSweep(sweep, payload.positions);
        const tried = await trySlice(desk, await readMatrix(desk, sweep.spec), plan, configs, { signal });
        await countTrials(desk, sweep, tried);
        const items = tried.map(({ sessionReturns }) => sessionReturns);
        await handOnTried(desk, { sweep, partId: job.id, positions: payload.positions, items });
        return { configs: items.length };
      }),
  }),
  defineJob<PartPayload, PartResult>({
    name: WAVES.record,
    attemptsMax: 3, // Safe as the sweep itself is: a member's id follows from the sweep's, results are named by their content.
    timeoutMs: 3_600_000,
    needs: 'measurements',
    run: (context) => inSweep(desk, context, (sweep) => recordSlice(desk, sweep, context)),
    // A member that was begun when its sweep was already over.
    afterEnd: (job) => endWithJob(desk, 'backtest_run')({ ...job, id: (job.payload as PartPayload).sweep_id }),
  }),
];

type PartResult = { readonly configs: number };

async function recordSlice(
  desk: StrategyDesk,
  sweep: Sweep,
  { job, payload: { positions, trials, sent_at_ms: firstAtMs }, signal, progress }: JobContext<PartPayload>,
): Promise<PartResult> {
  const open = await reopenModel(desk, sweep.modelId);
  const { plan, configs } = readSweep(sweep, positions);
  const evaluated = await evaluateSlice(desk, await readMatrix(desk, sweep.spec), plan, configs, { signal });
  const members = await recordMembers(desk, open, sweep, {
    ...{ plan, configs, evaluated, positions, firstAtMs, signal },
    trials: { count: trials!.count, sharpeStd: trials!.sharpe_std },
    onMember: (count) => progress(count, configs.length),
  });
  await handOnMembers(desk, { sweep, partId: job.id, positions, items: members });
  return { configs: members.length };
}

/** A failure that ends a part is the sweep's, and its details are owed to whoever waits for that. */
function inSweep<T>(
  desk: StrategyDesk,
  { payload: { sweep_id: sweepId } }: JobContext<PartPayload>,
  work: (sweep: Sweep) => Promise<T>,
): Promise<T> {
  return rememberFailure(desk, 'backtest_sweep', sweepId, async () => {
    const sweep = await findSweep(desk.db, sweepId);
    if (sweep === undefined) throw errors.sweepMissing(sweepId);
    return work(sweep);
  });
}
