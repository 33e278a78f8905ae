/** All rows as of one moment, table by table, while others write: one repeatable-read transaction on a connection of its own. */
import type { PostgresConnection } from '../connection.js';
import { copyOut } from './copy.js';
import { connectRowClient, type RowClient, sayAbsence } from './row-client.js';
import { listSequences, listTables, quotedName, type TableShape } from './table-list.js';

export interface SequenceState {
  readonly table: string;
  readonly column: string;
  readonly last: string;
  readonly isCalled: boolean;
}

export interface RowSnapshot {
  /** The last migration: `0006-market`. */
  readonly schema: string;
  readonly tables: readonly TableShape[];
  /** Read once the moment is fixed, so never behind the rows. */
  readonly sequences: readonly SequenceState[];
  /** COPY text; one table after the other. */
  copy(table: TableShape): AsyncGenerator<Buffer>;
  /** Questions about the same moment. */
  ask<Row>(sql: string): Promise<Row[]>;
  /** Also when a copy was left half read. */
  close(): Promise<void>;
}

/** Errors: databaseUnavailable. */
export async function openRowSnapshot(at: string | PostgresConnection): Promise<RowSnapshot> {
  const client = await connectRowClient(at);
  try {
    await client.query('begin isolation level repeatable read read only');
    const schema = await client.query<{ name: string }>('select max(name) as name from kysely_migration');
    const tables = await listTables(client);
    return {
      schema: schema.rows[0]!.name,
      tables,
      sequences: await readSequences(client),
      copy: (table) => copyTable(client, table),
      ask: async <Row>(sql: string) => (await client.query(sql)).rows as Row[],
      // A transaction that only read has nothing to commit, and a statement under way ends with its connection.
      close: () => endNow(client),
    };
  } catch (error) {
    await endNow(client);
    throw sayAbsence(error);
  }
}

async function* copyTable(client: RowClient, { name, columns }: TableShape): AsyncGenerator<Buffer> {
  try {
    yield* copyOut(client, `copy ${quotedName(name)} (${columns.map(quotedName).join(', ')}) to stdout`);
  } catch (error) {
    throw sayAbsence(error);
  }
}

async function readSequences(client: RowClient): Promise<SequenceState[]> {
  const states: SequenceState[] = [];
  for (const { table, column, sequence } of await listSequences(client)) {
    const { rows } = await client.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${sequence}`,
    );
    states.push({ table, column, last: rows[0]!.last, isCalled: rows[0]!.called });
  }
  return states;
}

/** `end()` waits for the active statement, whose reader may have gone and paused it. */
async function endNow(client: RowClient): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  const ended = client.end().catch(() => undefined);
  const timer = setTimeout(() => stream.destroy(), 250);
  await ended;
  clearTimeout(timer);
}
