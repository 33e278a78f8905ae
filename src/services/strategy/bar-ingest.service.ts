/** Bars sent by a client (sigma 10.1): judged one by one, written to the ticker's one home. */
import { setImmediate } from 'node:timers/promises';
import { errors } from '#base/errors.js';
import {
  type BarColumns,
  type BarHead,
  type GatheredBars,
  gatherBarRows,
  type IngestInterval,
  type RejectedRow,
} from '#compute/bar-rows.js';
import type { Principal } from '#services/identity/principal.js';
import { upsertBars } from '#services/research/bars.service.js';
import type { StrategyDesk } from './desk.js';

export { type BarHead, INGEST_INTERVALS, type RejectedRow } from '#compute/bar-rows.js';

export interface IngestReport {
  readonly inserted: number;
  readonly updated: number;
  /** The first of them; `rejectedCount` counts all. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
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

type WriteDesk = Pick<StrategyDesk, 'db' | 'measurements' | 'clock' | 'ids' | 'queue'>;

/** A CSV with a heading, each row naming its ticker and interval; read on a compute thread. */
export const ingestBarFile = async (
  desk: WriteDesk & Pick<StrategyDesk, 'compute'>,
  path: string,
): Promise<IngestReport> => writeBars(desk, await desk.compute.run('readBars', { path }));

/** A few milliseconds of judging between two breaths of the event loop. */
const ROWS_AT_ONCE = 2_000;

/** Rows as they came in JSON. */
export async function ingestBarRows(desk: WriteDesk, rows: readonly unknown[], head: BarHead): Promise<IngestReport> {
  const gatherer = gatherBarRows(head);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    for (const row of rows.slice(from, from + ROWS_AT_ONCE)) gatherer.add(row);
    await setImmediate();
  }
  return writeBars(desk, gatherer.finish());
}

/** So many rows are laid out for the store in a few milliseconds; a whole upload at once would stop the event loop. */
const ROWS_A_WRITE = 65_536;

/**
 * Broken rows are reported and left out; the others are written, of equal times the last. Each write is whole or not at
 * all; an upload that is cut off can be sent again, for equal rows are replaced by themselves.
 */
async function writeBars(desk: WriteDesk, { groups, ...rejections }: GatheredBars): Promise<IngestReport> {
  let [inserted, updated] = [0, 0];
  for (const { ticker, interval, columns } of groups) {
    for (let from = 0; from < columns.timestampUs.length; from += ROWS_A_WRITE) {
      const bars = { ticker, granularity: GRANULARITY[interval], columns: rowsOf(columns, from), source: 'sigma' };
      const { report } = await upsertBars(desk, bars);
      inserted += report.rowsInserted;
      updated += report.rowsUpdated;
      await setImmediate();
    }
  }
  return { inserted, updated, ...rejections };
}

function rowsOf({ timestampUs, open, high, low, close, volume, vwap }: BarColumns, from: number): BarColumns {
  const part = (column: Float64Array) => column.subarray(from, from + ROWS_A_WRITE);
  return {
    timestampUs: part(timestampUs),
    open: part(open),
    high: part(high),
    low: part(low),
    close: part(close),
    volume: part(volume),
    vwap: part(vwap),
  };
}
