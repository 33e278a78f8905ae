/** Trading simulations over the predictions of a run, with their trades. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import { tradePnl, tradeReturnPct } from '#engine/metrics/trade-totals.js';
import { type Bucket, listBuckets, replaceBuckets } from '#store/bucket.store.js';
import type { Database } from '#store/database.js';
import { holdRun } from '#store/run.store.js';
import {
  findSimulation,
  listSimulations,
  putSimulation,
  type Simulation,
  type SimulationFilter,
  type SimulationListed,
  setTradeCount,
} from '#store/simulation.store.js';
import { listTrades, replaceTrades, type Trade } from '#store/trade.store.js';
import { inTransaction } from '#store/transaction.js';
import type { ResearchDesk } from './desk.js';
import { bucketTrades, summarizeTrades } from './trade-summary.js';

export type { Bucket } from '#store/bucket.store.js';
export type { SimulationFilter, SimulationListed } from '#store/simulation.store.js';
export type { Trade } from '#store/trade.store.js';

export interface SimulationView extends SimulationListed {
  readonly buckets: readonly Bucket[];
}

export interface TradeToSave extends Omit<Trade, 'tradeId' | 'pnl' | 'returnPct'> {
  /** Default `{simulation_id}:{n}`, n from 0. */
  readonly tradeId?: string | undefined;
  /** Computed from the exit price when left out. */
  readonly pnl?: number | null | undefined;
  readonly returnPct?: number | null | undefined;
}

/** A simulation to be written whole: what is left out gets its default, also when it was there before. */
export interface SimulationToSave {
  readonly simulationId?: string | undefined;
  readonly runId: string;
  readonly datasetId?: string | undefined;
  readonly initialCapital?: number | undefined;
  readonly parameters?: JsonObject | undefined;
  /** Empty or left out: computed from the trades. */
  readonly results?: JsonObject | undefined;
  readonly inputRunMeasurement?: string | undefined;
  readonly questdbNamespace?: string | undefined;
  readonly mode?: string | undefined;
  readonly status?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly startedAtMs?: number | null | undefined;
  readonly completedAtMs?: number | null | undefined;
  readonly createdAtMs?: number | undefined;
  /** Undefined leaves the stored trades as they are. */
  readonly trades?: readonly TradeToSave[] | undefined;
  /** Left out while trades are given: computed per side. */
  readonly buckets?: readonly Bucket[] | undefined;
}

export interface SavedSimulation {
  readonly simulationId: string;
  readonly tradesWritten: number;
}

/** stage1.md 5. */
const INITIAL_CAPITAL = 10_000;

type Reader = Pick<ResearchDesk, 'db'>;
type Maker = Pick<ResearchDesk, 'clock' | 'ids'>;

export const getSimulations = (
  desk: Reader,
  filter: SimulationFilter,
  page: PageRequest,
): Promise<Page<SimulationListed>> => listSimulations(desk.db, filter, page);

export async function getSimulation(desk: Reader, simulationId: string): Promise<SimulationView> {
  const simulation = await findSimulation(desk.db, simulationId);
  if (simulation === undefined) throw errors.simulationMissing(simulationId);
  return { ...simulation, buckets: await listBuckets(desk.db, simulationId) };
}

/** Ascending by bar_timestamp. */
export async function getTrades(desk: Reader, simulationId: string, page: PageRequest): Promise<Page<Trade>> {
  const simulation = await findSimulation(desk.db, simulationId);
  if (simulation === undefined) throw errors.simulationMissing(simulationId);
  return { items: await listTrades(desk.db, simulationId, page), total: simulation.tradeCount };
}

/**
 * Writes the simulation with its trades and buckets inside the caller's transaction. Throws runUnknown, and
 * invalidParameter for two trades of one id. Writing the same simulation again gives the same rows.
 */
export async function saveSimulation(desk: Maker, tx: Database, input: SimulationToSave): Promise<SavedSimulation> {
  const run = await holdRun(tx, input.runId);
  if (run === undefined) throw errors.runUnknown(input.runId);
  const nowMs = desk.clock.nowMs();
  const simulationId = input.simulationId ?? desk.ids.uuid();
  const initialCapital = input.initialCapital ?? INITIAL_CAPITAL;
  const trades = input.trades?.map((trade, i) => complete(trade, `${simulationId}:${i}`));
  if (trades !== undefined) refuseTwins(trades);
  const inTime = trades && [...trades].sort((a, b) => a.barTimestampUs - b.barTimestampUs);
  const isResultGiven = Object.keys(input.results ?? {}).length > 0;
  const simulation: Simulation = {
    simulationId,
    runId: input.runId,
    datasetId: input.datasetId ?? run.datasetId,
    initialCapital,
    parameters: input.parameters ?? {},
    results: isResultGiven || !inTime?.length ? (input.results ?? {}) : summarizeTrades(inTime, initialCapital),
    inputRunMeasurement: input.inputRunMeasurement ?? run.predictionMeasurement,
    questdbNamespace: input.questdbNamespace ?? '',
    mode: input.mode ?? 'dual',
    status: input.status ?? 'COMPLETED',
    metadata: input.metadata ?? {},
    startedAtMs: input.startedAtMs ?? null,
    completedAtMs: input.completedAtMs ?? null,
    createdAtMs: input.createdAtMs ?? nowMs,
  };
  await putSimulation(tx, simulation, nowMs);
  if (trades !== undefined) {
    await replaceTrades(tx, simulationId, trades);
    await setTradeCount(tx, simulationId, trades.length);
  }
  const buckets = input.buckets ?? (inTime && bucketTrades(inTime, initialCapital));
  if (buckets !== undefined) await replaceBuckets(tx, simulationId, buckets);
  return { simulationId, tradesWritten: trades?.length ?? 0 };
}

/** The same, in a transaction of its own. */
export const saveSimulationAlone = (desk: Maker & Reader, input: SimulationToSave): Promise<SavedSimulation> =>
  inTransaction(desk.db, (tx) => saveSimulation(desk, tx, input));

function complete(trade: TradeToSave, defaultId: string): Trade {
  const { exitPrice } = trade;
  const pnl = trade.pnl ?? (exitPrice === null ? null : tradePnl({ ...trade, exitPrice }));
  const returnPct = trade.returnPct ?? (exitPrice === null || pnl === null ? null : tradeReturnPct(pnl, trade));
  return { ...trade, tradeId: trade.tradeId ?? defaultId, pnl: finiteOrNull(pnl), returnPct: finiteOrNull(returnPct) };
}

/** Prices near the end of the doubles can multiply past it; JSON has no word for that. */
const finiteOrNull = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);

function refuseTwins(trades: readonly Trade[]): void {
  const seen = new Set<string>();
  for (const { tradeId } of trades) {
    if (seen.has(tradeId)) throw errors.invalidParameter('trades', `trade_id ${tradeId} appears more than once`);
    seen.add(tradeId);
  }
}
