/** How the gateway says failures: the catalogue's code and sentence, and the request's id. */
import { z } from 'zod';
import { AppError, type ErrorKind } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Asked, FieldFault, SaidError, Voice } from '../http/surface.js';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  missing: 404,
  gone: 410,
  conflict: 409,
  'unknown-caller': 401,
  denied: 403,
  limited: 429,
  'too-large': 413,
  unsupported: 415,
  unavailable: 503,
  timeout: 504,
  upstream: 502,
  broken: 500,
};

export const GatewayErrorWire = z
  .object({
    error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.json()) }),
    request_id: z.string(),
  })
  .meta({ title: 'Error' });

export const gatewayVoice: Voice = {
  sayError(error, request) {
    if (!(error instanceof AppError) || error.kind === 'broken')
      return say(request, 500, 'internal', 'Internal error', {});
    return say(request, STATUS[error.kind], error.code, error.message, error.detail);
  },
  sayFaults: (faults, request) =>
    say(request, 400, 'invalid_parameter', `The '${fieldOf(faults[0])}' parameter is invalid`, {
      faults: faults.map((fault) => ({ field: fieldOf(fault), reason: fault.message })),
    }),
  sayUnknownPath: (request) => say(request, 404, 'path_unknown', 'Not found', {}),
  sayWrongMethod: (request, allowed) =>
    say(request, 405, 'method_not_allowed', `${request.method} is not allowed here`, { allowed: [...allowed] }),
};

function say(request: Asked, status: number, code: string, message: string, details: JsonObject): SaidError {
  const headers: Record<string, string> =
    status === 401 ? { 'www-authenticate': 'Bearer' } : status === 429 || status === 503 ? { 'retry-after': '5' } : {};
  return { status, headers, body: { error: { code, message, details }, request_id: request.id } };
}

const fieldOf = (fault: FieldFault | undefined) =>
  fault === undefined || fault.path.length === 0 ? (fault?.location ?? 'body') : fault.path.join('.');
