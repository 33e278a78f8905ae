/** Finding the bars a matrix needs: the ticker's own, at the cadence or finer, and daily bars of whatever its indicators look at. */
import { errors } from '#base/errors.js';
import { type BarInterval, isIntradayInterval } from '#engine/calendar/bar-interval.js';
import { DAY_MS, formatDay } from '#engine/calendar/civil-date.js';
import { type IndicatorRequest, resolveIndicators } from '#engine/indicators/resolve.js';
import { type BarDataset, type BarRows, findBarDataset, readBars } from '#services/research/bars.service.js';
import type { StrategyDesk } from './desk.js';
import type { BarSourceName, MatrixWork } from './matrix-work.js';

export interface FoundBars extends BarSourceName {
  readonly columns: BarRows;
}

type Desk = Pick<StrategyDesk, 'db' | 'measurements'>;

/** How the research services call our intervals; weekly bars are always made from daily ones. */
const GRANULARITY: Readonly<Partial<Record<BarInterval, string>>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '30m': '30m',
  hour: '1h',
  day: '1d',
};

/** Which stored bars serve a cadence, the best first: hours made from minutes know when the bell rang, a vendor's do not. */
const SERVES: Readonly<Record<BarInterval, readonly BarInterval[]>> = {
  '1m': ['1m'],
  '5m': ['5m', '1m'],
  '15m': ['15m', '5m', '1m'],
  '30m': ['30m', '15m', '5m', '1m'],
  hour: ['1m', '5m', '15m', '30m', 'hour'],
  day: ['day', 'hour', '30m', '15m', '5m', '1m'],
  week: ['day', 'hour', '30m', '15m', '5m', '1m'],
};

/** Coarsest first: what is asked when no cadence was named. */
const COARSEST: readonly BarInterval[] = ['day', 'hour', '30m', '15m', '5m', '1m'];

/** The coarsest bars stored of a ticker; undefined when there are none. */
export async function coarsestStored(desk: Desk, ticker: string): Promise<BarInterval | undefined> {
  for (const interval of COARSEST) if ((await storedBars(desk, ticker, interval)) !== undefined) return interval;
  return undefined;
}

/** The dataset that a model's bars come from; undefined when nothing is stored. */
export async function findPrices(
  desk: Desk,
  ticker: string,
  cadence: BarInterval,
): Promise<{ dataset: BarDataset; interval: BarInterval } | undefined> {
  for (const interval of SERVES[cadence]) {
    const dataset = await storedBars(desk, ticker, interval);
    if (dataset !== undefined) return { dataset, interval };
  }
  return undefined;
}

async function storedBars(desk: Desk, ticker: string, interval: BarInterval): Promise<BarDataset | undefined> {
  const granularity = GRANULARITY[interval];
  if (granularity === undefined) return undefined;
  const dataset = await findBarDataset(desk, { ticker, granularity });
  return dataset !== undefined && dataset.rowCount > 0 ? dataset : undefined;
}

/**
 * All bars up to the end of the work, the ticker's own first. Nothing later is read, so that a later import never makes
 * another matrix of the same request. Throws insufficientData naming the ticker, the kind and the dates that are missing.
 */
export async function gatherBars(desk: Desk, work: MatrixWork): Promise<FoundBars[]> {
  const toUs = (work.endDay + 1) * DAY_MS * 1000 - 1;
  const prices = await findPrices(desk, work.ticker, work.cadence);
  if (prices === undefined) throw pricesMissing(work, null);
  const columns = await readBars(desk, prices.dataset, { toUs });
  const lastUs = columns.timestampUs.at(-1);
  if (lastUs === undefined || lastUs < work.startDay * DAY_MS * 1000) throw pricesMissing(work, prices.dataset);
  const own: FoundBars = { role: 'bars', ticker: work.ticker, interval: prices.interval, columns };
  return [own, ...(await dailyBars(desk, work, toUs)), ...(await relatedBars(desk, work, toUs))];
}

function pricesMissing(work: MatrixWork, dataset: BarDataset | null) {
  const [start, end] = [formatDay(work.startDay), formatDay(work.endDay)];
  const stored =
    dataset === null || dataset.firstTsUs === null || dataset.lastTsUs === null
      ? 'none are stored'
      : `stored are ${dayOfUs(dataset.firstTsUs)} to ${dayOfUs(dataset.lastTsUs)}`;
  return errors.insufficientData(`no ${work.cadence} bars of ${work.ticker} from ${start} to ${end}; ${stored}`, {
    ticker: work.ticker,
    kind: `${work.cadence} bars`,
    missing_from: start,
    missing_to: end,
  });
}

const dayOfUs = (us: number) => formatDay(Math.floor(us / (DAY_MS * 1000)));

/** Stored daily bars know more sessions than intraday ones; where there are none, the engine makes them. */
async function dailyBars(desk: Desk, work: MatrixWork, toUs: number): Promise<FoundBars[]> {
  if (!isIntradayInterval(work.cadence)) return [];
  const dataset = await storedBars(desk, work.ticker, 'day');
  if (dataset === undefined) return [];
  return [{ role: 'daily', ticker: work.ticker, interval: 'day', columns: await readBars(desk, dataset, { toUs }) }];
}

/** Daily bars of other tickers that the indicators name; one that is not stored leaves its columns null, with a warning. */
async function relatedBars(desk: Desk, work: MatrixWork, toUs: number): Promise<FoundBars[]> {
  const found: FoundBars[] = [];
  for (const ticker of relatedTickers(work)) {
    const dataset = await storedBars(desk, ticker, 'day');
    if (dataset === undefined) continue;
    found.push({ role: 'related', ticker, interval: 'day', columns: await readBars(desk, dataset, { toUs }) });
  }
  return found;
}

const TICKER_PARAMS = ['underlying', 'ticker', 'index_ticker', 'near', 'far'];
const INDEX_SHORTHANDS: Readonly<Record<string, string>> = { '1m': 'I:VIX', '3m': 'I:VIX3M', '6m': 'I:VIX6M' };
const TICKER = /^[A-Z0-9.^:-]{1,12}$/;

function relatedTickers({ indicators, features, ticker }: MatrixWork): string[] {
  const named: IndicatorRequest[] = [...indicators, ...(features ?? []).filter((name) => name.includes('__'))];
  const tickers = resolveIndicators(named).flatMap(({ params }) =>
    TICKER_PARAMS.flatMap((name) => {
      const value = params[name];
      return typeof value === 'string' ? [INDEX_SHORTHANDS[value.toLowerCase()] ?? value.toUpperCase()] : [];
    }),
  );
  return [...new Set(tickers)].filter((name) => name !== ticker && TICKER.test(name)).sort();
}
