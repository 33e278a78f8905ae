/** Simulations, their trades and buckets on the wire (stage1.md 5). */
import { z } from 'zod';
import type { JsonObject } from '#base/json.js';
import type {
  Bucket,
  SimulationListed,
  SimulationToSave,
  SimulationView,
} from '#services/research/simulation.service.js';
import { idText, nameOrNothing, objectOrText, orNothing, shortText, smallCount, timeMs } from './fields.js';
import { longList, readLongList } from './long-list.js';
import { isoZ, isoZOrNull } from './times.js';
import { TradePost, toTradeToSave } from './trade.wire.js';

export const SimulationItemWire = z.looseObject({
  simulation_id: z.string(),
  run_id: z.string(),
  dataset_id: z.string(),
  initial_capital: z.number(),
  parameters: z.looseObject({}),
  config: z.looseObject({}),
  results: z.looseObject({}),
  summary_metrics: z.looseObject({}),
  input_run_measurement: z.string(),
  questdb_namespace: z.string(),
  mode: z.string(),
  status: z.string(),
  trade_count: z.int(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  created_at: z.string(),
  metadata: z.looseObject({}),
});

const BucketWire = z.looseObject({ side: z.string(), trade_count: z.int(), win_count: z.int() });

export const SimulationWire = SimulationItemWire.extend({ buckets: z.array(BucketWire) });

export const toSimulationItemWire = (simulation: SimulationListed): z.infer<typeof SimulationItemWire> => ({
  simulation_id: simulation.simulationId,
  run_id: simulation.runId,
  dataset_id: simulation.datasetId,
  initial_capital: simulation.initialCapital,
  parameters: simulation.parameters,
  config: simulation.parameters,
  results: simulation.results,
  summary_metrics: simulation.results,
  input_run_measurement: simulation.inputRunMeasurement,
  questdb_namespace: simulation.questdbNamespace,
  mode: simulation.mode,
  status: simulation.status,
  trade_count: simulation.tradeCount,
  started_at: isoZOrNull(simulation.startedAtMs),
  completed_at: isoZOrNull(simulation.completedAtMs),
  created_at: isoZ(simulation.createdAtMs),
  metadata: simulation.metadata,
});

export const toSimulationWire = (simulation: SimulationView): z.infer<typeof SimulationWire> => ({
  ...toSimulationItemWire(simulation),
  buckets: simulation.buckets.map(toBucketWire),
});

export const toBucketWire = (bucket: Bucket) => ({
  side: bucket.side,
  trade_count: bucket.tradeCount,
  win_count: bucket.winCount,
  profit_factor: bucket.profitFactor,
  avg_return_pct: bucket.avgReturnPct,
  max_drawdown_pct: bucket.maxDrawdownPct,
  notes: bucket.notes,
});

const numberOrZero = orNothing(z.number()).transform((value) => value ?? 0);
const countOrZero = orNothing(smallCount).transform((value) => value ?? 0);

const BucketPost = z.looseObject({
  side: z.string(),
  trade_count: countOrZero,
  win_count: countOrZero,
  profit_factor: numberOrZero,
  avg_return_pct: numberOrZero,
  max_drawdown_pct: numberOrZero,
  notes: orNothing(z.string()),
});

export const SimulationPost = z.looseObject({
  simulation_id: orNothing(idText),
  run_id: z.string().min(1).max(128),
  dataset_id: orNothing(shortText),
  initial_capital: orNothing(z.number()),
  parameters: orNothing(objectOrText),
  config: orNothing(objectOrText),
  results: orNothing(objectOrText),
  summary_metrics: orNothing(objectOrText),
  input_run_measurement: orNothing(z.string()),
  questdb_namespace: orNothing(z.string()),
  mode: orNothing(shortText),
  status: orNothing(z.string()),
  started_at: orNothing(timeMs),
  completed_at: orNothing(timeMs),
  created_at: orNothing(timeMs),
  metadata: orNothing(objectOrText),
  buckets: orNothing(z.array(BucketPost)),
  trades: orNothing(longList(TradePost)),
});

/** What our own answers add. */
const COMPUTED = new Set(['trade_count']);

export async function readSimulationPost(body: z.output<typeof SimulationPost>): Promise<SimulationToSave> {
  const others = Object.entries(body).filter(([key]) => !(key in SimulationPost.shape) && !COMPUTED.has(key));
  return {
    simulationId: body.simulation_id,
    runId: body.run_id,
    datasetId: body.dataset_id || undefined,
    initialCapital: body.initial_capital,
    parameters: body.parameters ?? body.config,
    results: body.results ?? body.summary_metrics,
    inputRunMeasurement: nameOrNothing(body.input_run_measurement),
    questdbNamespace: body.questdb_namespace,
    mode: body.mode || undefined,
    status: body.status || undefined,
    startedAtMs: body.started_at,
    completedAtMs: body.completed_at,
    createdAtMs: body.created_at,
    metadata: { ...body.metadata, ...(Object.fromEntries(others) as JsonObject) },
    trades: body.trades && (await readLongList('trades', body.trades, TradePost, toTradeToSave)),
    buckets: body.buckets?.map((bucket) => ({
      side: bucket.side,
      tradeCount: bucket.trade_count,
      winCount: bucket.win_count,
      profitFactor: bucket.profit_factor,
      avgReturnPct: bucket.avg_return_pct,
      maxDrawdownPct: bucket.max_drawdown_pct,
      notes: bucket.notes ?? '',
    })),
  };
}
