/** The catalogue: every expected failure is born here, once; the surfaces' voices only say it. */
import { identityErrors } from './errors/identity.js';
import { measurementErrors } from './errors/measurement.js';
import { operationErrors } from './errors/operation.js';
import { requestErrors } from './errors/request.js';
import { researchErrors } from './errors/research.js';
import { strategyErrors } from './errors/strategy.js';

export { AppError, ERROR_KINDS, type ErrorDetail, type ErrorKind, kindOf } from './app-error.js';

export const errors = {
  ...requestErrors,
  ...identityErrors,
  ...operationErrors,
  ...measurementErrors,
  ...researchErrors,
  ...strategyErrors,
};
