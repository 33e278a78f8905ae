/** How Sigma says failures (contract 1.5): one envelope, real status codes, never a 422. */
import { z } from 'zod';
import { AppError, type ErrorKind } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Asked, FieldFault, Voice } from '../http/surface.js';

const SAID: Readonly<Record<ErrorKind, readonly [status: number, code: string]>> = {
  invalid: [400, 'INVALID_PARAMETER'],
  missing: [404, 'NOT_FOUND'],
  gone: [404, 'NOT_FOUND'],
  conflict: [409, 'CONFLICT'],
  'unknown-caller': [401, 'UNAUTHORIZED'],
  denied: [403, 'FORBIDDEN'],
  limited: [429, 'RATE_LIMITED'],
  'too-large': [413, 'PAYLOAD_TOO_LARGE'],
  unsupported: [400, 'INVALID_PARAMETER'],
  unavailable: [503, 'UNAVAILABLE'],
  timeout: [504, 'TIMEOUT'],
  upstream: [503, 'UNAVAILABLE'],
  broken: [500, 'INTERNAL'],
};

/** Codes of the contract's table that say more than their kind; the catalogue's code in capitals, its status here. */
const OWN_CODES: Readonly<Record<string, number>> = {
  CONFLICTING_PARAMETERS: 400,
  PATH_NOT_ALLOWED: 400,
  GATE_FAILED: 400,
  INSUFFICIENT_DATA: 400,
  NO_TARGET: 400,
  LEAKAGE: 400,
  MATRIX_NOT_BUILT: 404,
  QUOTA_EXCEEDED: 403,
  CONCURRENCY_LIMIT: 429,
};

/** Seconds after which a caller may knock again when nothing better is known. */
const RETRY_AFTER_S = 5;

export const SigmaErrorWire = z
  .object({
    ok: z.literal(false),
    error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.json()) }),
    request_id: z.string(),
    message: z.string(),
  })
  .meta({ title: 'Error' });

export const sigmaVoice: Voice = {
  sayError(error, request) {
    const known = error instanceof AppError ? error : new AppError('broken', 'internal', '');
    const [status, code] = statusAndCode(known);
    const message = known.kind === 'broken' ? 'Internal error' : known.message;
    const details = known.kind === 'broken' ? {} : detailsOf(known);
    return { status, body: envelope(request, code, message, details), headers: headersOf(known, status) };
  },
  sayFaults(faults, request) {
    const said = faults.map((fault) => ({ field: fieldOf(fault), reason: reasonOf(fault) }));
    const { field, reason } = said[0] ?? { field: 'body', reason: 'Invalid' };
    const message = `The '${field}' parameter is invalid`;
    const details = { field, reason, ...(said.length > 1 ? { field_errors: said } : {}) };
    return { status: 400, body: envelope(request, 'INVALID_PARAMETER', message, details) };
  },
  sayUnknownPath: (request) => ({
    status: 404,
    body: envelope(request, 'NOT_FOUND', 'Not found', { resource: 'path', id: pathOf(request) }),
  }),
  sayWrongMethod: (request, allowed) => ({
    status: 405,
    body: envelope(request, 'METHOD_NOT_ALLOWED', `${request.method} is not allowed here`, { allowed: [...allowed] }),
  }),
};

function statusAndCode(error: AppError): readonly [number, string] {
  const own = error.code.toUpperCase();
  const ownStatus = OWN_CODES[own];
  if (ownStatus !== undefined) return [ownStatus, own];
  if (error.code === 'media_type_unsupported') return [415, 'UNSUPPORTED_MEDIA_TYPE'];
  return SAID[error.kind];
}

const envelope = (request: Asked, code: string, message: string, details: JsonObject) => ({
  ok: false,
  error: { code, message, details },
  request_id: request.id,
  message,
});

/** The catalogue's facts under wire names: `retryAfterS` is `retry_after_s`, and a window's length is `window_sec`. */
function detailsOf(error: AppError): JsonObject {
  const entries = Object.entries(error.detail).map(([key, value]) => [wireName(key), value] as const);
  return Object.fromEntries(entries.filter(([key]) => key !== 'retry_after_s'));
}

const wireName = (key: string) =>
  key === 'windowS' ? 'window_sec' : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function headersOf(error: AppError, status: number): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  if (status !== 429 && status !== 503) return {};
  const known = error.detail['retryAfterS'];
  return { 'retry-after': String(typeof known === 'number' ? known : RETRY_AFTER_S) };
}

const fieldOf = ({ location, path }: FieldFault) => (path.length > 0 ? path.join('.') : location);

const reasonOf = ({ isMissing, message }: FieldFault) => (isMissing ? 'Field required' : message);

const pathOf = (request: Asked) => request.url.split('?', 1)[0]!.slice(0, 200);
