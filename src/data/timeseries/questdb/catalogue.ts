/**
 * What QuestDB says of its tables: columns, keys, row counts and bounds.
 *
 * Others write to the same server, so the truth is asked for every time. That is one question: the details of a table are
 * remembered under its directory and the number of its last applied transaction, and read again only when that has grown.
 */
import { z } from 'zod';
import { quoted } from '../names.js';
import type { Measurement } from '../port.js';
import { storedType } from './cells.js';
import { type QuestdbClient, SqlRefused } from './client.js';
import { rowsOf, sqlText, storeError } from './statement.js';

export interface StoredTable {
  readonly measurement: Measurement;
  /** The designated timestamp. */
  readonly timeName: string;
  readonly isWal: boolean;
  /** Equal keys replace each other; without it (tables that others made) rows are only added. */
  readonly isDedup: boolean;
}

export interface Catalogue {
  list(prefix: string): Promise<StoredTable[]>;
  /** Ignoring case, as QuestDB does. */
  find(name: string): Promise<StoredTable | undefined>;
}

const TableRow = z.tuple([z.string(), z.string(), z.boolean(), z.boolean(), z.string(), z.number().nullable()]);
const ColumnRow = z.tuple([z.number(), z.string(), z.string(), z.boolean(), z.boolean()]);
const CountRow = z.tuple([z.number(), z.number(), z.number().nullable(), z.number().nullable()]);

/** Tables asked about in one statement: the question must fit a URL. */
const AT_ONCE = 40;
/** A table that was dropped between two questions spoils the second: then both are asked again. */
const TRIES = 5;

export function openCatalogue(client: QuestdbClient): Catalogue {
  const known = new Map<string, StoredTable>();

  const read = async (where: string): Promise<StoredTable[]> => {
    for (let tries = 1; ; tries++) {
      try {
        const tables = (await rowsOf(client, tablesSql(where))).map((row) => TableRow.parse(row));
        return await withDetails(tables.filter(([name, time]) => time !== '' && isOurs(name)));
      } catch (error) {
        if (!(error instanceof SqlRefused) || tries === TRIES) throw storeError(error);
      }
    }
  };

  const withDetails = async (rows: readonly z.infer<typeof TableRow>[]): Promise<StoredTable[]> => {
    const fresh = rows.filter((row) => !known.has(versionOf(row)));
    for (let start = 0; start < fresh.length; start += AT_ONCE) {
      const part = fresh.slice(start, start + AT_ONCE);
      (await readDetails(client, part)).forEach((table, index) => {
        forget(part[index]![4]);
        known.set(versionOf(part[index]!), table);
      });
    }
    const tables = rows.map((row) => known.get(versionOf(row))!);
    // Without a log of transactions nothing tells that such a table has changed.
    for (const row of rows) if (row[5] === null) known.delete(versionOf(row));
    return tables;
  };

  const forget = (directory: string) => {
    for (const version of known.keys()) if (version.startsWith(`${directory}\n`)) known.delete(version);
  };

  return {
    async list(prefix) {
      const tables = await read('');
      return tables
        .filter(({ measurement }) => measurement.name.startsWith(prefix))
        .sort((a, b) => (a.measurement.name < b.measurement.name ? -1 : 1));
    },
    find: async (name) => (await read(` WHERE lower(table_name) = ${sqlText(name.toLowerCase())}`))[0],
  };
}

const versionOf = ([, , , , directory, txn]: z.infer<typeof TableRow>) => `${directory}\n${txn}`;

/** QuestDB's own tables, and names that nobody can ask for through us. */
const isOurs = (name: string) => !/^(_|sys\.|telemetry)/i.test(name);

const tablesSql = (where: string) =>
  `SELECT table_name, coalesce(designatedTimestamp, '') AS time_name, walEnabled, dedup, directoryName, w.writerTxn FROM (SELECT * FROM tables()${where}) t LEFT JOIN wal_tables() w ON w.name = t.table_name`;

async function readDetails(
  client: QuestdbClient,
  tables: readonly z.infer<typeof TableRow>[],
): Promise<readonly StoredTable[]> {
  const columnsSql = tables.map(
    ([name], i) => `SELECT ${i} AS i, "column", type, designated, upsertKey FROM table_columns(${sqlText(name)})`,
  );
  const countsSql = tables.map(([name, time], i) => {
    const bound = (which: string) => `${which}(${quoted(time)})::timestamp::long`;
    return `SELECT ${i} AS i, count() AS n, ${bound('min')} AS a, ${bound('max')} AS b FROM ${quoted(name)}`;
  });
  const columns = (await rowsOf(client, columnsSql.join(' UNION ALL '))).map((row) => ColumnRow.parse(row));
  const counts = (await rowsOf(client, countsSql.join(' UNION ALL '))).map((row) => CountRow.parse(row));
  return tables.map(([name, timeName, isWal, isDedup], index) => {
    const own = columns.filter(([i]) => i === index);
    const [, rowCount, firstTsUs, lastTsUs] = counts.find(([i]) => i === index)!;
    const ordered = [...own.filter(([, , , isTime]) => isTime), ...own.filter(([, , , isTime]) => !isTime)];
    return {
      timeName,
      isWal,
      isDedup,
      measurement: {
        name,
        rowCount,
        firstTsUs,
        lastTsUs,
        columns: ordered.map(([, column, type, isTime]) => ({
          name: column,
          type: isTime ? ('TIMESTAMP' as const) : storedType(type),
        })),
        dedupKeys: isDedup ? own.filter(([, , , isTime, isKey]) => isKey && !isTime).map(([, column]) => column) : [],
      },
    };
  });
}
