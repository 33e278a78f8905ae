/** The rows of a dataset's two measurements: appended by clients, read back in slices (stage1.md 3.3). */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { AppendReport, BatchColumn, QueryResult } from '#data/timeseries/port.js';
import { findDataset } from '#store/dataset.store.js';
import type { ResearchDesk } from './desk.js';
import { batchOfRows, type RowFault } from './row-batch.js';
import type { TimeUnit } from './time-unit.js';

export type RowKind = 'ohlcv' | 'indicator';

type Reader = Pick<ResearchDesk, 'db' | 'measurements'>;

export interface RowSlice {
  readonly limit?: number | undefined;
  readonly offset: number;
  readonly descending: boolean;
}

export interface DatasetRows {
  readonly measurement: string;
  /** Chunk by chunk, in time order; none when nothing was written yet. */
  readonly chunks: AsyncIterable<QueryResult>;
}

const FAULTS_TOLD_MAX = 100;

/** Upserts on the time. Any bad row: throws rowsRejected and writes nothing. */
export async function appendRows(
  desk: Reader,
  request: { dataset: string; kind: RowKind; rows: readonly JsonObject[]; timestampUnit?: TimeUnit | undefined },
): Promise<{ measurement: string; report: AppendReport; rows: number }> {
  const measurement = await measurementOf(desk, request.dataset, request.kind);
  const required = request.kind === 'ohlcv' ? OHLCV : [];
  const { batch, faults, faultCount } = batchOfRows(request.rows, { required, timestampUnit: request.timestampUnit });
  if (faultCount > 0) throw errors.rowsRejected(faultCount, faults.slice(0, FAULTS_TOLD_MAX).map(faultDetail));
  if (request.rows.length === 0) return { measurement, report: NOTHING, rows: 0 };
  const stored = await desk.measurements.find(measurement);
  // A column of this batch that holds nothing but null takes the stored type: it says nothing about its own.
  const columns = batch.columns.map((column) => (isEmpty(column) ? emptyAs(column, stored) : column));
  const report = await desk.measurements.append(measurement, { timestampUs: batch.timestampUs, columns });
  return { measurement, report, rows: request.rows.length };
}

export async function getRows(
  desk: Reader,
  request: { dataset: string; kind: RowKind; slice: RowSlice },
): Promise<DatasetRows> {
  const measurement = await measurementOf(desk, request.dataset, request.kind);
  if ((await desk.measurements.find(measurement)) === undefined) return { measurement, chunks: noRows() };
  const { limit, offset, descending } = request.slice;
  const slice = { offset, descending, ...(limit === undefined ? {} : { limit }) };
  return { measurement, chunks: desk.measurements.readRows(measurement, slice) };
}

const OHLCV = ['open', 'high', 'low', 'close'];
const NOTHING: AppendReport = { rowsInserted: 0, rowsUpdated: 0, duplicatesInBatch: 0 };

async function measurementOf(desk: Reader, idOrSlug: string, kind: RowKind): Promise<string> {
  const dataset = await findDataset(desk.db, idOrSlug);
  if (dataset === undefined) throw errors.datasetMissing(idOrSlug);
  return kind === 'ohlcv' ? dataset.ohlcvMeasurement : dataset.indicatorMeasurement;
}

async function* noRows(): AsyncGenerator<QueryResult> {}

const faultDetail = ({ row, column, message }: RowFault): JsonObject => ({ row, column, message });

const isEmpty = (column: BatchColumn) =>
  column.type === 'DOUBLE' ? column.values.every(Number.isNaN) : column.values.every((value) => value === null);

function emptyAs(column: BatchColumn, stored: Awaited<ReturnType<ResearchDesk['measurements']['find']>>): BatchColumn {
  const type = stored?.columns.find(({ name }) => name.toLowerCase() === column.name.toLowerCase())?.type;
  if (type !== 'BOOLEAN' && type !== 'VARCHAR') return column;
  return { name: column.name, type, values: new Array<null>(column.values.length).fill(null) };
}
