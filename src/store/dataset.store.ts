/** Queries on datasets. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import type { DatasetTable } from './tables/dataset.table.js';
import { declareChange, RUNS } from './transaction.js';

/** What a client declared about the rows of one measurement; undefined where it said nothing. */
export interface DeclaredRows {
  readonly rowCount?: number;
  readonly firstTsUs?: number;
  readonly lastTsUs?: number;
}

export interface Declared {
  readonly ohlcv: DeclaredRows;
  readonly indicator: DeclaredRows;
  readonly barIntervalMs?: number;
  readonly lookbackRows?: number;
}

export interface Dataset {
  readonly datasetId: string;
  readonly slug: string;
  readonly symbol: string;
  readonly granularity: string;
  readonly source: string;
  readonly ohlcvMeasurement: string;
  readonly indicatorMeasurement: string;
  readonly metadata: JsonObject;
  readonly declared: Declared;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface DatasetListed extends Dataset {
  readonly runCount: number;
  readonly simulationCount: number;
}

export interface DatasetFilter {
  readonly symbol?: string | undefined;
  /** Part of the slug, ignoring case; `%` and `_` stand for themselves. */
  readonly search?: string | undefined;
}

/** By id, or by slug where no id fits. */
export async function findDataset(db: Database, idOrSlug: string): Promise<DatasetListed | undefined> {
  const row = await withCounts(db)
    .where(namedBy(idOrSlug))
    .orderBy(sql<SqlBool>`dataset_id = ${idOrSlug}`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && listedFromRow(row);
}

/** The id of a dataset that cannot be deleted until the transaction ends; undefined when there is none. */
export async function holdDataset(tx: Database, idOrSlug: string): Promise<string | undefined> {
  const row = await selectIdOf(tx, idOrSlug).forKeyShare().executeTakeFirst();
  return row?.dataset_id;
}

/** The same for its deletion: whoever holds it is waited for, and nobody can hold it afterwards. */
export async function takeDataset(tx: Database, idOrSlug: string): Promise<string | undefined> {
  const row = await selectIdOf(tx, idOrSlug).forUpdate().executeTakeFirst();
  return row?.dataset_id;
}

export async function findDatasetBySlug(db: Database, slug: string): Promise<Dataset | undefined> {
  const row = await db.selectFrom('dataset').selectAll().where('dataset_slug', '=', slug).executeTakeFirst();
  return row && fromRow(row);
}

export async function findDatasetById(db: Database, datasetId: string): Promise<Dataset | undefined> {
  const row = await db.selectFrom('dataset').selectAll().where('dataset_id', '=', datasetId).executeTakeFirst();
  return row && fromRow(row);
}

/** All datasets of a symbol, ignoring case, the latest touched first. */
export async function listDatasetsOfSymbol(db: Database, symbol: string): Promise<readonly Dataset[]> {
  const rows = await db
    .selectFrom('dataset')
    .selectAll()
    .where(sql<SqlBool>`lower(symbol) = lower(${symbol})`)
    .orderBy('updated_at', 'desc')
    .orderBy('dataset_id')
    .execute();
  return rows.map(fromRow);
}

/** The latest touched first, then by id. */
export async function listDatasets(
  db: Database,
  filter: DatasetFilter,
  page: PageRequest,
): Promise<Page<DatasetListed>> {
  let query = withCounts(db);
  if (filter.symbol !== undefined) query = query.where('symbol', '=', filter.symbol);
  if (filter.search !== undefined)
    query = query.where(sql<SqlBool>`position(lower(${filter.search}) in lower(dataset_slug)) > 0`);
  return readPage(
    query,
    page,
    (matching) => matching.orderBy('updated_at', 'desc').orderBy('dataset_id'),
    listedFromRow,
  );
}

/**
 * Makes writers of datasets wait for each other until the transaction ends: an upsert looks at id and slug, and two
 * that look at the same moment would both insert.
 */
export async function lockDatasets(tx: Database): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('almanac.dataset', 0))`.execute(tx);
}

/** Inserts, or replaces the row with the same id. The caller holds `lockDatasets`. */
export async function putDataset(tx: Database, dataset: Dataset): Promise<void> {
  declareChange(tx, RUNS);
  const { dataset_id, created_at, ...rest } = toRow(dataset);
  await tx
    .insertInto('dataset')
    .values({ dataset_id, created_at, ...rest })
    .onConflict((conflict) => conflict.column('dataset_id').doUpdateSet(rest))
    .execute();
}

export async function deleteDataset(tx: Database, datasetId: string): Promise<void> {
  declareChange(tx, RUNS);
  await tx.deleteFrom('dataset').where('dataset_id', '=', datasetId).execute();
}

const namedBy = (idOrSlug: string) => sql<SqlBool>`(dataset_id = ${idOrSlug} or dataset_slug = ${idOrSlug})`;

/** One row at most: an id goes before a slug that is spelled the same. */
const selectIdOf = (db: Database, idOrSlug: string) =>
  db
    .selectFrom('dataset')
    .select('dataset_id')
    .where(namedBy(idOrSlug))
    .orderBy(sql<SqlBool>`dataset_id = ${idOrSlug}`, 'desc')
    .limit(1);

const withCounts = (db: Database) =>
  db
    .selectFrom('dataset')
    .selectAll('dataset')
    .select((eb) => [
      eb
        .selectFrom('run')
        .whereRef('run.dataset_id', '=', 'dataset.dataset_id')
        .select((inner) => inner.fn.countAll().as('n'))
        .as('run_count'),
      eb
        .selectFrom('simulation')
        .whereRef('simulation.dataset_id', '=', 'dataset.dataset_id')
        .select((inner) => inner.fn.countAll().as('n'))
        .as('simulation_count'),
    ]);

const toRow = (dataset: Dataset) => ({
  dataset_id: dataset.datasetId,
  dataset_slug: dataset.slug,
  symbol: dataset.symbol,
  granularity: dataset.granularity,
  source: dataset.source,
  ohlcv_measurement: dataset.ohlcvMeasurement,
  indicator_measurement: dataset.indicatorMeasurement,
  metadata: JSON.stringify(dataset.metadata),
  declared: JSON.stringify(dataset.declared),
  created_at: new Date(dataset.createdAtMs),
  updated_at: new Date(dataset.updatedAtMs),
});

const fromRow = (row: Selectable<DatasetTable>): Dataset => ({
  datasetId: row.dataset_id,
  slug: row.dataset_slug,
  symbol: row.symbol,
  granularity: row.granularity,
  source: row.source,
  ohlcvMeasurement: row.ohlcv_measurement,
  indicatorMeasurement: row.indicator_measurement,
  metadata: row.metadata,
  // Written by toRow alone, so it has this shape.
  declared: row.declared as object as Declared,
  createdAtMs: row.created_at.getTime(),
  updatedAtMs: row.updated_at.getTime(),
});

const listedFromRow = (
  row: Selectable<DatasetTable> & { run_count: unknown; simulation_count: unknown },
): DatasetListed => ({
  ...fromRow(row),
  runCount: Number(row.run_count),
  simulationCount: Number(row.simulation_count),
});
