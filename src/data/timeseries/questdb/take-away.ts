/**
 * Taking rows of a range away from a table of a server that has no DELETE: the partitions that lose rows are made again.
 *
 * What stays of them is copied into a table beside, they are dropped, and the copy is put back: for that moment a reader misses
 * it, and what others write to the same partitions meanwhile is lost. Where nothing must go, which is the common case of a day
 * that is derived again, nothing of this happens. The copy of a process that died in the middle is put back by the next replacement.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { quoted } from '../names.js';
import type { TimeRange } from '../port.js';
import type { StoredTable } from './catalogue.js';
import { change, rowsOf, sqlText, storeError } from './statement.js';
import { untilApplied } from './visible.js';
import type { WriteRoom } from './write.js';

const PartitionRow = z.tuple([z.string(), z.number(), z.number()]);

/**
 * Removes the rows of `replaces` unless the batch brings each of their times again. The caller holds the table's turn and
 * writes the batch afterwards. Errors: rowsNotReplaceable for tables without DEDUP or log, storeUnavailable.
 */
export async function takeAway(
  room: WriteRoom,
  name: string,
  replaces: TimeRange,
  batchTimesUs: Float64Array,
): Promise<void> {
  try {
    await untilApplied(room.client, { name, patienceMs: room.patienceMs });
    const table = await room.catalogue.find(name);
    if (table === undefined) return;
    await putBackLeftOver(room, table);
    if (!(await mustGo(room, table, replaces, batchTimesUs))) return;
    if (!table.isWal || !table.isDedup) throw errors.rowsNotReplaceable(table.measurement.name);
    await remake(room, table, replaces);
  } catch (error) {
    throw storeError(error);
  }
}

/** Hidden from everyone by its first letter, and short whatever the table's name is. */
const copyOf = ({ measurement }: StoredTable): string =>
  `_almanac_keep_${createHash('sha256').update(measurement.name.toLowerCase()).digest('hex').slice(0, 16)}`;

const timeSql = (us: number): string => `cast(${us}L AS timestamp)`;

async function mustGo(
  { client }: WriteRoom,
  { measurement, timeName }: StoredTable,
  { firstTsUs, lastTsUs }: TimeRange,
  batchTimesUs: Float64Array,
): Promise<boolean> {
  const stored = await rowsOf(
    client,
    `SELECT ${quoted(timeName)}::long FROM ${quoted(measurement.name)} WHERE ${quoted(timeName)} BETWEEN ${timeSql(firstTsUs)} AND ${timeSql(lastTsUs)}`,
  );
  // By their time alone nobody can tell whether rows of a wider key come again: then all are made again.
  if (measurement.dedupKeys.length > 0) return stored.length > 0;
  const times = new Set<unknown>(batchTimesUs);
  return stored.some(([time]) => !times.has(time));
}

async function remake(room: WriteRoom, table: StoredTable, { firstTsUs, lastTsUs }: TimeRange): Promise<void> {
  const { client, patienceMs } = room;
  const { name } = table.measurement;
  const time = quoted(table.timeName);
  const copy = copyOf(table);
  const [first, last] = [timeSql(firstTsUs), timeSql(lastTsUs)];
  const partitions = (
    await rowsOf(
      client,
      `SELECT name, minTimestamp::long, maxTimestamp::long FROM table_partitions(${sqlText(name)}) WHERE minTimestamp <= ${last} AND maxTimestamp >= ${first}`,
    )
  ).map((row) => PartitionRow.parse(row));
  const from = timeSql(Math.min(...partitions.map(([, min]) => min)));
  const to = timeSql(Math.max(...partitions.map(([, , max]) => max)));
  await change(
    client,
    `CREATE TABLE ${quoted(copy)} AS (SELECT * FROM ${quoted(name)} WHERE ${time} BETWEEN ${from} AND ${to} AND (${time} < ${first} OR ${time} > ${last})) TIMESTAMP(${time}) PARTITION BY MONTH BYPASS WAL`,
  );
  const txn = await untilApplied(client, { name, patienceMs });
  const list = partitions.map(([partition]) => sqlText(partition)).join(', ');
  await change(client, `ALTER TABLE ${quoted(name)} DROP PARTITION LIST ${list}`);
  await untilApplied(client, { name, patienceMs, beyond: txn });
  await putBack(room, table, `SELECT * FROM ${quoted(copy)}`);
}

/** Only what the table has not: when its process died before the partitions were dropped, that is nothing. */
async function putBackLeftOver(room: WriteRoom, table: StoredTable): Promise<void> {
  const copy = copyOf(table);
  const found = await rowsOf(room.client, `SELECT table_name FROM tables() WHERE table_name = ${sqlText(copy)}`);
  if (found.length === 0) return;
  const time = quoted(table.timeName);
  await putBack(
    room,
    table,
    `SELECT k.* FROM ${quoted(copy)} k LEFT JOIN ${quoted(table.measurement.name)} t ON k.${time} = t.${time} WHERE t.${time} IS NULL`,
  );
}

async function putBack({ client, patienceMs }: WriteRoom, table: StoredTable, source: string): Promise<void> {
  const { name } = table.measurement;
  const copy = copyOf(table);
  const rows = z.tuple([z.number()]).parse((await rowsOf(client, `SELECT count() FROM (${source})`))[0]);
  if (rows[0] > 0) {
    const columns = table.measurement.columns.map((column) => quoted(column.name)).join(', ');
    const beyond = await untilApplied(client, { name, patienceMs });
    await change(client, `INSERT INTO ${quoted(name)} (${columns}) SELECT ${columns} FROM (${source})`);
    await untilApplied(client, { name, patienceMs, beyond });
  }
  await change(client, `DROP TABLE ${quoted(copy)}`);
}
