/**
 * One write into one measurement: make the table fit, send the lines, wait until they can be read, and count.
 *
 * Tables that we make have a key and replace equal rows; so has any other with DEDUP on. A table of somebody else without it
 * is only added to: its columns are never widened, and what breaks off is not sent twice.
 */
import { errors } from '#base/errors.js';
import type { AppendReport, ColumnType } from '../port.js';
import type { ShapeRequest } from '../shape.js';
import type { Catalogue, StoredTable } from './catalogue.js';
import type { QuestdbClient } from './client.js';
import type { IlpTable } from './ilp.js';
import type { OpenSender, Sender } from './senders.js';
import { storeError } from './statement.js';
import { fitTable } from './table-fit.js';
import { untilApplied } from './visible.js';

export interface WriteRoom {
  readonly client: QuestdbClient;
  readonly catalogue: Catalogue;
  readonly openSender: OpenSender;
  readonly patienceMs: number;
}

/** Where the rows go: types and keys by the given columns' order. */
export interface Target {
  readonly table: IlpTable;
  readonly types: readonly ColumnType[];
  /** Which of the given columns belong to the key. */
  readonly keyColumns: readonly number[];
}

export interface Sent {
  readonly rows: number;
  /** Rows whose key a later one of the same write has. */
  readonly duplicates: number;
}

export interface WriteRequest extends ShapeRequest {
  /** Sends the rows; what it has sent when it throws may stay. */
  fill(sender: Sender, target: Target): Promise<Sent>;
}

export interface Written {
  readonly report: AppendReport;
  readonly dedup: boolean;
  /** How often the connection broke and was made again. */
  readonly retries: number;
}

/** The caller sees to it that no other write of ours to the same measurement runs beside it; those of others blur the counts. */
export async function writeRows(room: WriteRoom, request: WriteRequest): Promise<Written> {
  try {
    const { client, catalogue, patienceMs } = room;
    const { table: before, txn } = await fitTable(room, request);
    const { name } = before.measurement;
    const sender = await room.openSender({ mayRepeat: before.isDedup });
    let sent: Sent;
    try {
      sent = await request.fill(sender, targetOf(request, before));
      await sender.finish();
    } catch (error) {
      // What was sent before may stay, but must not turn up after we have said that it failed. Where the server itself is away, nobody can wait.
      await untilApplied(client, { name, patienceMs }).catch(() => undefined);
      throw error;
    } finally {
      sender.close();
    }
    await untilApplied(client, { name, patienceMs, ...(before.isWal && sent.rows > 0 ? { beyond: txn } : {}) });
    const after = await tableOf(catalogue, name);
    return { report: reportOf(sent, before, after), dedup: before.isDedup, retries: sender.retries() };
  } catch (error) {
    throw storeError(error);
  }
}

async function tableOf(catalogue: Catalogue, name: string): Promise<StoredTable> {
  const table = await catalogue.find(name);
  if (table === undefined)
    throw errors.storeUnavailable(`table ${name} was dropped by somebody else while it was written`);
  return table;
}

function targetOf({ columns: given }: ShapeRequest, { measurement, timeName }: StoredTable): Target {
  const stored = given.map(
    ({ name }) => measurement.columns.find((known) => known.name.toLowerCase() === name.toLowerCase())!,
  );
  const keys = new Set(measurement.dedupKeys);
  return {
    table: { name: measurement.name, timeName, columnNames: stored.map(({ name }) => name) },
    types: stored.map(({ type }) => type as ColumnType),
    keyColumns: stored.flatMap(({ name }, index) => (keys.has(name) ? [index] : [])),
  };
}

function reportOf({ rows, duplicates }: Sent, before: StoredTable, after: StoredTable): AppendReport {
  if (!before.isDedup) return { rowsInserted: rows, rowsUpdated: 0, duplicatesInBatch: 0 };
  const kept = rows - duplicates;
  const grown = after.measurement.rowCount - before.measurement.rowCount;
  // Writers beside us may add or take away rows; what we sent bounds what we did.
  const rowsInserted = Math.min(kept, Math.max(0, grown));
  return { rowsInserted, rowsUpdated: kept - rowsInserted, duplicatesInBatch: duplicates };
}
