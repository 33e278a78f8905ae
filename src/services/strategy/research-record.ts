/** A backtest as a Stage1 run (DESIGN.md 1): its folds, its predictions in `wf_{run_id}`, and a simulation with its trades. */
import type { JsonObject } from '#base/json.js';
import type { BacktestResult, FoldResult } from '#engine/backtest/evaluate.js';
import type { Trade } from '#engine/backtest/positions.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { DOWN, type LabelledMatrix, UP } from '#engine/frame/matrix.js';
import { saveDatasetIn } from '#services/research/dataset.service.js';
import { appendPredictions, type Predictions } from '#services/research/prediction.service.js';
import { type Fold, type RunToSave, saveRun } from '#services/research/run.service.js';
import { type SimulationToSave, saveSimulation, type TradeToSave } from '#services/research/simulation.service.js';
import type { Database } from '#store/database.js';
import type { StrategyDesk } from './desk.js';
import { findPrices } from './price-source.js';
import { foldNumbers, type Ground } from './run-folds.js';
import { type ConfigOnHours, planDocument, type RunPlan } from './run-plan.js';

/** Where the predictions of a ticker's runs belong, with the times its bars are stored under. */
export interface ResearchHome {
  readonly slug: string;
  readonly measurement: string;
  readonly ticker: string;
  readonly granularity: string;
  /** Null for bars that were imported without a dataset: the first run makes one. */
  readonly datasetId: string | null;
  readonly barStartsUs: Float64Array;
}

/** Undefined when no bars of the ticker are stored: then there is no dataset a run could belong to. */
export async function findResearchHome(
  desk: Pick<StrategyDesk, 'db' | 'measurements'>,
  ticker: string,
  cadence: BarInterval,
): Promise<ResearchHome | undefined> {
  const prices = await findPrices(desk, ticker, cadence);
  if (prices === undefined) return undefined;
  const { slug, measurement, granularity, datasetId } = prices.dataset;
  const { timestampUs } = await desk.measurements.readDoubles(measurement, { columns: [] });
  return { slug, measurement, ticker, granularity, datasetId, barStartsUs: timestampUs };
}

export interface EvaluatedRun {
  readonly backtestId: string;
  readonly modelId: string;
  readonly requestedBy: string;
  readonly plan: RunPlan;
  readonly tried: ConfigOnHours;
  readonly result: BacktestResult;
  readonly ground: Ground;
  readonly metrics: JsonObject;
}

const INITIAL_CAPITAL = 100_000;

/** The predictions go to the measurement store before the rows that point to them; writing them twice is writing them once. */
export async function writePredictions(
  desk: Pick<StrategyDesk, 'measurements'>,
  home: ResearchHome,
  run: EvaluatedRun,
): Promise<void> {
  await appendPredictions(desk, { predictionMeasurement: measurementOf(run.backtestId) }, predictionsOf(home, run));
}

/** Rows of the run and its simulation, in the caller's transaction. */
export async function writeResearchRun(
  desk: Pick<StrategyDesk, 'clock' | 'ids'>,
  tx: Database,
  home: ResearchHome,
  run: EvaluatedRun,
): Promise<void> {
  const datasetId = home.datasetId ?? (await adoptBars(desk, tx, home));
  await saveRun(desk, tx, runToSave(datasetId, run));
  await saveSimulation(desk, tx, simulationToSave(datasetId, home, run));
}

const adoptBars = async (desk: Pick<StrategyDesk, 'clock' | 'ids'>, tx: Database, home: ResearchHome) =>
  (
    await saveDatasetIn(desk, tx, {
      slug: home.slug,
      symbol: home.ticker,
      granularity: home.granularity,
      ohlcvMeasurement: home.measurement,
    })
  ).datasetId;

const measurementOf = (backtestId: string) => `wf_${backtestId}`;

/**
 * One row an out-of-sample bar and fold. The prediction is the probability of the likelier side, signed: at least
 * `threshold_0` it is a long signal, at most `threshold_1` a short one. The target is the return over the label's horizon.
 */
function predictionsOf(home: ResearchHome, { result, ground }: EvaluatedRun): Predictions {
  const { matrix, plan, fits } = ground;
  const numbers = foldNumbers(result.folds, ground);
  const thresholds = new Map(
    result.folds.map(({ threshold, cutOff }, at) => [numbers[at]!, threshold ?? cutOff ?? Number.NaN]),
  );
  const rows = result.folds.flatMap(({ fold, firstRow, lastRow }, part) => {
    const { testProbabilities } = fits.find((fit) => fit.fold === fold)!;
    return Array.from(plan.folds[fold]!.test, (row, at) => ({
      row,
      fold: numbers[part]!,
      prediction: signedProbability(testProbabilities[at * 3 + UP]!, testProbabilities[at * 3 + DOWN]!),
    })).filter(({ row }) => row >= firstRow && row <= lastRow);
  });
  rows.sort((a, b) => a.row - b.row || a.fold - b.fold);
  const threshold = Float64Array.from(rows, ({ fold }) => thresholds.get(fold) ?? Number.NaN);
  return {
    timestampUs: Float64Array.from(rows, ({ row }) => barStartOf(home, matrix.t0Ms[row]!)),
    barIndex: rows.map(({ row }) => matrix.barIndex[row]!),
    foldNumber: rows.map(({ fold }) => fold),
    prediction: Float64Array.from(rows, ({ prediction }) => prediction),
    target: Float64Array.from(rows, ({ row }) => matrix.horizonReturn[row]!),
    thresholds: [threshold, threshold.map((value) => -value)],
  };
}

