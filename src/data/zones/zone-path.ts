/** Where the files of the zones stand under the data root (umiki.md 4.1). Names come from users: every part is checked or encoded here. */
import { sep } from 'node:path';
import { assert } from '#base/assert.js';
import { sha256 } from '../hash.js';

export interface MarketDay {
  readonly dataset: string;
  readonly symbol: string;
  /** `YYYY-MM-DD`, trading date. */
  readonly date: string;
}

export const SYMBOL = /^[A-Z0-9.+\-=^_]{1,24}$/;
export const DATASET = /^[A-Z0-9]{2,8}\.[A-Z0-9]{2,12}$/;
export const DATE = /^\d{4}-\d{2}-\d{2}$/;

export const isSymbol = (text: string): boolean => SYMBOL.test(text) && text !== '.' && text !== '..';
export const isDataset = (text: string): boolean => DATASET.test(text);

/** A day that the calendar has. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

export const encodeSymbol = (symbol: string): string =>
  symbol.replace(/[^A-Z0-9.-]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

export const decodeSymbol = (name: string): string =>
  name.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function checked({ dataset, symbol, date }: MarketDay): string {
  assert(isDataset(dataset) && isSymbol(symbol) && isDate(date), 'names of a day were checked at the rim');
  return `${dataset}/${encodeSymbol(symbol)}/${date}`;
}

export const tradesName = (eventsSha256: string) => `trades-${eventsSha256.slice(0, 16)}.parquet`;

/** Paths relative to the data root, with slashes on every system: they are names on the wire. */
export const zonePath = {
  raw: (day: MarketDay, isCompressed: boolean) => `raw/${checked(day)}.dbn${isCompressed ? '.zst' : ''}`,
  canonical: (day: MarketDay) => `canonical/${checked(day)}/events.parquet`,
  /** Which rows stand at which moment; made with the events, and made again from them when it is lost. */
  dayIndex: (day: MarketDay) => `canonical/${checked(day)}/events.index`,
  /** The trades among the events, few beside the rest: named by the events' bytes, so that they are never those of others. */
  trades: (day: MarketDay, eventsSha256: string) => `canonical/${checked(day)}/${tradesName(eventsSha256)}`,
  /** Rows spread evenly over the day, from which pictures of all of it are drawn. */
  samples: (day: MarketDay) => `canonical/${checked(day)}/events.samples`,
  /** Whole books every so often, where the raw file tells of single orders. */
  keyframes: (day: MarketDay) => `canonical/${checked(day)}/events.keyframes`,
  features: (day: MarketDay) => `derived/${checked(day)}/features.parquet`,
  bars: (day: MarketDay) => `derived/${checked(day)}/bars_1m.parquet`,
  shard: (day: MarketDay) => `training/${checked(day)}.parquet`,
  shardX: (day: MarketDay) => `training/${checked(day)}.X.npy`,
  shardY: (day: MarketDay) => `training/${checked(day)}.y.npy`,
  manifest: (dataset: string) => `training/${dataset}/manifest.json`,
  qc: (day: MarketDay) => `qc/${checked(day)}.json`,
};

/** The directory of a zone's day, as people read it in messages: `canonical/XNAS.ITCH/NVDA/2026-02-02`. */
export const zonePlace = (zone: string, day: MarketDay) => `${zone}/${day.dataset}/${day.symbol}/${day.date}`;

export interface ZoneFileName extends MarketDay {
  readonly zone: 'raw' | 'canonical' | 'derived' | 'training';
  readonly kind: 'raw' | 'events' | 'features' | 'bars_1m' | 'shard';
}

/** What a path under the root is, the other way round; undefined for whatever is no registered file. */
export function zoneFileOf(path: string): ZoneFileName | undefined {
  const parts = path.split(sep).join('/').split('/');
  const [zone, dataset = '', name = ''] = parts;
  const symbol = decodeSymbol(name);
  if (!isDataset(dataset) || !isSymbol(symbol) || encodeSymbol(symbol) !== name) return undefined;
  const last = parts.at(-1) ?? '';
  const day = (date: string) => (isDate(date) ? { dataset, symbol, date } : undefined);
  const is = (where: MarketDay | undefined, of: Pick<ZoneFileName, 'zone' | 'kind'>) => where && { ...where, ...of };
  if (parts.length === 4 && zone === 'raw' && /\.dbn(\.zst)?$/.test(last))
    return is(day(last.replace(/\.dbn(\.zst)?$/, '')), { zone: 'raw', kind: 'raw' });
  if (parts.length === 4 && zone === 'training' && last.endsWith('.parquet'))
    return is(day(last.slice(0, -'.parquet'.length)), { zone: 'training', kind: 'shard' });
  if (parts.length !== 5) return undefined;
  const date = parts[3] ?? '';
  if (zone === 'canonical' && last === 'events.parquet') return is(day(date), { zone: 'canonical', kind: 'events' });
  if (zone === 'derived' && last === 'features.parquet') return is(day(date), { zone: 'derived', kind: 'features' });
  if (zone === 'derived' && last === 'bars_1m.parquet') return is(day(date), { zone: 'derived', kind: 'bars_1m' });
  return undefined;
}

const shortHash = (parts: readonly string[]) => sha256(parts.join('|')).slice(0, 16);

/** Stable across rebuilds (umiki.md 5). */
export const zoneFileId = ({ dataset, symbol, date, zone, kind }: ZoneFileName): string =>
  shortHash([dataset, symbol, date, zone, kind]);

/** umiki.md 6. */
export const qcReportId = ({ dataset, symbol, date }: MarketDay): string => shortHash(['qc', dataset, symbol, date]);
