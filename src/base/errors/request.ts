/** Failures of what was asked, whoever asks: shape, size, unknown paths. */
import { AppError, type ErrorDetail } from '../app-error.js';

export const requestErrors = {
  /** `field` is the wire name of what was wrong; `reason` says what it must be. */
  invalidParameter: (field: string, reason: string, detail: ErrorDetail = {}) =>
    new AppError('invalid', 'invalid_parameter', `The '${field}' parameter is invalid: ${reason}`, {
      field,
      reason,
      ...detail,
    }),
  missingParameter: (field: string) =>
    new AppError('invalid', 'missing_parameter', `The '${field}' parameter is required`, {
      field,
      reason: 'Field required',
    }),
  invalidJson: () => new AppError('invalid', 'invalid_json', 'The request body is not valid JSON', { field: 'body' }),
  bodyTooDeep: (depthMax: number) =>
    new AppError('invalid', 'body_too_deep', `The request body nests deeper than ${depthMax} levels`, {
      field: 'body',
    }),
  bodyTooLarge: (bytesMax: number) =>
    new AppError('too-large', 'body_too_large', `The request body is larger than ${bytesMax} bytes`, { bytesMax }),
  pathUnknown: (path: string) => new AppError('missing', 'path_unknown', 'Not found', { path }),
};