const signedProbability = (up: number, down: number) => (up >= down ? up : -down);

/** The time under which the last bar that ended by t0 is stored; t0 itself where no bar began before it. */
function barStartOf({ barStartsUs }: ResearchHome, t0Ms: number): number {
  const t0Us = t0Ms * 1000;
  let [low, high] = [0, barStartsUs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (barStartsUs[middle]! < t0Us) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? t0Us : barStartsUs[low - 1]!;
}

function runToSave(datasetId: string, run: EvaluatedRun): RunToSave {
  const { result, ground, plan, tried, metrics } = run;
  const numbers = foldNumbers(result.folds, ground);
  return {
    runId: run.backtestId,
    datasetId,
    features: ground.matrix.features.names,
    thresholds: tried.config.thresholds,
    predictionMeasurement: measurementOf(run.backtestId),
    status: 'COMPLETED',
    targetColumn: plan.fit.target ?? 'y',
    requestedBy: run.requestedBy,
    hyperparameters: { ...(planDocument(plan)['fit'] as JsonObject) },
    walkConfig: { ...(planDocument(plan)['cv'] as JsonObject) },
    metadata: { surface: 'sigma', model_id: run.modelId, backtest_id: run.backtestId, metrics },
    folds: result.folds.map((fold, at) => foldToSave(fold, numbers[at]!, result.trades, ground)),
  };
}

function foldToSave(fold: FoldResult, foldNumber: number, all: readonly Trade[], ground: Ground): Fold {
  const { train } = ground.plan.folds[fold.fold]!;
  const trades = all.filter(({ entryRow }) => entryRow >= fold.firstRow && entryRow <= fold.lastRow);
  const threshold = fold.threshold ?? fold.cutOff;
  return {
    foldNumber,
    trainStartIdx: train[0] ?? 0,
    trainEndIdx: (train.at(-1) ?? -1) + 1,
    testStartIdx: fold.firstRow,
    testEndIdx: fold.lastRow + 1,
    samplesTrain: fold.trainRows,
    samplesTest: fold.testRows,
    bestIteration: null,
    bestScore: fold.metrics.sharpe,
    thresholds: threshold === null ? {} : { long_optimal: threshold, short_optimal: -threshold },
    metrics: foldMetrics(fold, trades),
    extra: {},
  };
}

function foldMetrics(fold: FoldResult, trades: readonly Trade[]): JsonObject {
  const ofSide = (side: 1 | -1) => {
    const returns = trades.filter((trade) => trade.side === side).map(({ netReturn }) => netReturn);
    const wins = returns.filter((value) => value > 0);
    const losses = returns.filter((value) => value < 0);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    return { count: returns.length, hits: wins.length, wins: sum(wins), losses: -sum(losses), all: sum(returns) };
  };
  const [long, short] = [ofSide(1), ofSide(-1)];
  return {
    n_signals: long.count,
    n_short_signals: short.count,
    hit_rate: long.count === 0 ? 0 : long.hits / long.count,
    short_hit_rate: short.count === 0 ? 0 : short.hits / short.count,
    sum_wins: long.wins,
    sum_losses: long.losses,
    sum_short_wins: short.wins,
    sum_short_losses: short.losses,
    profit_factor_test: profitFactor(long),
    profit_factor_short_test: profitFactor(short),
    running_sum: long.all,
    running_sum_short: short.all,
    running_sum_dual: long.all + short.all,
    cum_ret: fold.metrics.cumRet,
  };
}

/** As Stage1 counts (stage1.md 4.1): 999 stands for "no losses". */
const profitFactor = ({ wins, losses }: { wins: number; losses: number }) =>
  losses > 0 ? wins / losses : wins > 0 ? 999 : 0;

function simulationToSave(datasetId: string, home: ResearchHome, run: EvaluatedRun): SimulationToSave {
  const { matrix } = run.ground;
  const { folds } = run.result;
  const numbers = foldNumbers(folds, run.ground);
  const foldAt = (row: number) =>
    numbers[folds.findIndex(({ firstRow, lastRow }) => row >= firstRow && row <= lastRow)] ?? null;
  return {
    simulationId: `${run.backtestId}_sim`,
    runId: run.backtestId,
    datasetId,
    initialCapital: INITIAL_CAPITAL,
    parameters: {
      slippage_bps: run.tried.config.slippageBps,
      commission_bps: run.tried.config.commissionBps,
      fill: run.tried.config.fill,
    },
    mode: run.tried.config.longOnly ? 'long' : 'dual',
    trades: run.result.trades.map((trade) => tradeToSave(trade, matrix, home, foldAt)),
  };
}

function tradeToSave(
  trade: Trade,
  matrix: LabelledMatrix,
  home: ResearchHome,
  foldAt: (row: number) => number | null,
): TradeToSave {
  return {
    barTimestampUs: barStartOf(home, matrix.t0Ms[trade.entryRow]!),
    side: trade.side === 1 ? 'long' : 'short',
    size: (trade.size * INITIAL_CAPITAL) / trade.entryPrice,
    entryPrice: trade.entryPrice,
    exitPrice: Number.isFinite(trade.exitPrice) ? trade.exitPrice : null,
    pnl: trade.netReturn * INITIAL_CAPITAL,
    returnPct: trade.netReturn * 100,
    foldIndex: foldAt(trade.entryRow),
    entryTimestampMs: matrix.t0Ms[trade.entryRow]!,
    exitTimestampMs: matrix.t0Ms[trade.exitRow]!,
    entrySignal: null,
    exitSignal: null,
    metadata: { bars: trade.bars, size: trade.size, forced: trade.isForced },
  };
}
