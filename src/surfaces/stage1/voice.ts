/** Every failure in Stage1's words: `{error: text}`, with what helps beside it. */
import { AppError, type ErrorDetail, type ErrorKind, kindOf } from '#base/errors.js';
import type { FieldFault, SaidError, Voice } from '../http/surface.js';

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  missing: 404,
  gone: 410,
  conflict: 409,
  'unknown-caller': 401,
  denied: 403,
  limited: 429,
  'too-large': 413,
  unsupported: 501,
  unavailable: 503,
  timeout: 503,
  upstream: 502,
  broken: 500,
};

interface Saying {
  readonly status?: number;
  readonly text?: (detail: ErrorDetail) => string;
  /** Members of the detail that stand beside `error`. */
  readonly beside?: readonly string[] | 'all';
}

const said = (text: string): Saying => ({ text: () => text });

/** Where the contract gives the words, or keys beside them; every other failure says its own message. */
const SAYINGS: Readonly<Record<string, Saying>> = {
  invalid_json: said('Invalid JSON'),
  missing_parameter: { text: ({ field }) => `Missing '${field}' parameter` },
  invalid_parameter: { text: ({ field }) => `Invalid '${field}' parameter`, beside: ['reason'] },
  granularity_unknown: { text: ({ field }) => `Invalid '${field}' parameter` },
  request_timeout: { status: 408 },
  media_type_unsupported: { status: 415 },
  path_unknown: said('Not found'),
  token_invalid: said('Missing or invalid token'),
  limited: said('Too many requests'),
  dataset_missing: said('Dataset not found'),
  dataset_unknown: said('Unknown dataset_id'),
  dataset_slug_taken: said('dataset_slug already in use'),
  run_missing: said('Run not found'),
  run_unknown: said('Unknown run_id'),
  simulation_missing: said('Simulation not found'),
  job_missing: said('Job not found'),
  measurement_missing: said('Measurement not found'),
  measurement_name_invalid: said('Invalid measurement name'),
  csv_column_missing: { beside: ['missing_fields'] },
  csv_header_invalid: { beside: ['columns'] },
  csv_empty: said('CSV has no data rows'),
  rows_rejected: { beside: ['errors'] },
  import_rejected: { beside: 'all' },
  import_too_large: said('Use /api/questdb/import/async for large imports'),
  direct_import_off: said('Direct import is not implemented. Use /api/questdb/import/async instead.'),
  sql_invalid: { beside: ['position'] },
  sql_not_read_only: said('Only read-only queries are allowed'),
  query_timed_out: said('Query timed out'),
  questdb_unavailable: said('QuestDB unavailable'),
  import_broken: { status: 503, beside: ['rows_sent', 'rows_total'] },
  query_too_large: said('Query needs too much memory'),
};

export const voice: Voice = {
  sayError(error) {
    if (!(error instanceof AppError) || error.kind === 'broken')
      return { status: 500, body: { error: 'Internal error' } };
    const saying = SAYINGS[error.code] ?? {};
    return {
      status: saying.status ?? STATUS[kindOf(error)],
      body: { ...detailBeside(saying, error.detail), error: saying.text?.(error.detail) ?? error.message },
    };
  },
  sayFaults: (faults) => sayFault(faults[0]),
  sayUnknownPath: () => ({ status: 404, body: { error: 'Not found' } }),
  sayWrongMethod: (_request, allowed) => ({
    status: 405,
    body: { error: 'Method not allowed', allowed },
  }),
};

const detailBeside = ({ beside = [] }: Saying, detail: ErrorDetail): object =>
  beside === 'all' ? detail : Object.fromEntries(beside.map((key) => [key, detail[key]]));

/** The first fault is enough to mend the request. One deep inside names its field whole: `folds.3.fold_number`. */
function sayFault(fault: FieldFault | undefined): SaidError {
  const [field, ...inner] = fault?.path ?? [];
  if (fault === undefined || field === undefined) return { status: 400, body: { error: 'Invalid JSON' } };
  if (inner.length > 0)
    return {
      status: 400,
      body: { error: `Invalid '${field}' parameter`, field: fault.path.join('.'), reason: reasonOf(fault) },
    };
  if (fault.isMissing) return { status: 400, body: { error: `Missing '${field}' parameter` } };
  return { status: 400, body: { error: `Invalid '${field}' parameter`, reason: reasonOf(fault) } };
}

const reasonOf = (fault: FieldFault) => (fault.isMissing ? 'missing' : fault.message);
