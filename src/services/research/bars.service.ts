/** Price bars of a ticker: their one home, whoever brought them (stage1 imports, sigma's POST /data/bars, umiki). */
import { errors } from '#base/errors.js';
import type { AppendReport, BatchColumn, Measurement, TimeRange } from '#data/timeseries/port.js';
import type { RawBars } from '#engine/calendar/bars-from-columns.js';
import { type Dataset, listDatasetsOfSymbol } from '#store/dataset.store.js';
import { saveDataset } from './dataset.service.js';
import type { ResearchDesk } from './desk.js';
import { type Granularity, granularityOf, spellingsOf } from './granularity.js';

/** Where the bars of one ticker and granularity stand. */
export interface BarDataset {
  /** Null for a measurement that was imported without a dataset: it counts by its name alone. */
  readonly datasetId: string | null;
  readonly slug: string;
  readonly ticker: string;
  readonly granularity: Granularity;
  readonly measurement: string;
  /** 0 and null while nothing was written. */
  readonly rowCount: number;
  readonly firstTsUs: number | null;
  readonly lastTsUs: number | null;
}

/** Columns of equal length, as the engine takes them; missing values are NaN. */
export type BarColumns = RawBars;

export interface BarRows extends BarColumns {
  readonly rows: number;
  readonly vwap: Float64Array;
}

type Reader = Pick<ResearchDesk, 'db' | 'measurements'>;

/**
 * The dataset with this symbol and granularity, ignoring case, or the one called `<ticker>_<granularity>`, or a measurement
 * `<ticker>_<granularity>_ohlcv` that was imported alone. Of several, one with rows wins, then the latest touched.
 */
export async function findBarDataset(
  desk: Reader,
  asked: { ticker: string; granularity: string },
): Promise<BarDataset | undefined> {
  const granularity = known(asked.granularity);
  const measurements = await desk.measurements.list();
  const byName = new Map(measurements.map((measurement) => [measurement.name.toLowerCase(), measurement]));
  const datasets = (await listDatasetsOfSymbol(desk.db, asked.ticker)).filter(
    (dataset) => granularityOf(dataset.granularity) === granularity,
  );
  const candidates = datasets.map((dataset) =>
    withRows(dataset, asked.ticker, granularity, byName.get(dataset.ohlcvMeasurement.toLowerCase())),
  );
  const filled = candidates.find((candidate) => candidate.rowCount > 0);
  return filled ?? importedAlone(byName, asked.ticker, granularity) ?? candidates[0];
}

/** Writes bars into the ticker's dataset, which is made when there is none. Rows of the same time are replaced, and those of `replaces` that do not come again go. */
export async function upsertBars(
  desk: Reader & Pick<ResearchDesk, 'clock' | 'ids'>,
  bars: { ticker: string; granularity: string; columns: BarColumns; source?: string; replaces?: TimeRange | undefined },
): Promise<{ dataset: BarDataset; report: AppendReport }> {
  const granularity = known(bars.granularity);
  const found = await findBarDataset(desk, bars);
  if (found === undefined || found.datasetId === null)
    await saveDataset(desk, {
      slug: found?.slug ?? `${bars.ticker}_${granularity}`,
      symbol: bars.ticker,
      granularity,
      ohlcvMeasurement: found?.measurement,
      source: bars.source,
    });
  const dataset = found?.datasetId == null ? await findBarDataset(desk, bars) : found;
  if (dataset === undefined) throw errors.datasetMissing(`${bars.ticker}_${granularity}`);
  const { timestampUs, open, high, low, close, volume, vwap } = bars.columns;
  const columns = Object.entries({ open, high, low, close, volume, ...(vwap && { vwap }) }).map(
    ([name, values]): BatchColumn => ({ name, type: 'DOUBLE', values }),
  );
  const report = await desk.measurements.append(
    dataset.measurement,
    { timestampUs, columns },
    bars.replaces && { replaces: bars.replaces },
  );
  return { dataset: (await findBarDataset(desk, bars)) ?? dataset, report };
}

/** The bars that begin in [fromUs, toUs], ascending. Throws barsUnreadable when the measurement lacks a price column. */
export async function readBars(
  desk: Pick<ResearchDesk, 'measurements'>,
  dataset: Pick<BarDataset, 'measurement'>,
  range: { fromUs?: number; toUs?: number } = {},
): Promise<BarRows> {
  const measurement = await desk.measurements.find(dataset.measurement);
  if (measurement === undefined) return emptyBars();
  const names = new Map(measurement.columns.map((column) => [column.name.toLowerCase(), column.name]));
  for (const price of PRICES) if (!names.has(price)) throw errors.barsUnreadable(measurement.name, price);
  const read = await desk.measurements.readDoubles(measurement.name, {
    columns: [...PRICES, ...EXTRAS].flatMap((column) => names.get(column) ?? []),
    ...(range.fromUs === undefined ? {} : { firstTsUs: range.fromUs }),
    ...(range.toUs === undefined ? {} : { lastTsUs: range.toUs }),
  });
  const column = (name: string) =>
    read.columns[names.get(name) ?? name] ?? new Float64Array(read.rows).fill(Number.NaN);
  return {
    rows: read.rows,
    timestampUs: read.timestampUs,
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    vwap: column('vwap'),
  };
}

const PRICES = ['open', 'high', 'low', 'close'] as const;
const EXTRAS = ['volume', 'vwap'] as const;

function known(text: string): Granularity {
  const granularity = granularityOf(text);
  if (granularity === undefined) throw errors.granularityUnknown(text);
  return granularity;
}

function withRows(
  dataset: Dataset,
  ticker: string,
  granularity: Granularity,
  measurement: Measurement | undefined,
): BarDataset {
  return {
    datasetId: dataset.datasetId,
    slug: dataset.slug,
    ticker,
    granularity,
    measurement: measurement?.name ?? dataset.ohlcvMeasurement,
    rowCount: measurement?.rowCount ?? 0,
    firstTsUs: measurement?.firstTsUs ?? null,
    lastTsUs: measurement?.lastTsUs ?? null,
  };
}

function importedAlone(
  byName: ReadonlyMap<string, Measurement>,
  ticker: string,
  granularity: Granularity,
): BarDataset | undefined {
  for (const spelling of spellingsOf(granularity)) {
    const measurement = byName.get(`${ticker}_${spelling}_ohlcv`.toLowerCase());
    if (measurement === undefined) continue;
    const { name, rowCount, firstTsUs, lastTsUs } = measurement;
    const slug = name.slice(0, -'_ohlcv'.length);
    return { datasetId: null, slug, ticker, granularity, measurement: name, rowCount, firstTsUs, lastTsUs };
  }
  return undefined;
}

function emptyBars(): BarRows {
  const none = () => new Float64Array(0);
  return {
    rows: 0,
    timestampUs: none(),
    open: none(),
    high: none(),
    low: none(),
    close: none(),
    volume: none(),
    vwap: none(),
  };
}
