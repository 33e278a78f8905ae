/** Rows that a client sent as bars, read and judged one by one, gathered into columns by ticker and interval (sigma 10.1). */
import { whyInvalid } from '#engine/calendar/bars-from-columns.js';
import { numberIn, tickerIn, timeIn } from './row-cells.js';

export const INGEST_INTERVALS = ['1m', '5m', '15m', '30m', 'hour', 'day'] as const;
export type IngestInterval = (typeof INGEST_INTERVALS)[number];

/** What a row that does not say so itself belongs to: the short form's head. */
export interface BarHead {
  readonly ticker: string | null;
  readonly interval: IngestInterval | null;
}

export interface RejectedRow {
  /** Position among the rows that were sent, from 0. */
  readonly row: number;
  readonly reason: string;
}

export interface GatheredBars {
  readonly groups: readonly {
    readonly ticker: string;
    readonly interval: IngestInterval;
    readonly columns: BarColumns;
  }[];
  /** The first of them; `rejectedCount` counts all. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
}

export const REJECTED_LISTED = 1000;

export interface BarGatherer {
  /** One row as it came: an object of texts or numbers, or anything else, which is a fault of that row alone. */
  add(row: unknown): void;
  finish(): GatheredBars;
}

const VALUES = ['open', 'high', 'low', 'close', 'volume', 'vwap'] as const;
type Value = (typeof VALUES)[number];

export type BarColumns = Readonly<Record<'timestampUs' | Value, Float64Array>>;
type Growing = Readonly<Record<'timestampUs' | Value, number[]>>;

export function gatherBarRows(head: BarHead): BarGatherer {
  const groups = new Map<string, { ticker: string; interval: IngestInterval; growing: Growing }>();
  const rejected: RejectedRow[] = [];
  let [row, rejectedCount] = [0, 0];
  const judged = oneBar();
  const growingOf = (ticker: string, interval: IngestInterval): Growing => {
    const key = `${ticker}\0${interval}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { ticker, interval, growing: emptyColumns() };
      groups.set(key, group);
    }
    return group.growing;
  };
  const take = (given: unknown): string | undefined => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'it is no object';
    const cells = given as Readonly<Record<string, unknown>>;
    const ticker = cells['ticker'] === undefined ? head.ticker : tickerIn(cells['ticker']);
    if (ticker === null) return 'the ticker is missing or malformed';
    const interval = cells['interval'] === undefined ? head.interval : intervalIn(cells['interval']);
    if (interval === null) return `the interval must be one of ${INGEST_INTERVALS.join(', ')}`;
    const ms = timeIn(cells['ts']);
    if (ms === undefined) return 'ts must be an ISO 8601 time or date';
    judged.timestampUs[0] = ms * 1000;
    for (const name of VALUES) judged[name][0] = numberIn(cells[name]);
    if (!Number.isFinite(judged.volume[0]!)) return 'the volume is missing';
    const reason = whyInvalid(judged, 0);
    if (reason !== undefined) return reason;
    const growing = growingOf(ticker, interval);
    growing.timestampUs.push(ms * 1000);
    for (const name of VALUES) growing[name].push(judged[name][0]!);
    return undefined;
  };
  return {
    add(given) {
      const reason = take(given);
      if (reason !== undefined) {
        rejectedCount++;
        if (rejected.length < REJECTED_LISTED) rejected.push({ row, reason });
      }
      row++;
    },
    finish: () => ({
      groups: [...groups.values()].map(({ ticker, interval, growing }) => ({
        ticker,
        interval,
        columns: columnsOf(growing),
      })),
      rejected,
      rejectedCount,
    }),
  };
}

const emptyColumns = (): Growing => ({
  timestampUs: [],
  open: [],
  high: [],
  low: [],
  close: [],
  volume: [],
  vwap: [],
});

/** One bar for the engine to judge, used again for every row. */
const oneBar = (): BarColumns => {
  const one = () => new Float64Array(1);
  return { timestampUs: one(), open: one(), high: one(), low: one(), close: one(), volume: one(), vwap: one() };
};

const columnsOf = (growing: Growing): BarColumns => ({
  timestampUs: new Float64Array(growing.timestampUs),
  open: new Float64Array(growing.open),
  high: new Float64Array(growing.high),
  low: new Float64Array(growing.low),
  close: new Float64Array(growing.close),
  volume: new Float64Array(growing.volume),
  vwap: new Float64Array(growing.vwap),
});

const intervalIn = (value: unknown) => INGEST_INTERVALS.find((interval) => interval === value) ?? null;
