/**
 * SQL from users: rewritten, judged on its parse tree, and run in a read-only transaction on a connection of its own, which
 * is interrupted when time is up or the caller has gone.
 */
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType,
} from '@duckdb/node-api';
import { type AppError, errors } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import type { Cell, QueryLimits, QueryResult } from '../port.js';
import { rewriteSql } from '../sql/rewrite.js';
import { tokensOf } from '../sql/tokens.js';
import type { Gate } from '../turns.js';
import { uniqueNames } from '../unique-names.js';
import type { Catalogue } from './catalogue.js';
import { rowsOfChunk } from './cells.js';
import type { EmbeddedDatabase } from './database.js';
import { queryError, SqlFault } from './engine-error.js';
import { checkTree } from './guard.js';

/** More text than any person writes; a parser fed more only costs. */
const SQL_LENGTH_MAX = 250_000;
/** The engine's lexer takes a minute for fifty thousand comments, and cannot be interrupted meanwhile. */
const COMMENTS_MAX = 500;
/** Half of what the engine's own binder allows; its parser gets slow long before it says so. */
const DEPTH_MAX = 500;
/** An interrupt that falls between two calls into the engine is forgotten by it, so it is said again until the query ends. */
const INTERRUPT_AGAIN_MS = 20;

export interface QueryRoom {
  readonly database: EmbeddedDatabase;
  readonly catalogue: Catalogue;
  readonly gate: Gate;
}

export interface OpenQuery {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly result: DuckDBResult;
  /** The next rows, or undefined at the end. */
  next(): Promise<DuckDBDataChunk | undefined>;
  /** From here on only the caller's signal ends it: for answers that stream as long as their reader takes. */
  disarm(): void;
  close(): Promise<void>;
}

export interface QueryBounds {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** At most `rowsMax` rows of any read-only statement. */
export async function runQuery(
  room: QueryRoom,
  sql: string,
  limits: QueryLimits,
  nowMs: () => number,
): Promise<QueryResult> {
  const startedMs = nowMs();
  const query = await openQuery(room, sql, limits);
  try {
    const rows: Cell[][] = [];
    let chunk = await query.next();
    for (; chunk !== undefined && rows.length <= limits.rowsMax; chunk = await query.next())
      for (const row of rowsOfChunk(chunk)) rows.push(row);
    const truncated = rows.length > limits.rowsMax;
    if (truncated) rows.length = limits.rowsMax;
    return { columns: query.columns, types: query.types, rows, truncated, elapsedMs: nowMs() - startedMs };
  } finally {
    await query.close();
  }
}

/** Judges and starts a statement; its first rows are computed before the promise resolves. Always close what was opened. */
export async function openQuery(room: QueryRoom, sql: string, bounds: QueryBounds): Promise<OpenQuery> {
  if (sql.length > SQL_LENGTH_MAX)
    throw errors.sqlInvalid(`The statement is longer than ${SQL_LENGTH_MAX} characters`, null);
  if (sql.split(/\/\*|--/).length > COMMENTS_MAX + 1)
    throw errors.sqlInvalid(`The statement holds more than ${COMMENTS_MAX} comments`, null);
  if ((tokensOf(sql) ?? []).some(({ depth }) => depth > DEPTH_MAX))
    throw errors.sqlInvalid(`The statement nests deeper than ${DEPTH_MAX} parentheses`, null);
  const rewritten = rewriteSql(sql, room.catalogue);
  const connection = await room.database.connect();
  const stop = watch(connection, bounds);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await room.gate.pass(() => {
        stop.throwIfStopped();
        const call = work();
        lastCall = call;
        return call;
      });
    } catch (error) {
      stop.throwIfStopped();
      throw queryError(error, (offset) => rewritten.positionOf(offset));
    }
  };
  let lastCall: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      stop.cut();
      await lastCall.catch(() => undefined);
      stop.end();
      await room.database.release(connection);
    })();
    return closing;
  };
  try {
    const statement = await guarded(() => judge(connection, rewritten.sql, room.catalogue));
    const result = await guarded(async () => {
      await connection.run('BEGIN TRANSACTION READ ONLY');
      return statement.stream();
    });
    let ahead: DuckDBDataChunk | undefined = await guarded(() => fetch(result));
    let isFirst = true;
    return {
      columns: uniqueNames(result.columnNames()),
      types: result.columnTypes().map(String),
      result,
      async next() {
        if (!isFirst) return guarded(() => fetch(result));
        isFirst = false;
        const chunk = ahead;
        ahead = undefined;
        return chunk;
      },
      disarm: stop.disarm,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fetch(result: DuckDBResult): Promise<DuckDBDataChunk | undefined> {
  const chunk = await result.fetchChunk();
  return chunk === null || chunk.rowCount === 0 ? undefined : chunk;
}

/** Gives the one prepared statement when the engine's parser says it only reads, and only what users may see. */
async function judge(
  connection: DuckDBConnection,
  sql: string,
  catalogue: Catalogue,
): Promise<DuckDBPreparedStatement> {
  const tree = await parseTree(connection, withoutExplain(sql));
  if (tree.length !== 1) throw errors.sqlNotReadOnly('more than one statement');
  checkTree(tree[0]!, { has: (name) => catalogue.find(name) !== undefined });

  const extracted = await connection.extractStatements(sql);
  if (extracted.count !== 1) throw errors.sqlNotReadOnly('more than one statement');
  const statement = await extracted.prepare(0);
  const { statementType } = statement;
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN)
    throw errors.sqlNotReadOnly('the kind of statement');
  if (statement.parameterCount > 0) throw new SqlFault('Parameters are not supported: write the values', null);
  return statement;
}

/** Only SELECT has a tree; what EXPLAIN explains is judged in its place, at the same offsets. */
function withoutExplain(sql: string): string {
  const [first, second] = tokensOf(sql) ?? [];
  if (first?.key !== 'EXPLAIN') return sql;
  const { end } = second?.key === 'ANALYZE' ? second : first;
  return ' '.repeat(Buffer.byteLength(sql.slice(0, end))) + sql.slice(end);
}

async function parseTree(connection: DuckDBConnection, sql: string): Promise<readonly Json[]> {
  const read = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
  const tree = JSON.parse(String(read.getRows()[0]![0])) as JsonObject;
  if (tree['error'] !== true) return tree['statements'] as readonly Json[];
  const message = String(tree['error_message']);
  if (tree['error_type'] !== 'parser') throw errors.sqlNotReadOnly(message);
  const position = Number(tree['position'] ?? Number.NaN);
  throw new SqlFault(message, Number.isInteger(position) ? position : null);
}

interface Watch {
  /** Throws queryTimedOut or cancelled once that has happened. */
  throwIfStopped(): void;
  disarm(): void;
  /** Interrupts whatever still runs: nobody waits for it any more. */
  cut(): void;
  end(): void;
}

function watch(connection: DuckDBConnection, { timeoutMs, signal }: QueryBounds): Watch {
  let reason: AppError | undefined;
  let again: NodeJS.Timeout | undefined;
  const cut = () => {
    connection.interrupt();
    again ??= setInterval(() => connection.interrupt(), INTERRUPT_AGAIN_MS);
  };
  const stop = (why: AppError) => {
    if (reason !== undefined) return;
    reason = why;
    cut();
  };
  const onAbort = () => stop(errors.cancelled());
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => stop(errors.queryTimedOut(timeoutMs)), timeoutMs);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    throwIfStopped() {
      if (reason !== undefined) throw reason;
    },
    disarm: () => clearTimeout(timer),
    cut,
    end() {
      clearTimeout(timer);
      clearInterval(again);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
