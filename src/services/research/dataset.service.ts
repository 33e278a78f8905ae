/** Datasets: which time series there are, and what their measurements hold. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Measurement, MeasurementStore } from '#data/timeseries/port.js';
import type { Database } from '#store/database.js';
import {
  type Dataset,
  type DatasetFilter,
  type DatasetListed,
  type Declared,
  deleteDataset,
  findDataset,
  findDatasetById,
  findDatasetBySlug,
  listDatasets,
  lockDatasets,
  putDataset,
  takeDataset,
} from '#store/dataset.store.js';
import { deleteRunsOfDataset, takeRunsOfDataset } from '#store/run.store.js';
import { deleteSimulationsOfDataset } from '#store/simulation.store.js';
import { inTransaction } from '#store/transaction.js';
import { fillDeclared, mergeDeclared } from './declared-rows.js';
import type { ResearchDesk } from './desk.js';
import { granularityOf, intervalMsOf } from './granularity.js';
import { indicatorMeasurementOf, ohlcvMeasurementOf } from './measurement-name.js';

export type { DatasetFilter } from '#store/dataset.store.js';

/** Rows and bounds of one measurement: those it has, else those that were declared, else none. */
export interface RowBounds {
  readonly rowCount: number;
  readonly firstTsUs: number | null;
  readonly lastTsUs: number | null;
}

export interface DatasetView extends DatasetListed {
  readonly ohlcv: RowBounds;
  readonly indicator: RowBounds;
  readonly barIntervalMs: number;
  readonly lookbackRows: number;
}

/** Undefined members keep what the dataset has. */
export interface DatasetToSave {
  readonly datasetId?: string | undefined;
  readonly slug: string;
  readonly symbol?: string | undefined;
  readonly granularity?: string | undefined;
  readonly source?: string | undefined;
  readonly ohlcvMeasurement?: string | undefined;
  readonly indicatorMeasurement?: string | undefined;
  /** Merged key by key into the stored one. */
  readonly metadata?: JsonObject | undefined;
  readonly declared?: Declared;
}

type Reader = Pick<ResearchDesk, 'db' | 'measurements'>;
type Writer = Pick<ResearchDesk, 'db' | 'clock' | 'ids'>;

/** By id or slug. */
export async function getDataset(desk: Reader, idOrSlug: string): Promise<DatasetView> {
  const dataset = await findDataset(desk.db, idOrSlug);
  if (dataset === undefined) throw errors.datasetMissing(idOrSlug);
  const [ohlcv, indicator] = await Promise.all([
    desk.measurements.find(dataset.ohlcvMeasurement),
    desk.measurements.find(dataset.indicatorMeasurement),
  ]);
  return viewOf(dataset, ohlcv, indicator);
}

export async function getDatasets(desk: Reader, filter: DatasetFilter, page: PageRequest): Promise<Page<DatasetView>> {
  const { items, total } = await listDatasets(desk.db, filter, page);
  const measurementOf = await lookup(desk.measurements, items);
  return {
    items: items.map((dataset) =>
      viewOf(dataset, measurementOf(dataset.ohlcvMeasurement), measurementOf(dataset.indicatorMeasurement)),
    ),
    total,
  };
}

/** Creates the dataset or updates the one with this id or slug. */
export async function saveDataset(
  desk: Writer,
  input: DatasetToSave,
): Promise<{ datasetId: string; created: boolean }> {
  return inTransaction(desk.db, (tx) => saveDatasetIn(desk, tx, input));
}

export async function saveDatasetIn(
  desk: Omit<Writer, 'db'>,
  tx: Database,
  input: DatasetToSave,
): Promise<{ datasetId: string; created: boolean }> {
  await lockDatasets(tx);
  const holder = await findDatasetBySlug(tx, input.slug);
  const known = input.datasetId === undefined ? holder : await findDatasetById(tx, input.datasetId);
  if (holder !== undefined && holder.datasetId !== known?.datasetId) throw errors.datasetSlugTaken(input.slug);
  const nowMs = desk.clock.nowMs();
  const dataset: Dataset = {
    datasetId: known?.datasetId ?? input.datasetId ?? desk.ids.uuid(),
    slug: input.slug,
    symbol: input.symbol ?? known?.symbol ?? '',
    granularity: input.granularity ?? known?.granularity ?? '',
    source: input.source ?? known?.source ?? '',
    ohlcvMeasurement: input.ohlcvMeasurement ?? known?.ohlcvMeasurement ?? ohlcvMeasurementOf(input.slug),
    indicatorMeasurement:
      input.indicatorMeasurement ?? known?.indicatorMeasurement ?? indicatorMeasurementOf(input.slug),
    metadata: { ...known?.metadata, ...input.metadata },
    declared: mergeDeclared(known?.declared, input.declared),
    createdAtMs: known?.createdAtMs ?? nowMs,
    updatedAtMs: nowMs,
  };
  await putDataset(tx, dataset);
  return { datasetId: dataset.datasetId, created: known === undefined };
}

/** With `cascade` its runs and their simulations go too. Measurements stay. */
export async function removeDataset(
  desk: Pick<ResearchDesk, 'db'>,
  idOrSlug: string,
  { cascade }: { cascade: boolean },
): Promise<string> {
  return inTransaction(desk.db, async (tx) => {
    await lockDatasets(tx);
    const datasetId = await takeDataset(tx, idOrSlug);
    if (datasetId === undefined) throw errors.datasetMissing(idOrSlug);
    const runIds = await takeRunsOfDataset(tx, datasetId);
    if (runIds.length > 0 && !cascade) throw errors.datasetInUse(datasetId, runIds.length);
    await deleteSimulationsOfDataset(tx, datasetId);
    await deleteRunsOfDataset(tx, datasetId);
    await deleteDataset(tx, datasetId);
    return datasetId;
  });
}

/** One question to the store for a page of datasets, however many there are on it. */
async function lookup(
  measurements: MeasurementStore,
  datasets: readonly Dataset[],
): Promise<(name: string) => Measurement | undefined> {
  if (datasets.length === 0) return () => undefined;
  const known = new Map(
    (await measurements.list()).map((measurement) => [measurement.name.toLowerCase(), measurement]),
  );
  return (name) => known.get(name.toLowerCase());
}

function viewOf(
  dataset: DatasetListed,
  ohlcvMeasurement: Measurement | undefined,
  indicatorMeasurement: Measurement | undefined,
): DatasetView {
  const declared = fillDeclared(dataset.declared, dataset.metadata);
  const ohlcv = boundsOf(ohlcvMeasurement, declared.ohlcv);
  const indicator = boundsOf(indicatorMeasurement, declared.indicator);
  const granularity = granularityOf(dataset.granularity);
  return {
    ...dataset,
    ohlcv,
    indicator,
    barIntervalMs: declared.barIntervalMs ?? (granularity === undefined ? 0 : intervalMsOf(granularity)),
    lookbackRows: declared.lookbackRows ?? Math.max(0, ohlcv.rowCount - indicator.rowCount),
  };
}

function boundsOf(measurement: Measurement | undefined, declared: Declared['ohlcv']): RowBounds {
  if (measurement !== undefined) {
    const { rowCount, firstTsUs, lastTsUs } = measurement;
    return { rowCount, firstTsUs, lastTsUs };
  }
  return {
    rowCount: declared.rowCount ?? 0,
    firstTsUs: declared.firstTsUs ?? null,
    lastTsUs: declared.lastTsUs ?? null,
  };
}
