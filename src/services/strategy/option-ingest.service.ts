/** Option bars and option chains sent by a client (sigma 10.1): judged one by one, written to their underlying's measurements. */
import { setImmediate } from 'node:timers/promises';
import {
  type GatheredOptions,
  gatherOptionRows,
  type OptionColumns,
  type OptionRowKind,
} from '#compute/option-rows.js';
import { upsertOptionRows } from '#services/research/option-data.service.js';
import type { IngestReport } from './bar-ingest.service.js';
import type { StrategyDesk } from './desk.js';

export type { OptionRowKind } from '#compute/option-rows.js';

type WriteDesk = Pick<StrategyDesk, 'measurements'>;

/** A CSV with a heading; read on a compute thread. */
export const ingestOptionFile = async (
  desk: WriteDesk & Pick<StrategyDesk, 'compute'>,
  kind: OptionRowKind,
  path: string,
): Promise<IngestReport> => writeOptions(desk, kind, await desk.compute.run('readOptions', { path, kind }));

/** A few milliseconds of judging between two breaths of the event loop. */
const ROWS_AT_ONCE = 2_000;

/** Rows as they came in JSON. */
export async function ingestOptionRows(
  desk: WriteDesk,
  kind: OptionRowKind,
  rows: readonly unknown[],
): Promise<IngestReport> {
  const gatherer = gatherOptionRows(kind);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    for (const row of rows.slice(from, from + ROWS_AT_ONCE)) gatherer.add(row);
    await setImmediate();
  }
  return writeOptions(desk, kind, gatherer.finish());
}

/** So many rows are laid out for the store in a few milliseconds; texts take longer than numbers. */
const ROWS_A_WRITE = 16_384;

/** As with bars: broken rows are left out, each write is whole or not at all, and what was cut off can be sent again. */
async function writeOptions(
  desk: WriteDesk,
  kind: OptionRowKind,
  { groups, ...rejections }: GatheredOptions,
): Promise<IngestReport> {
  let [inserted, updated] = [0, 0];
  for (const { underlying, columns, symbols } of groups) {
    for (let from = 0; from < columns.timestampUs.length; from += ROWS_A_WRITE) {
      const report = await upsertOptionRows(desk, kind, underlying, {
        columns: partOf(columns, from),
        symbols: symbols.slice(from, from + ROWS_A_WRITE),
      });
      inserted += report.rowsInserted;
      updated += report.rowsUpdated;
      await setImmediate();
    }
  }
  return { inserted, updated, ...rejections };
}

function partOf({ timestampUs, ...columns }: OptionColumns, from: number): OptionColumns {
  const part = (column: Float64Array) => column.subarray(from, from + ROWS_A_WRITE);
  return {
    timestampUs: part(timestampUs),
    ...Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, part(column)])),
  };
}
