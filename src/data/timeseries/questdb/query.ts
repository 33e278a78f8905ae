/** SQL from users: judged by its words, said in QuestDB's dialect, and read as it streams in; whoever has gone or waited too long hangs up, and QuestDB stops. */
import { AppError, errors } from '#base/errors.js';
import type { Cell, QueryLimits, QueryResult } from '../port.js';
import { questdbDialect } from '../sql/questdb-dialect.js';
import { readOnlyTokens } from '../sql/read-only.js';
import { positionIn } from '../sql/rewrite.js';
import { uniqueNames } from '../unique-names.js';
import { type Answer, openAnswer } from './answer.js';
import { rowReader, typeName } from './cells.js';
import { type QuestdbClient, SqlRefused } from './client.js';
import { piecesOf } from './statement.js';

export interface OpenQuery {
  readonly columns: readonly string[];
  /** Of the port's words where there are such. */
  readonly types: readonly string[];
  readonly answer: Answer;
  next: Answer['next'];
  /** From here on only the caller's signal ends it. */
  disarm(): void;
  close(): void;
}

export interface QueryBounds {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly rowsMax?: number;
}

export async function runQuery(
  client: QuestdbClient,
  sql: string,
  limits: QueryLimits,
  nowMs: () => number,
): Promise<QueryResult> {
  const startedMs = nowMs();
  // One row more tells whether there are more.
  const query = await openQuery(client, sql, { ...limits, rowsMax: limits.rowsMax + 1 });
  try {
    const toCells = rowReader(query.answer.columns);
    const rows: Cell[][] = [];
    while (await query.next((row) => rows.push(toCells(row))));
    const truncated = rows.length > limits.rowsMax;
    if (truncated) rows.length = limits.rowsMax;
    return { columns: query.columns, types: query.types, rows, truncated, elapsedMs: nowMs() - startedMs };
  } finally {
    query.close();
  }
}

/** Judges and starts a statement of a user. Always close what was opened. */
export async function openQuery(client: QuestdbClient, sql: string, bounds: QueryBounds): Promise<OpenQuery> {
  const tokens = readOnlyTokens(sql);
  const said = questdbDialect(sql, tokens);
  const stop = watch(bounds);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      stop.throwIfStopped();
      return await work();
    } catch (error) {
      stop.throwIfStopped();
      throw queryError(error, bounds.timeoutMs, (at) => positionIn(sql, said, at));
    }
  };
  try {
    const { signal, timeoutMs } = { signal: stop.signal, timeoutMs: bounds.timeoutMs };
    const response = await guarded(() =>
      client.exec(said, {
        signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs: timeoutMs + GRACE_MS }),
        ...(bounds.rowsMax === undefined ? {} : { rowsMax: bounds.rowsMax }),
      }),
    );
    const answer = await guarded(() => openAnswer(piecesOf(response)));
    return {
      columns: uniqueNames(answer.columns.map(({ name }) => plainName(name))),
      types: answer.columns.map(({ type }) => typeName(type)),
      answer,
      next: (put) => guarded(() => answer.next(put)),
      disarm: stop.disarm,
      close() {
        stop.end();
        response.destroy();
      },
    };
  } catch (error) {
    stop.end();
    throw error;
  }
}

/** Our own clock is the one that ends a query; the connection's waits a little longer. */
const GRACE_MS = 1000;

/** A name that QuestDB made of an expression stands in quotes when it would need them. */
const plainName = (name: string): string => /^"(.*)"$/s.exec(name)?.[1] ?? name;

function queryError(error: unknown, timeoutMs = 0, positionOf: (at: number) => number | null): unknown {
  if (error instanceof AppError || !(error instanceof SqlRefused)) return error;
  const { message, position } = error;
  if (/^timeout, query aborted|query aborted.*timeout/i.test(message)) return errors.queryTimedOut(timeoutMs);
  if (/memory limit|out of memory|limit of \d+ resizes exceeded|RSS_MEM/i.test(message)) return errors.queryTooLarge();
  if (/access denied|permission/i.test(message)) return errors.sqlNotReadOnly(message);
  return errors.sqlInvalid(withHint(message), position === null ? null : positionOf(position));
}

const withHint = (message: string): string =>
  /column:? "?timestamp_unix"?/i.test(message) ? `${message}\nHint: the time column is called timestamp` : message;

interface Watch {
  readonly signal: AbortSignal;
  /** Throws queryTimedOut or cancelled once that has happened. */
  throwIfStopped(): void;
  disarm(): void;
  end(): void;
}

function watch({ timeoutMs, signal: leaving }: QueryBounds): Watch {
  const hangUp = new AbortController();
  let reason: AppError | undefined;
  const stop = (why: AppError) => {
    reason ??= why;
    hangUp.abort();
  };
  const onAbort = () => stop(errors.cancelled());
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => stop(errors.queryTimedOut(timeoutMs)), timeoutMs);
  if (leaving?.aborted === true) onAbort();
  leaving?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: hangUp.signal,
    throwIfStopped() {
      if (reason !== undefined) throw reason;
    },
    disarm: () => clearTimeout(timer),
    end() {
      clearTimeout(timer);
      leaving?.removeEventListener('abort', onAbort);
    },
  };
}
