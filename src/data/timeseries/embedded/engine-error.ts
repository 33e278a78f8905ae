/** What the engine says when it fails: its JSON errors taken apart, and turned into ours. */
import { AppError, errors } from '#base/errors.js';

export interface EngineFault {
  /** DuckDB's class of error, e.g. `Parser`, `Binder`, `Out of Memory`; empty when it gave none. */
  readonly type: string;
  readonly message: string;
  /** Byte offset in the SQL. */
  readonly position: number | null;
}

/** A fault we found in the statement ourselves, at a byte offset of it. */
export class SqlFault extends Error {
  readonly position: number | null;

  constructor(message: string, position: number | null) {
    super(message);
    this.name = 'SqlFault';
    this.position = position;
  }
}

export function engineFault(error: unknown): EngineFault {
  if (error instanceof SqlFault) return { type: 'Sql', message: error.message, position: error.position };
  const text = error instanceof Error ? error.message : String(error);
  const brace = text.indexOf('{"exception_type"');
  if (brace < 0) return { type: /^([A-Z][A-Za-z ]+) Error:/.exec(text)?.[1] ?? '', message: text, position: null };
  try {
    const said = JSON.parse(text.slice(brace)) as Record<string, unknown>;
    const position = Number(said['position'] ?? Number.NaN);
    return {
      type: String(said['exception_type'] ?? ''),
      message: String(said['exception_message'] ?? text),
      position: Number.isInteger(position) ? position : null,
    };
  } catch {
    // Not JSON after all: the text is what we have.
    return { type: '', message: text, position: null };
  }
}

export const engineMessage = (error: unknown): string => engineFault(error).message;

/** Turns a failure of the engine during a query of a user into ours; what is ours already passes. */
export function queryError(error: unknown, positionOf: (offset: number) => number | null): AppError {
  if (error instanceof AppError) return error;
  const { type, message, position } = engineFault(error);
  if (/memory/i.test(type)) return errors.queryTooLarge();
  // A failing disk or a bug in the engine is nothing the caller can mend by writing other SQL.
  if (/^(IO|INTERNAL|FATAL|Fatal|Internal)/.test(type)) return errors.storeUnavailable(message, error);
  if (/^(Permission|Invalid Configuration)/.test(type)) return errors.sqlNotReadOnly(message);
  return errors.sqlInvalid(withHint(message), position === null ? null : positionOf(position));
}

const withHint = (message: string): string =>
  /column "?timestamp_unix"?/i.test(message) ? `${message}\nHint: the time column is called timestamp` : message;

/** A failure of the engine while the store itself worked. */
export function storeError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { type, message } = engineFault(error);
  const reason = /memory/i.test(type)
    ? 'the write needs more memory than the store may use. Raise query.memory_limit, or write in smaller parts.'
    : message;
  return errors.storeUnavailable(reason, error);
}
