/** The members of a sweep: each configuration that was tried, recorded as the backtest that it is. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { endsJob } from '#jobs/job-type.js';
import { findBacktestRun, insertBacktestRun } from '#store/backtest-run.store.js';
import type { NewSweepResult, Sweep } from '#store/sweep.store.js';
import { homeOf } from './backtest.job.js';
import type { TrialCount } from './backtest-document.js';
import { shownConfig } from './backtest-document.js';
import { replayRun } from './brackets.js';
import type { StrategyDesk } from './desk.js';
import { shaOf } from './identifiers.js';
import type { OpenModel } from './model-access.js';
import { type RecordedBacktest, recordBacktest, type TestedConfig } from './record-backtest.js';
import type { ResearchHome } from './research-record.js';
import { failureOf } from './run-failure.js';
import type { EvaluatedConfigs } from './run-folds.js';
import {
  type ConfigOnHours,
  configDocument,
  planDocument,
  type RunPlan,
  readConfigDocument,
  readPlan,
} from './run-plan.js';

/** What is tried, of all positions or of some. */
export function readSweep({ spec }: Sweep, positions?: readonly number[]): { plan: RunPlan; configs: ConfigOnHours[] } {
  const all = spec['configs'] as readonly JsonObject[];
  const some = positions === undefined ? all : positions.map((position) => all[position]!);
  return { plan: readPlan(spec['plan'] as JsonObject), configs: some.map(readConfigDocument) };
}

interface Evaluated {
  readonly plan: RunPlan;
  readonly configs: readonly ConfigOnHours[];
  /** Of these configurations, in their order. */
  readonly evaluated: Pick<EvaluatedConfigs, 'results' | 'grounds'>;
  /** Where each stands in the grid. */
  readonly positions: readonly number[];
  /** Of the whole sweep and all before it. */
  readonly trials: TrialCount;
  /** Lists show equals in the order of their making: members of parts are made in any, and take the grid's, a millisecond apart. */
  readonly firstAtMs?: number;
  readonly signal: AbortSignal;
  readonly onMember: (count: number) => void;
}

export async function recordMembers(
  desk: StrategyDesk,
  open: OpenModel,
  sweep: Sweep,
  { plan, configs, evaluated: { results, grounds }, positions, trials, firstAtMs, signal, onMember }: Evaluated,
): Promise<Member[]> {
  const home = sweep.spec['save'] === true ? await homeOf(desk, sweep.spec) : undefined;
  const pairs = results.map((result, at) => ({ result, ground: grounds[at]! }));
  const replays = await replayRun(desk, sweep.spec, pairs, signal);
  const members: Member[] = [];
  for (const [at, tried] of configs.entries()) {
    if (signal.aborted) throw errors.cancelled();
    const tested = { plan, tried, ...pairs[at]!, replayed: replays[at] };
    const position = positions[at]!;
    const place = { position, createdAtMs: firstAtMs === undefined ? undefined : firstAtMs + position };
    members.push(await recordMember(desk, open, sweep, place, tested, trials, home));
    onMember(at + 1);
    // Many long documents in a row: the event loop answers between them.
    await setImmediate();
  }
  return members;
}

export interface Member {
  readonly result: NewSweepResult;
  readonly backtestId: string | null;
  readonly shown: JsonObject;
}

interface Place {
  readonly position: number;
  readonly createdAtMs: number | undefined;
}

async function recordMember(
  desk: StrategyDesk,
  open: OpenModel,
  sweep: Sweep,
  place: Place,
  tested: TestedConfig,
  trials: TrialCount,
  home: ResearchHome | undefined,
): Promise<Member> {
  const shown = shownConfig(tested.tried, tested.plan.cv.splits);
  const base = { position: place.position, kind: String(shown['kind']), params: shown };
  try {
    const run = await memberRun(desk, sweep, place, tested);
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
async function memberRun(desk: StrategyDesk, sweep: Sweep, place: Place, { plan, tried }: TestedConfig) {
  const backtestId = memberId(sweep.sweepId, place.position);
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
    createdAtMs: place.createdAtMs,
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
