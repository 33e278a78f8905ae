/** Runs a sweep: learns once for each set of hours and fold, evaluates every configuration, judges each by all that were tried. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { defineJob, endsJob, type JobType } from '#jobs/job-type.js';
import { findBacktestRun, insertBacktestRun } from '#store/backtest-run.store.js';
import { completeSweep, findSweep, type NewSweepResult, type Sweep, startSweep } from '#store/sweep.store.js';
import { inTransaction } from '#store/transaction.js';
import { homeOf, readMatrix } from './backtest.job.js';
import type { TrialCount } from './backtest-document.js';
import { shownConfig } from './backtest-document.js';
import { replayRun } from './brackets.js';
import type { StrategyDesk } from './desk.js';
import { shaOf } from './identifiers.js';
import { lineageOf, type OpenModel, reopenModel, riskInForce } from './model-access.js';
import { countTrials, type RecordedBacktest, recordBacktest, type TestedConfig } from './record-backtest.js';
import type { ResearchHome } from './research-record.js';
import { parseRiskProfile } from './risk-profile.js';
import { endWithJob, failureOf, rememberFailure } from './run-failure.js';
import { type EvaluatedConfigs, evaluateConfigs } from './run-folds.js';
import { configDocument, planDocument, type RunPlan, readConfigDocument, readPlan } from './run-plan.js';
import { ownFile } from './workspace.js';

/** What the report and the answer keep in full. */
const REPORTED_RUNS = 50;

export const sweepJob = (desk: StrategyDesk): JobType =>
  defineJob<JsonObject, JsonObject>({
    name: 'sweep',
    attemptsMax: 3, // Safe: a member's id follows from the sweep's, results are named by their content, trials count once.
    timeoutMs: 3_600_000,
    needs: 'measurements',
    run: ({ job, signal, progress }) =>
      rememberFailure(desk, 'backtest_sweep', job.id, async () => {
        const sweep = await findSweep(desk.db, job.id);
        if (sweep === undefined) throw errors.sweepMissing(job.id);
        await startSweep(desk.db, job.id);
        const open = await reopenModel(desk, sweep.modelId);
        const plan = readPlan(sweep.spec['plan'] as JsonObject);
        const configs = (sweep.spec['configs'] as readonly JsonObject[]).map(readConfigDocument);
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
        const home = sweep.spec['save'] === true ? await homeOf(desk, sweep.spec) : undefined;
        const replays = await replayRun(desk, sweep.spec, pairsOf(evaluated), signal);
        const members: Member[] = [];
        for (const [position, tried] of configs.entries()) {
          if (signal.aborted) throw errors.cancelled();
          const { result, ground } = { result: evaluated.results[position]!, ground: evaluated.grounds[position]! };
          const tested = { plan, tried, result, ground, replayed: replays[position] };
          members.push(await recordMember(desk, open, sweep, position, tested, trials, home));
          progress(steps + position + 1, steps + configs.length);
          // Many long documents in a row: the event loop answers between them.
          await setImmediate();
        }
        return finish(desk, open, sweep, plan, members, evaluated.pbo);
      }),
    async afterEnd(job) {
      await endWithJob(desk, 'backtest_sweep')(job);
      // Members that were begun and not finished end with it.
      await endWithJob(desk, 'backtest_run')(job);
    },
  });

const pairsOf = ({ results, grounds }: EvaluatedConfigs) =>
  results.map((result, at) => ({ result, ground: grounds[at]! }));

interface Member {
  readonly result: NewSweepResult;
  readonly backtestId: string | null;
  readonly shown: JsonObject;
}

async function recordMember(
  desk: StrategyDesk,
  open: OpenModel,
  sweep: Sweep,
  position: number,
  tested: TestedConfig,
  trials: TrialCount,
  home: ResearchHome | undefined,
): Promise<Member> {
  const shown = shownConfig(tested.tried, tested.plan.cv.splits);
  const base = { position, kind: String(shown['kind']), params: shown };
  try {
    const run = await memberRun(desk, sweep, position, tested);
    const recorded = await recordBacktest(desk, open, run, tested, trials, home);
    const { metrics, gate, score } = recorded.outcome;
    return {
      result: {
        ...base,
        status: 'completed',
        metrics,
        gate,
        score,
        result: resultSummary(recorded),
        error: null,
        backtestRunId: run.backtestRunId,
      },
      backtestId: run.backtestId,
      shown,
    };
  } catch (error) {
    // One configuration that cannot be recorded is a fact about it; a database that went away is none, and ends the attempt.
    if (!endsJob(error)) throw error;
    const failed = { status: 'failed', metrics: null, gate: null, score: null, result: null, backtestRunId: null };
    return { result: { ...base, ...failed, error: failureOf(error) }, backtestId: null, shown };
  }
}

