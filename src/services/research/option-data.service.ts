/** Option data of an underlying: snapshots of its chain, and bars of its contracts. One measurement each, beside its price bars. */
import type { AppendReport, BatchColumn, Measurement } from '#data/timeseries/port.js';
import { formatDay } from '#engine/calendar/civil-date.js';
import type { RawOptionChain } from '#engine/options/chain-from-columns.js';
import type { RawOptionBars } from '#engine/options/flow-from-columns.js';
import type { ResearchDesk } from './desk.js';
import { optionMeasurementOf } from './measurement-name.js';

export type OptionData = 'chains' | 'bars';

/** Numeric columns as the rest of the house calls them, and as the measurement does. */
const NUMBERS: Readonly<Record<OptionData, Readonly<Record<string, string>>>> = {
  chains: {
    expiryDay: 'expiry_day',
    strike: 'strike',
    isCall: 'is_call',
    bid: 'bid',
    ask: 'ask',
    mid: 'mid',
    iv: 'iv',
    delta: 'delta',
    gamma: 'gamma',
    theta: 'theta',
    vega: 'vega',
    openInterest: 'oi',
    volume: 'volume',
  },
  bars: {
    expiryDay: 'expiry_day',
    strike: 'strike',
    isCall: 'is_call',
    minutes: 'interval_minutes',
    open: 'open',
    high: 'high',
    low: 'low',
    close: 'close',
    volume: 'volume',
    vwap: 'vwap',
  },
};

/** What makes a row unique beside its time (sigma 28). */
const KEYS: Readonly<Record<OptionData, readonly string[]>> = {
  chains: ['expiry', 'strike', 'type'],
  bars: ['occ_symbol'],
};

/** Columns of equal length, by the names on the left of `NUMBERS`; missing values are NaN. */
export interface OptionRows {
  readonly columns: Readonly<Record<string, Float64Array>> & { readonly timestampUs: Float64Array };
  /** One a row for bars; none for chains. */
  readonly symbols: readonly string[];
}

/** Rows of the same key are replaced. The texts beside the numbers are for people who look with SQL. */
export async function upsertOptionRows(
  desk: Pick<ResearchDesk, 'measurements'>,
  kind: OptionData,
  underlying: string,
  { columns, symbols }: OptionRows,
): Promise<AppendReport> {
  const { timestampUs, expiryDay, isCall } = columns;
  const texts: BatchColumn[] = [
    { name: 'expiry', type: 'VARCHAR', values: Array.from(expiryDay!, formatDay) },
    { name: 'type', type: 'VARCHAR', values: Array.from(isCall!, (call) => (call === 1 ? 'call' : 'put')) },
  ];
  if (kind === 'bars') texts.unshift({ name: 'occ_symbol', type: 'VARCHAR', values: symbols });
  const numbers = Object.entries(NUMBERS[kind]).map(
    ([name, stored]): BatchColumn => ({ name: stored, type: 'DOUBLE', values: columns[name]! }),
  );
  return desk.measurements.append(
    optionMeasurementOf(underlying, kind),
    { timestampUs, columns: [...texts, ...numbers] },
    { dedupKeys: KEYS[kind] },
  );
}

export const readOptionChain = async (desk: Reader, underlying: string, range: Range): Promise<RawOptionChain> =>
  asChain(await readOptions(desk, 'chains', underlying, range));

export const readOptionBars = async (desk: Reader, underlying: string, range: Range): Promise<RawOptionBars> =>
  asBars(await readOptions(desk, 'bars', underlying, range));

/** Whether any snapshot or contract bar is stored, of whatever underlying. */
export async function hasOptionData(desk: Reader, kind: OptionData): Promise<boolean> {
  const stored = await desk.measurements.list();
  return stored.some(({ name, rowCount }) => rowCount > 0 && name.endsWith(`_option_${kind}`));
}

type Reader = Pick<ResearchDesk, 'measurements'>;

interface Range {
  /** Rows at or before this moment. */
  readonly toUs: number;
}

type Columns = Readonly<Record<string, Float64Array>> & { readonly timestampUs: Float64Array };

/** Empty columns where nothing is stored. */
async function readOptions(desk: Reader, kind: OptionData, underlying: string, { toUs }: Range): Promise<Columns> {
  const measurement = await findStored(desk, optionMeasurementOf(underlying, kind));
  const names = Object.entries(NUMBERS[kind]);
  if (measurement === undefined) {
    const none = new Float64Array(0);
    return { timestampUs: none, ...Object.fromEntries(names.map(([name]) => [name, none])) };
  }
  const known = new Set(measurement.columns.map(({ name }) => name));
  const read = await desk.measurements.readDoubles(measurement.name, {
    columns: names.map(([, stored]) => stored).filter((stored) => known.has(stored)),
    lastTsUs: toUs,
  });
  const column = (stored: string) => read.columns[stored] ?? new Float64Array(read.rows).fill(Number.NaN);
  return {
    timestampUs: read.timestampUs,
    ...Object.fromEntries(names.map(([name, stored]) => [name, column(stored)])),
  };
}

/** Names are unique ignoring case. */
async function findStored(desk: Reader, name: string): Promise<Measurement | undefined> {
  const stored = await desk.measurements.list();
  return stored.find((measurement) => measurement.name.toLowerCase() === name.toLowerCase());
}

const asChain = (columns: Columns): RawOptionChain => ({
  timestampUs: columns.timestampUs,
  expiryDay: columns['expiryDay']!,
  strike: columns['strike']!,
  isCall: columns['isCall']!,
  bid: columns['bid']!,
  ask: columns['ask']!,
  mid: columns['mid']!,
  iv: columns['iv']!,
  delta: columns['delta']!,
  gamma: columns['gamma']!,
  openInterest: columns['openInterest']!,
});

const asBars = (columns: Columns): RawOptionBars => ({
  timestampUs: columns.timestampUs,
  minutes: columns['minutes']!,
  expiryDay: columns['expiryDay']!,
  strike: columns['strike']!,
  isCall: columns['isCall']!,
  volume: columns['volume']!,
  vwap: columns['vwap']!,
});
