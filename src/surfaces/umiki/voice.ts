/** How umiki says failures (contract 1): `{"detail": ...}`, as the FastAPI program its clients were written for. */
import { z } from 'zod';
import { AppError, type ErrorKind } from '#base/errors.js';
import { pydanticFault } from '../http/pydantic-faults.js';
import type { FieldFault, SaidError, Voice } from '../http/surface.js';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 422,
  missing: 404,
  gone: 404,
  conflict: 409,
  'unknown-caller': 401,
  denied: 403,
  limited: 429,
  'too-large': 413,
  unsupported: 422,
  unavailable: 503,
  timeout: 503,
  upstream: 503,
  broken: 500,
};

export const UmikiErrorWire = z
  .object({
    detail: z.union([
      z.string(),
      z.array(z.object({ type: z.string(), loc: z.array(z.string()), msg: z.string(), input: z.json() })),
    ]),
  })
  .meta({ title: 'Error' });

export const umikiVoice: Voice = {
  sayError(error) {
    if (!(error instanceof AppError) || error.kind === 'broken') return say(500, 'Internal Server Error');
    if (error.kind === 'too-large') return say(413, 'Request body too large');
    if (STATUS[error.kind] === 422) return { status: 422, body: { detail: [detailOf(error)] } };
    return say(STATUS[error.kind], error.message);
  },
  sayFaults: (faults) => ({ status: 422, body: { detail: faults.map(faultOf) } }),
  sayUnknownPath: () => say(404, 'Not Found'),
  sayWrongMethod: () => say(405, 'Method Not Allowed'),
};

const say = (status: number, detail: string): SaidError => ({
  status,
  body: { detail },
  ...(status === 503 || status === 429 ? { headers: { 'retry-after': '5' } } : {}),
});

/** A rule found broken after parsing, or a body that could not be read, in the same form. `spec.qc.tick` is a path in the body. */
function detailOf({ code, message, detail }: AppError) {
  const field = typeof detail['field'] === 'string' ? detail['field'] : 'body';
  const place = typeof detail['location'] === 'string' ? detail['location'] : 'body';
  const loc = field === 'body' ? ['body'] : field === 'path' ? ['path', field] : [place, ...field.split('.')];
  return { type: code === 'invalid_json' ? 'json_invalid' : 'value_error', loc, msg: message, input: null };
}

function faultOf(fault: FieldFault) {
  const { location, path, input } = fault;
  return { ...pydanticFault(fault), loc: [location, ...path], input: plainInput(input) };
}

/** What stood there, when it is short and plain: an answer is no mirror for whole bodies. */
const plainInput = (input: unknown) =>
  typeof input === 'number' || typeof input === 'boolean' || (typeof input === 'string' && input.length <= 200)
    ? input
    : null;
