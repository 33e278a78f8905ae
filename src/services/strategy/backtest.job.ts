/** Runs one backtest: the matrix's folds on all threads, one configuration, everything tried counted, then recorded. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { defineJob, type JobType } from '#jobs/job-type.js';
import { findBacktestRun, startBacktestRun } from '#store/backtest-run.store.js';
import { replayRun } from './brackets.js';
import type { StrategyDesk } from './desk.js';
import { reopenModel } from './model-access.js';
import { countTrials, recordBacktest } from './record-backtest.js';
import { findResearchHome } from './research-record.js';
import { endWithJob, rememberFailure } from './run-failure.js';
import { evaluateConfigs } from './run-folds.js';
import { readConfigDocument, readPlan } from './run-plan.js';

export const backtestJob = (desk: StrategyDesk): JobType =>
  defineJob<JsonObject, JsonObject>({
    name: 'backtest',
    attemptsMax: 3, // Safe: the run's id is the job's, the result is named by its content, and trials count once.
    timeoutMs: 3_600_000,
    needs: 'measurements',
    run: ({ job, signal, progress }) =>
      rememberFailure(desk, 'backtest_run', job.id, async () => {
        const run = await findBacktestRun(desk.db, job.id);
        if (run === undefined) throw errors.backtestMissing(job.id);
        await startBacktestRun(desk.db, job.id);
        const open = await reopenModel(desk, run.modelId);
        const plan = readPlan(run.params['plan'] as JsonObject);
        const tried = readConfigDocument(run.params['config'] as JsonObject);
        const csv = await readMatrix(desk, run.params);
        const { results, grounds } = await evaluateConfigs(desk, csv, plan, [tried], { signal, onProgress: progress });
        const evaluated = { plan, tried, result: results[0]!, ground: grounds[0]! };
        const [replayed] = await replayRun(desk, run.params, [evaluated], signal);
        const tested = { ...evaluated, replayed };
        const trials = await countTrials(desk, run, results);
        const home = run.saved ? await homeOf(desk, run.params) : undefined;
        const { outcome } = await recordBacktest(desk, open, run, tested, trials, home);
        return { backtest_id: run.backtestId, gate_pass: outcome.gatePass, result_sha: outcome.resultSha };
      }),
    afterEnd: endWithJob(desk, 'backtest_run'),
  });

/** The matrix's bytes by the hash in a run's params; checked against it as they are read. */
export const readMatrix = (desk: Pick<StrategyDesk, 'artifacts'>, params: JsonObject): Promise<Buffer> =>
  desk.artifacts.read((params['matrix'] as JsonObject)['artifact_sha'] as string);

export function homeOf(desk: Pick<StrategyDesk, 'db' | 'measurements'>, params: JsonObject) {
  const { ticker, cadence } = params['matrix'] as JsonObject;
  return findResearchHome(desk, ticker as string, cadence as BarInterval);
}
