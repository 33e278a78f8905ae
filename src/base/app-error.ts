/** Every failure we expect: what kind it is, a stable code, a sentence for people, and the facts behind it. */
import type { Json } from './json.js';

export const ERROR_KINDS = [
  'invalid',
  'missing',
  'gone',
  'conflict',
  'unknown-caller',
  'denied',
  'limited',
  'too-large',
  'unsupported',
  'unavailable',
  'timeout',
  'upstream',
  'broken',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

export type ErrorDetail = { readonly [key: string]: Json };

export class AppError extends Error {
  readonly kind: ErrorKind;
  /** snake_case, stable: surfaces and clients may switch on it. */
  readonly code: string;
  readonly detail: ErrorDetail;

  constructor(kind: ErrorKind, code: string, message: string, detail: ErrorDetail = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.detail = detail;
  }
}

export const kindOf = (error: unknown): ErrorKind => (error instanceof AppError ? error.kind : 'broken');
