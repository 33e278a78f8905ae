/** How forecastlab says failures (contract 2): problem+json (RFC 7807) for every one of them. */
import { z } from 'zod';
import { AppError, type ErrorKind } from '#base/errors.js';
import { pydanticFault } from '../http/pydantic-faults.js';
import type { Asked, FieldFault, SaidError, Voice } from '../http/surface.js';

interface ProblemKind {
  readonly status: number;
  readonly code: string;
  readonly slug: string;
}

const kind = (status: number, code: string, slug: string): ProblemKind => ({ status, code, slug });
const VALIDATION = kind(422, 'VALIDATION_ERROR', 'validation');
const METHOD_NOT_ALLOWED = kind(405, 'METHOD_NOT_ALLOWED', 'method-not-allowed');
const DATABASE = kind(500, 'DATABASE_ERROR', 'database');

const PROBLEMS: Readonly<Record<ErrorKind, ProblemKind>> = {
  // What fails after parsing is a 400 here; shapes are 422.
  invalid: kind(400, 'BAD_REQUEST', 'bad-request'),
  missing: kind(404, 'NOT_FOUND', 'not-found'),
  gone: kind(410, 'GONE', 'gone'),
  conflict: kind(409, 'CONFLICT', 'conflict'),
  'unknown-caller': kind(401, 'UNAUTHORIZED', 'unauthorized'),
  denied: kind(403, 'FORBIDDEN', 'forbidden'),
  limited: kind(429, 'RATE_LIMITED', 'rate-limited'),
  'too-large': kind(413, 'PAYLOAD_TOO_LARGE', 'payload-too-large'),
  unsupported: kind(400, 'BAD_REQUEST', 'bad-request'),
  unavailable: kind(503, 'SERVICE_UNAVAILABLE', 'service-unavailable'),
  timeout: kind(504, 'GATEWAY_TIMEOUT', 'gateway-timeout'),
  upstream: kind(502, 'BAD_GATEWAY', 'bad-gateway'),
  broken: kind(500, 'INTERNAL_ERROR', 'internal'),
};

/** Bodies that cannot be read at all are validation errors, as pydantic has it. */
const UNREADABLE = new Set(['invalid_json', 'body_too_deep', 'number_not_exact', 'text_not_storable']);

export const ProblemWire = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string(), type: z.string() })).optional(),
  })
  .meta({ title: 'Problem' });

export const forecastlabVoice: Voice = {
  sayError(error, request) {
    if (!(error instanceof AppError) || error.kind === 'broken')
      return problem(request, PROBLEMS.broken, 'An unexpected error occurred. Please try again later.');
    if (UNREADABLE.has(error.code)) {
      const type = error.code === 'invalid_json' ? 'json_invalid' : 'value_error';
      return validation(request, [{ field: 'body', message: error.message, type }]);
    }
    const said = error.code === 'database_error' ? DATABASE : PROBLEMS[error.kind];
    return problem(request, said, error.message);
  },
  sayFaults: (faults, request) => validation(request, faults.map(faultOf)),
  sayUnknownPath: (request) => problem(request, PROBLEMS.missing, 'Not Found'),
  sayWrongMethod: (request) => problem(request, METHOD_NOT_ALLOWED, 'Method Not Allowed'),
};

function validation(request: Asked, errors: readonly { field: string; message: string; type: string }[]): SaidError {
  const detail = `Request validation failed with ${errors.length} error(s). Check the 'errors' field for details.`;
  return problem(request, VALIDATION, detail, { errors });
}

function problem(request: Asked, { status, code, slug }: ProblemKind, detail: string, more: object = {}): SaidError {
  return {
    status,
    contentType: 'application/problem+json',
    ...(status === 503 || status === 429 ? { headers: { 'retry-after': '5' } } : {}),
    body: {
      type: `/errors/${slug}`,
      title: titleOf(status, code),
      status,
      detail,
      instance: `/requests/${request.id}`,
      code,
      request_id: request.id,
      ...more,
    },
  };
}

function titleOf(status: number, code: string): string {
  if (status === 422) return 'Validation Error';
  if (code === 'INTERNAL_ERROR') return 'Internal Server Error';
  return code
    .toLowerCase()
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ');
}

/** The location joined by dots, the word `body` left out unless the body itself is at fault. */
function faultOf(fault: FieldFault) {
  const { location, path } = fault;
  const { type, msg } = pydanticFault(fault);
  const field = location === 'body' ? path.join('.') || 'body' : [location, ...path].join('.');
  return { field, message: msg, type };
}
