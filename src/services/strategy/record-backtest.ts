/** Keeping what a backtest found: files first, then its rows in one go; an unsaved one only where it can be asked for. */
import type { JsonObject } from '#base/json.js';
import type { BacktestResult } from '#engine/backtest/evaluate.js';
import { stdOf } from '#engine/metrics/moments.js';
import { recordArtifact } from '#services/operations/lineage.service.js';
import { type BacktestOutcome, type BacktestRun, completeBacktestRun } from '#store/backtest-run.store.js';
import { inTransaction } from '#store/transaction.js';
import { insertTrials, listTrials } from '#store/trial.store.js';
import { backtestDocument, documentBytes, type TrialCount } from './backtest-document.js';
import { bracketParams, type ReplayedBrackets } from './brackets.js';
import type { StrategyDesk } from './desk.js';
import { sha256 } from './identifiers.js';
import { judgeRun } from './judge-run.js';
import { lineageOf, type OpenModel, riskInForce } from './model-access.js';
import { keepPlots, recordPlots } from './plots.js';
import { type EvaluatedRun, type ResearchHome, writePredictions, writeResearchRun } from './research-record.js';
import { parseRiskProfile } from './risk-profile.js';
import { foldNumbers, type Ground } from './run-folds.js';
import { type ConfigOnHours, configDocument, planDocument, type RunPlan } from './run-plan.js';

export interface TestedConfig {
  readonly plan: RunPlan;
  readonly tried: ConfigOnHours;
  readonly result: BacktestResult;
  readonly ground: Ground;
  /** Undefined where the run has no brackets. */
  readonly replayed: ReplayedBrackets | undefined;
}

/** Counts what these results tried beside all that was tried before, saved or not. The order of trying changes nothing. */
export async function countTrials(
  desk: Pick<StrategyDesk, 'db'>,
  key: { modelId: string; matrixSha: string },
  results: readonly Pick<BacktestResult, 'ownTrials'>[],
): Promise<TrialCount> {
  const own = new Map(
    results.flatMap(({ ownTrials }) => ownTrials.map((trial) => [sha256(trial.key), trial.sharpe] as const)),
  );
  await insertTrials(
    desk.db,
    key,
    [...own].map(([runSha, sharpeSession]) => ({ runSha, sharpeSession })),
  );
  return readTrialCount(desk, key);
}

/** What was tried so far, saved or not. */
export async function readTrialCount(
  desk: Pick<StrategyDesk, 'db'>,
  key: { modelId: string; matrixSha: string },
): Promise<TrialCount> {
  const all = await listTrials(desk.db, key);
  return { count: all.length, sharpeStd: stdOf(all.map(({ sharpeSession }) => sharpeSession ?? 0)) ?? 0 };
}

export interface RecordedBacktest {
  readonly outcome: BacktestOutcome;
  readonly document: JsonObject;
}

