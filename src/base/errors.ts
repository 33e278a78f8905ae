/** The catalogue: every expected failure is born here, once; the surfaces' voices only say it. */

import { backupErrors } from './errors/backup.js';
import { bookErrors } from './errors/book.js';
import { databaseErrors } from './errors/database.js';
import { dbnErrors } from './errors/dbn.js';
import { forecastingErrors } from './errors/forecasting.js';
import { identityErrors } from './errors/identity.js';
import { marketErrors } from './errors/market.js';
import { measurementErrors } from './errors/measurement.js';
import { modelErrors } from './errors/models.js';
import { operationErrors } from './errors/operation.js';
import { requestErrors } from './errors/request.js';
import { researchErrors } from './errors/research.js';
import { strategyErrors } from './errors/strategy.js';

export { AppError, ERROR_KINDS, type ErrorDetail, type ErrorKind, kindOf } from './app-error.js';

export const errors = {
  ...requestErrors,
  ...identityErrors,
  ...modelErrors,
  ...operationErrors,
  ...databaseErrors,
  ...backupErrors,
  ...marketErrors,
  ...measurementErrors,
  ...dbnErrors,
  ...researchErrors,
  ...strategyErrors,
  ...bookErrors,
  ...forecastingErrors,
};