/** A member's row; its id follows from the sweep's, so that a second attempt finds the first one's. */
async function memberRun(desk: StrategyDesk, sweep: Sweep, position: number, { plan, tried }: TestedConfig) {
  const backtestId = memberId(sweep.sweepId, position);
  const { matrix, save, risk_profile, brackets } = sweep.spec as Record<string, JsonObject[string]>;
  const params: JsonObject = {
    plan: planDocument(plan),
    config: configDocument(tried),
    matrix: matrix as JsonObject,
    risk_profile: risk_profile as string,
    ...(brackets === undefined ? {} : { brackets }),
  };
  const riskProfile = risk_profile as string;
  await insertBacktestRun(desk.db, {
    backtestId,
    jobId: sweep.jobId,
    sweepId: sweep.sweepId,
    modelId: sweep.modelId,
    packId: sweep.packId,
    saved: save === true,
    params,
    config: shownConfig(tried, plan.cv.splits),
    matrixSha: sweep.matrixSha,
    runSha: shaOf({ ...params, model_id: sweep.modelId, tag: sweep.tag, save: save === true }),
    riskProfile,
    warnings: sweep.spec['warnings'] as readonly string[],
    tag: sweep.tag,
    ownerId: sweep.ownerId,
    expiresAtMs: save === true ? null : desk.clock.nowMs() + 3_600_000,
  });
  const run = await findBacktestRun(desk.db, backtestId);
  if (run === undefined) throw errors.backtestMissing(backtestId);
  return run;
}

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

const memberId = (sweepId: string, position: number) => {
  const digest = createHash('sha256').update(`${sweepId}:${position}`).digest();
  return `bt_${Array.from(digest.subarray(0, 10), (byte) => BASE32[byte & 31]).join('')}`;
};

/** The result without its equity line: a list of many is read for its figures. */
function resultSummary({ document, outcome }: RecordedBacktest): JsonObject {
  const { equity: _, ...result } = document['result'] as Record<string, JsonObject>;
  return {
    ...result,
    best_sharpe_hourly: outcome.bestSharpeHourly,
    best_cum_ret: outcome.bestCumRet,
    _summary: {
      best_sharpe_hourly: outcome.bestSharpeHourly,
      best_cum_ret: outcome.bestCumRet,
      total_trades: outcome.metrics['trades'] ?? 0,
      parity: document['parity'] ?? null,
    },
  };
}

async function finish(
  desk: StrategyDesk,
  open: OpenModel,
  sweep: Sweep,
  plan: RunPlan,
  members: readonly Member[],
  pbo: number | null,
): Promise<JsonObject> {
  const done = members.filter(({ result }) => result.status === 'completed');
  const ranked = [...done].sort((a, b) => sharpeOf(b) - sharpeOf(a) || a.result.position - b.result.position);
  const minTrades = sweep.spec['min_trades'] as number;
  const minSharpe = sweep.spec['min_sharpe'] as number | null;
  const kept = done.filter(
    ({ result }) =>
      numberIn(result.metrics, 'trades') >= minTrades &&
      (minSharpe === null || numberIn(result.metrics, 'sharpe') >= minSharpe),
  );
  const risk = riskInForce(open, parseRiskProfile(sweep.spec['risk_profile'] as string));
  const lineage = lineageOf(open, risk, desk.codeVersion, { matrixSha: sweep.matrixSha, runSha: sweep.runSha });
  const summary: JsonObject = {
    count: done.length,
    failed: members.length - done.length,
    filtered: kept.length,
    gate_passed: done.filter(({ result }) => result.gate?.['pass'] === true).length,
    best: ranked[0] === undefined ? null : runDocument(ranked[0]),
  };
  const report: JsonObject = {
    sweep: {
      model_id: sweep.modelId,
      tag: sweep.tag,
      total_configs: sweep.totalConfigs,
      pbo,
      plan: planDocument(plan),
    },
    runs: ranked.slice(0, REPORTED_RUNS).map(runDocument),
    lineage,
  };
  const stored = await desk.artifacts.put(JSON.stringify(report));
  const reportPath = `reports/backtest_sweep_${sweep.modelId}_${stampOf(sweep.createdAtMs)}.json`;
  await desk.artifacts.link(stored.sha256, (await ownFile({ dir: desk.workspaceDir }, reportPath)).path);
  const isWhollyFailed = done.length === 0;
  await inTransaction(desk.db, (tx) =>
    completeSweep(
      tx,
      sweep.sweepRunId,
      {
        status: isWhollyFailed ? 'failed' : 'completed',
        summary,
        pbo,
        reportSha: stored.sha256,
        reportPath,
        lineage,
        error: isWhollyFailed ? (members[0]?.result.error ?? null) : null,
      },
      members.map(({ result }) => result),
    ),
  );
  return { sweep_id: sweep.sweepId, count: done.length, gate_passed: summary['gate_passed']! };
}

const runDocument = ({ result, backtestId, shown }: Member): JsonObject => ({
  ...shown,
  backtest_id: backtestId,
  metrics: result.metrics,
  gate: result.gate,
  score: result.score,
  result: result.result,
});

const numberIn = (metrics: JsonObject | null, name: string): number => {
  const value = metrics?.[name];
  return typeof value === 'number' ? value : Number.NEGATIVE_INFINITY;
};

const sharpeOf = ({ result }: Member) => Math.max(numberIn(result.metrics, 'sharpe_hourly'), -Number.MAX_VALUE);

/** `20250102_153000`, UTC. */
const stampOf = (ms: number) => new Date(ms).toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);
