/** What passes between the pool and a worker thread. */
import { AppError, type ErrorDetail, type ErrorKind } from '#base/errors.js';
import type { TaskName } from './tasks.js';

export type ToWorker = { readonly id: number; readonly name: TaskName; readonly input: unknown };

export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: SentError };

/** An error as it survives structured clone: our own kind and code are kept, anything else becomes a plain Error. */
export type SentError =
  | {
      readonly isAppError: true;
      readonly kind: ErrorKind;
      readonly code: string;
      readonly message: string;
      readonly detail: ErrorDetail;
    }
  | { readonly isAppError: false; readonly message: string; readonly stack: string | undefined };

export function packError(error: unknown): SentError {
  if (error instanceof AppError) {
    const { kind, code, message, detail } = error;
    return { isAppError: true, kind, code, message, detail };
  }
  if (error instanceof Error) return { isAppError: false, message: error.message, stack: error.stack };
  return { isAppError: false, message: String(error), stack: undefined };
}

export function unpackError(sent: SentError): Error {
  if (sent.isAppError) return new AppError(sent.kind, sent.code, sent.message, sent.detail);
  const error = new Error(sent.message);
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}
