/** Queries on simulations. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import type { SimulationTable } from './tables/simulation.table.js';

export interface Simulation {
  readonly simulationId: string;
  readonly runId: string;
  readonly datasetId: string;
  readonly initialCapital: number;
  readonly parameters: JsonObject;
  readonly results: JsonObject;
  readonly inputRunMeasurement: string;
  readonly questdbNamespace: string;
  readonly mode: string;
  readonly status: string;
  readonly metadata: JsonObject;
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  /** Kept from the first write when the simulation is written again. */
  readonly createdAtMs: number;
}

export interface SimulationListed extends Simulation {
  readonly tradeCount: number;
}

export interface SimulationFilter {
  readonly runId?: string | undefined;
  readonly datasetId?: string | undefined;
}

export async function findSimulation(db: Database, simulationId: string): Promise<SimulationListed | undefined> {
  const row = await db
    .selectFrom('simulation')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Newest first, then by id. */
export async function listSimulations(
  db: Database,
  filter: SimulationFilter,
  page: PageRequest,
): Promise<Page<SimulationListed>> {
  return readPage(
    db.selectFrom('simulation').where(matches(filter)),
    page,
    (matching) => matching.selectAll().orderBy('created_at', 'desc').orderBy('simulation_id'),
    fromRow,
  );
}

export async function countSimulationsOfRun(db: Database, runId: string): Promise<number> {
  return (await listSimulations(db, { runId }, { limit: 0, offset: 0 })).total;
}

/** Inserts, or replaces the row with the same id, which stays locked until the transaction ends. Trades are left alone. */
export async function putSimulation(tx: Database, simulation: Simulation, nowMs: number): Promise<void> {
  const { simulation_id, created_at, ...rest } = toRow(simulation, nowMs);
  await tx
    .insertInto('simulation')
    .values({ simulation_id, created_at, trade_count: 0, ...rest })
    .onConflict((conflict) => conflict.column('simulation_id').doUpdateSet(rest))
    .execute();
}

export async function setTradeCount(tx: Database, simulationId: string, count: number): Promise<void> {
  await tx.updateTable('simulation').set({ trade_count: count }).where('simulation_id', '=', simulationId).execute();
}

/** Trades and buckets go with them. */
export async function deleteSimulationsOfRun(tx: Database, runId: string): Promise<void> {
  await tx.deleteFrom('simulation').where('run_id', '=', runId).execute();
}

export async function deleteSimulationsOfDataset(tx: Database, datasetId: string): Promise<void> {
  await tx
    .deleteFrom('simulation')
    .where('run_id', 'in', (eb) => eb.selectFrom('run').select('run_id').where('dataset_id', '=', datasetId))
    .execute();
}

const matches = ({ runId, datasetId }: SimulationFilter) =>
  sql<SqlBool>`(${runId ?? null}::text IS NULL OR run_id = ${runId ?? null})
    AND (${datasetId ?? null}::text IS NULL OR dataset_id = ${datasetId ?? null})`;

const dateOrNull = (ms: number | null) => (ms === null ? null : new Date(ms));

const toRow = (simulation: Simulation, nowMs: number) => ({
  simulation_id: simulation.simulationId,
  run_id: simulation.runId,
  dataset_id: simulation.datasetId,
  initial_capital: simulation.initialCapital,
  parameters: JSON.stringify(simulation.parameters),
  results: JSON.stringify(simulation.results),
  input_run_measurement: simulation.inputRunMeasurement,
  questdb_namespace: simulation.questdbNamespace,
  mode: simulation.mode,
  status: simulation.status,
  metadata: JSON.stringify(simulation.metadata),
  started_at: dateOrNull(simulation.startedAtMs),
  completed_at: dateOrNull(simulation.completedAtMs),
  created_at: new Date(simulation.createdAtMs),
  updated_at: new Date(nowMs),
});

const fromRow = (row: Selectable<SimulationTable>): SimulationListed => ({
  simulationId: row.simulation_id,
  runId: row.run_id,
  datasetId: row.dataset_id,
  initialCapital: row.initial_capital,
  parameters: row.parameters,
  results: row.results,
  inputRunMeasurement: row.input_run_measurement,
  questdbNamespace: row.questdb_namespace,
  mode: row.mode,
  status: row.status,
  tradeCount: row.trade_count,
  metadata: row.metadata,
  startedAtMs: row.started_at?.getTime() ?? null,
  completedAtMs: row.completed_at?.getTime() ?? null,
  createdAtMs: row.created_at.getTime(),
});
