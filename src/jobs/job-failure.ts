/** How the failure of a job is written into its row: expected ones in their own words, the rest without a look into our insides. */
import { AppError } from '#base/errors.js';
import type { Json } from '#base/json.js';
import type { JobEnd } from '#store/job-state.store.js';

export function failedWith(error: unknown): JobEnd {
  const isExpected = error instanceof AppError && error.kind !== 'broken';
  const said = isExpected
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: 'Internal error; the log has its cause' };
  return { status: 'failed', result: isExpected ? resultOf(error) : null, error: said };
}

/** An expected failure may carry what was found out, such as the report of rejected rows. */
const resultOf = (error: AppError): Json | null => (Object.keys(error.detail).length > 0 ? error.detail : null);

export const errorText = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