/** Gives what was recorded, so that a sweep can list it. Doing it again writes the same. */
export async function recordBacktest(
  desk: StrategyDesk,
  open: OpenModel,
  run: BacktestRun,
  tested: TestedConfig,
  trials: TrialCount,
  home: ResearchHome | undefined,
): Promise<RecordedBacktest> {
  const { plan, result, ground, replayed } = tested;
  const { document, metrics, dsr } = backtestDocument(tested, trials);
  const risk = riskInForce(open, parseRiskProfile(run.riskProfile));
  const judged = judgeRun(open, risk, metrics, averageReturnOf(replayed));
  const matrix = run.params['matrix'] as JsonObject;
  const known = { matrixSha: run.matrixSha, dataSha: matrix['data_sha'] as string | null, runSha: run.runSha };
  const evaluated: EvaluatedRun = {
    ...tested,
    backtestId: run.backtestId,
    modelId: run.modelId,
    requestedBy: run.ownerId ?? '',
    metrics,
  };
  const stored = run.saved ? await desk.artifacts.put(documentBytes(document)) : undefined;
  const plots = stored === undefined ? [] : await keepPlots(desk, run, document);
  const isResearchRun = run.saved && home !== undefined;
  if (isResearchRun) await writePredictions(desk, home, evaluated);
  const outcome: BacktestOutcome = {
    metrics,
    gate: judged.gate,
    gatePass: judged.pass,
    resultSha: stored?.sha256 ?? null,
    result: stored === undefined ? document : null,
    researchRunId: isResearchRun ? run.backtestId : null,
    score: judged.score,
    dsr,
    trialCount: trials.count,
    bestSharpeHourly: result.bestSharpeHourly,
    bestCumRet: result.bestCumRet,
    lineage: lineageOf(open, risk, desk.codeVersion, known),
    warnings: warningsOf(run, document, home),
  };
  await inTransaction(desk.db, async (tx) => {
    if (stored !== undefined)
      await recordArtifact(desk, tx, {
        kind: 'backtest',
        content: stored,
        parents: [matrix['artifact_sha'] as string, ...(replayed?.from === undefined ? [] : [replayed.from.barsSha])],
        params: backtestParams(tested, trials),
        seed: plan.fit.seed,
        modelId: run.modelId,
        packId: run.packId,
        informationTimeMs: lastKnownMs(ground),
      });
    if (stored !== undefined) await recordPlots(desk, tx, plots, { ...run, resultSha: stored.sha256 });
    if (isResearchRun) await writeResearchRun(desk, tx, home, evaluated);
    await completeBacktestRun(
      tx,
      run.backtestRunId,
      outcome,
      foldRows(result, foldNumbers(result.folds, ground)),
      equityLine(result, ground),
    );
  });
  return { outcome, document };
}

/** All that makes the document's bytes besides the matrix: what `verify` starts from. */
export const backtestParams = ({ plan, tried, replayed }: TestedConfig, trials: TrialCount): JsonObject => ({
  plan: planDocument(plan),
  config: configDocument(tried),
  trials: { count: trials.count, sharpe_std: trials.sharpeStd },
  ...(replayed === undefined
    ? {}
    : replayed.from === undefined
      ? { replay_refused: [...replayed.warnings] }
      : { replay: bracketParams(replayed.from.work) }),
});

/** What the gate asks of the replay: undefined where there are no brackets, null where nothing was replayed. */
const averageReturnOf = (replayed: ReplayedBrackets | undefined): number | null | undefined =>
  replayed === undefined ? undefined : ((replayed.parity?.['avg_return_pct'] ?? null) as number | null);

function warningsOf(run: BacktestRun, document: JsonObject, home: ResearchHome | undefined): string[] {
  const said = [...run.warnings, ...(document['warnings'] as readonly string[])];
  if (run.saved && home === undefined) said.push('no_price_dataset: the run has no Stage1 dataset to belong to');
  return [...new Set(said)];
}

/** The newest moment whose knowledge is in a result: the last label that was learned or judged. */
const lastKnownMs = ({ matrix }: Ground): number =>
  matrix.t1Ms.reduce((last, ms) => (Number.isFinite(ms) && ms > last ? ms : last), 0);

const foldRows = ({ folds }: BacktestResult, numbers: readonly number[]) =>
  folds.map(({ threshold, cutOff, trainRows, testRows, metrics }, at) => ({
    fold: numbers[at]!,
    thrUsed: threshold ?? cutOff,
    cumRet: metrics.cumRet,
    sharpeHourly: metrics.sharpeHourly,
    sortino: metrics.sortino,
    maxDd: metrics.maxDrawdown,
    trades: metrics.trades,
    trainRows,
    testRows,
  }));

const equityLine = ({ equity, ledger }: BacktestResult, { matrix }: Ground) => ({
  tsMs: Array.from(equity.rows, (row) => matrix.t0Ms[row]!),
  ret: Array.from(ledger.net),
  equity: Array.from(equity.equity),
  position: Array.from(ledger.position),
});
