/** Bars sent by a client (sigma 10.1): judged one by one, written to the ticker's one home. */
import { errors } from '#base/errors.js';
import { whyInvalid } from '#engine/calendar/bars-from-columns.js';
import type { Principal } from '#services/identity/principal.js';
import { upsertBars } from '#services/research/bars.service.js';
import type { StrategyDesk } from './desk.js';

export const INGEST_INTERVALS = ['1m', '5m', '15m', '30m', 'hour', 'day'] as const;
export type IngestInterval = (typeof INGEST_INTERVALS)[number];

/** One row as it came; NaN where a value is missing or no number. */
export interface IncomingBar {
  readonly ticker: string;
  readonly interval: IngestInterval;
  /** Start of the bar, milliseconds since the epoch. */
  readonly tsMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
}

export interface RejectedRow {
  /** Position among the rows that were sent, from 0. */
  readonly row: number;
  readonly reason: string;
}

export interface IngestReport {
  readonly inserted: number;
  readonly updated: number;
  readonly rejected: readonly RejectedRow[];
}

const GRANULARITY: Readonly<Record<IngestInterval, string>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '30m': '30m',
  hour: '1h',
  day: '1d',
};

/** On an install of many tenants prices are everybody's, so only an admin may change them. */
export function refuseIngest(desk: Pick<StrategyDesk, 'tenancy'>, principal: Principal): void {
  if (desk.tenancy === 'multi' && principal.role !== 'admin') throw errors.roleRequired('admin');
}

/** Broken rows are reported and left out; the others are written, of equal times the last. Each ticker and interval in one go. */
export async function ingestBars(
  desk: Pick<StrategyDesk, 'db' | 'measurements' | 'clock' | 'ids' | 'queue'>,
  rows: readonly (IncomingBar | RejectedRow)[],
): Promise<IngestReport> {
  const rejected: RejectedRow[] = [];
  const groups = new Map<string, IncomingBar[]>();
  rows.forEach((row, at) => {
    const reason = 'reason' in row ? row.reason : whyRefused(row);
    if (reason !== undefined) {
      rejected.push({ row: at, reason });
      return;
    }
    const bar = row as IncomingBar;
    const key = `${bar.ticker}\0${bar.interval}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [bar]);
    else group.push(bar);
  });
  let [inserted, updated] = [0, 0];
  for (const bars of groups.values()) {
    const { ticker, interval } = bars[0]!;
    const { report } = await upsertBars(desk, {
      ticker,
      granularity: GRANULARITY[interval],
      columns: columnsOf(bars),
      source: 'sigma',
    });
    inserted += report.rowsInserted;
    updated += report.rowsUpdated;
  }
  return { inserted, updated, rejected };
}

const columnsOf = (bars: readonly IncomingBar[]) => {
  const column = (pick: (bar: IncomingBar) => number) => Float64Array.from(bars, pick);
  return {
    timestampUs: column(({ tsMs }) => tsMs * 1000),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
    vwap: column(({ vwap }) => vwap),
  };
};

function whyRefused(bar: IncomingBar): string | undefined {
  const one = (value: number) => Float64Array.of(value);
  if (!Number.isFinite(bar.volume)) return 'the volume is missing';
  return whyInvalid(
    {
      timestampUs: one(bar.tsMs * 1000),
      open: one(bar.open),
      high: one(bar.high),
      low: one(bar.low),
      close: one(bar.close),
      volume: one(bar.volume),
    },
    0,
  );
}
