/** What is derived and trained of a symbol over days: bars, samples with their statistics, a summary, a baseline (umiki.md 9.1 to 9.5). */
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { sha256 } from '#data/hash.js';
import { BASELINE_SAMPLES_MIN, type Baseline } from '#engine/book/day/baseline.js';
import { BAR_COLUMNS, type BarColumn } from '#engine/book/day/minute-bars.js';
import { sessionOf } from '#engine/book/day/sessions.js';
import { SHARD_COLUMNS, SHARD_FEATURES, type ShardColumn } from '#engine/book/day/training-shard.js';
import { listZoneFiles, ZONES, type ZoneFile } from '#store/zone-file.store.js';
import { datasetOf } from './day-reader.js';
import type { MarketDesk } from './desk.js';

export type { Baseline } from '#engine/book/day/baseline.js';
export { BAR_COLUMNS, type BarColumn } from '#engine/book/day/minute-bars.js';
export { SHARD_COLUMNS, SHARD_FEATURES, type ShardColumn } from '#engine/book/day/training-shard.js';

type Desk = Pick<MarketDesk, 'db' | 'root' | 'reader' | 'compute' | 'baselines'>;

export interface SymbolSpan {
  readonly symbol: string;
  readonly dataset?: string | undefined;
  /** Inclusive dates. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Columns of equal length; NaN is "not known". */
export interface Table<Name extends string> {
  readonly rows: number;
  readonly columns: Readonly<Record<Name, Float64Array>>;
  /** The trading date of each row. */
  readonly dates: readonly string[];
}

export type SessionWanted = 'all' | 'rth' | 'extended';

async function filesOf(
  { db }: Pick<Desk, 'db'>,
  { symbol, dataset, from, to }: SymbolSpan,
  kind: string,
): Promise<ZoneFile[]> {
  const meant = await datasetOf({ db }, symbol, dataset);
  return listZoneFiles(db, { symbol, dataset: meant, kind, fromDate: from, toDate: to });
}

async function readTable<Name extends string>(
  desk: Pick<Desk, 'reader' | 'root'>,
  files: readonly ZoneFile[],
  names: readonly Name[],
): Promise<Table<Name>> {
  const paths = files.map(({ filePath }) => join(desk.root, filePath));
  const read =
    paths.length === 0
      ? { rows: 0, columns: names.map(() => new Float64Array(0)) }
      : await desk.reader.doubles(paths, names);
  const columns = Object.fromEntries(names.map((name, j) => [name, read.columns[j]!])) as Record<Name, Float64Array>;
  return { rows: read.rows, columns, dates: files.flatMap(({ date, nRecords }) => Array<string>(nRecords).fill(date)) };
}

/** Ascending. `extended` are the bars outside of regular hours. Errors: marketSymbolMissing. */
export async function readDerivedBars(
  desk: Pick<Desk, 'db' | 'reader' | 'root'>,
  span: SymbolSpan,
  session: SessionWanted,
): Promise<Table<BarColumn>> {
  const table = await readTable(desk, await filesOf(desk, span, 'bars_1m'), BAR_COLUMNS);
  if (session === 'all') return table;
  return keepRows(table, (i) => sessionOf(table.columns.ts[i]!) === session);
}

function keepRows<Name extends string>(table: Table<Name>, isKept: (row: number) => boolean): Table<Name> {
  const rows = table.dates.map((_, i) => i).filter(isKept);
  const columns = Object.entries<Float64Array>(table.columns).map(([name, values]) => [
    name,
    Float64Array.from(rows, (i) => values[i]!),
  ]);
  return {
    rows: rows.length,
    columns: Object.fromEntries(columns) as Record<Name, Float64Array>,
    dates: rows.map((i) => table.dates[i]!),
  };
}

export interface ColumnFigures {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
}

export interface TrainingSamples extends Table<ShardColumn> {
  /** None when there are no samples. */
  readonly figures: Readonly<Partial<Record<ShardColumn, ColumnFigures>>>;
}

/** Errors: marketSymbolMissing. */
export async function readTraining(
  desk: Pick<Desk, 'db' | 'reader' | 'root'>,
  span: SymbolSpan,
): Promise<TrainingSamples> {
  const table = await readTable(desk, await filesOf(desk, span, 'shard'), SHARD_COLUMNS);
  const measured = table.rows === 0 ? [] : [...SHARD_FEATURES, 'return_1m' as const];
  return { ...table, figures: Object.fromEntries(measured.map((name) => [name, figuresOf(table.columns[name])])) };
}

/** Population deviation; the median of an even count is the mean of the two middle values. */
export function figuresOf(values: Float64Array): ColumnFigures {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (values[i]! - mean) ** 2;
  const sorted = values.slice().sort();
  const median = (sorted[Math.floor((count - 1) / 2)]! + sorted[Math.floor(count / 2)]!) / 2;
  return { mean, std: Math.sqrt(squares / count), min: sorted[0]!, max: sorted[count - 1]!, median };
}

export interface ZoneSummary {
  readonly dates: readonly string[];
  readonly totalRecords: number;
  readonly totalSizeMb: number;
}

export interface DaySummary {
  readonly date: string;
  readonly bars: number;
  readonly totalVolume: number;
  readonly avgSpread: number;
  readonly returnMean: number;
  readonly returnStd: number;
}

export interface SymbolSummary {
  readonly dataset: string;
  /** Only zones that hold something. */
  readonly zones: Readonly<Record<string, ZoneSummary>>;
  readonly daily: readonly DaySummary[];
}

/** Errors: marketSymbolMissing. */
export async function summarise(
  desk: Pick<Desk, 'db' | 'reader' | 'root'>,
  { symbol, dataset: asked }: Pick<SymbolSpan, 'symbol' | 'dataset'>,
): Promise<SymbolSummary> {
  const dataset = await datasetOf(desk, symbol, asked);
  const files = await listZoneFiles(desk.db, { symbol, dataset });
  const zones = ZONES.flatMap((zone) => {
    const own = files.filter((file) => file.zone === zone);
    return own.length === 0 ? [] : [[zone, zoneSummary(own)] as const];
  });
  const bars = await readTable(
    desk,
    files.filter(({ kind }) => kind === 'bars_1m'),
    ['volume', 'avg_spread', 'return_1m'],
  );
  return { dataset, zones: Object.fromEntries(zones), daily: dailyOf(bars) };
}

function zoneSummary(files: readonly ZoneFile[]): ZoneSummary {
  // Bars are few beside the rows they come from: they count in size alone.
  const counted = files.filter(({ kind }) => kind !== 'bars_1m');
  return {
    dates: [...new Set(files.map(({ date }) => date))].sort(),
    totalRecords: counted.reduce((sum, { nRecords }) => sum + nRecords, 0),
    totalSizeMb: files.reduce((sum, { fileSize }) => sum + fileSize, 0) / 1e6,
  };
}

function dailyOf({ dates, columns }: Table<'volume' | 'avg_spread' | 'return_1m'>): DaySummary[] {
  const rowsOf = new Map<string, number[]>();
  for (let i = 0; i < dates.length; i++) {
    const rows = rowsOf.get(dates[i]!);
    if (rows === undefined) rowsOf.set(dates[i]!, [i]);
    else rows.push(i);
  }
  return [...rowsOf].map(([date, rows]) => {
    const sum = (values: Float64Array) => rows.reduce((total, i) => total + values[i]!, 0);
    const returns = Float64Array.from(rows.map((i) => columns.return_1m[i]!).filter((value) => !Number.isNaN(value)));
    const figures = returns.length === 0 ? { mean: 0, std: 0 } : figuresOf(returns);
    return {
      date,
      bars: rows.length,
      totalVolume: sum(columns.volume),
      avgSpread: sum(columns.avg_spread) / rows.length,
      returnMean: figures.mean,
      returnStd: figures.std,
    };
  });
}

/** Remembered by the shards' bytes. Errors: marketSymbolMissing, trainingMissing, trainingTooShort. */
export async function fitBaselineOf(
  desk: Desk,
  span: Pick<SymbolSpan, 'symbol' | 'dataset'>,
): Promise<{ readonly dataset: string; readonly baseline: Baseline }> {
  const files = await filesOf(desk, span, 'shard');
  if (files.length === 0) throw errors.trainingMissing(span.symbol);
  const samples = files.reduce((sum, { nRecords }) => sum + nRecords, 0);
  if (samples < BASELINE_SAMPLES_MIN) throw errors.trainingTooShort(samples, BASELINE_SAMPLES_MIN);
  const key = sha256(files.map((file) => file.sha256).join('\n'));
  const baseline = await desk.baselines.get(key, async () => {
    const { columns } = await readTable(desk, files, SHARD_COLUMNS);
    return desk.compute.run('fitBaseline', {
      features: SHARD_FEATURES.map((name) => columns[name]),
      returns: columns.return_1m,
      directions: columns.direction_1m,
    });
  });
  return { dataset: files[0]!.dataset, baseline };
}
