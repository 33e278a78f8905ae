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
  conflictingParameters: (left: string, right: string) =>
    new AppError('invalid', 'conflicting_parameters', `'${left}' and '${right}' disagree: give one of them`, {
      field: left,
      reason: `Differs from '${right}'`,
    }),
  invalidJson: () => new AppError('invalid', 'invalid_json', 'The request body is not valid JSON', { field: 'body' }),
  bodyTooDeep: (depthMax: number) =>
    new AppError('invalid', 'body_too_deep', `The request body nests deeper than ${depthMax} levels`, {
      field: 'body',
    }),
  bodyTooLarge: (bytesMax: number) =>
    new AppError('too-large', 'body_too_large', `The request body is larger than ${bytesMax} bytes`, { bytesMax }),
  bodyInterrupted: () =>
    new AppError('invalid', 'body_interrupted', 'The request body broke off before its end', { field: 'body' }),
  numberNotExact: (reason: string) =>
    new AppError('invalid', 'number_not_exact', `The request body holds a number we cannot keep: ${reason}`, {
      field: 'body',
      reason,
    }),
  textNotStorable: () =>
    new AppError('invalid', 'text_not_storable', 'The request holds a NUL or half a surrogate pair in a text', {
      field: 'body',
    }),
  mediaTypeUnsupported: (type: string) =>
    new AppError('unsupported', 'media_type_unsupported', `Content type ${type} is not understood here; send JSON`, {
      type,
    }),
  requestMalformed: (reason: string) =>
    new AppError('invalid', 'request_malformed', `The request is malformed: ${reason}`, { field: 'request', reason }),
  requestTimedOut: () =>
    new AppError('timeout', 'request_timeout', 'The request did not arrive in time', { field: 'request' }),
  hostRefused: () =>
    new AppError(
      'denied',
      'host_refused',
      'This server does not answer under that host name; use its address, or list the name in ALMANAC_ALLOWED_HOSTS',
    ),
  originRefused: (origin: string) =>
    new AppError('denied', 'origin_refused', `Pages of ${origin} may not change anything here`, { origin }),
  pathUnknown: (path: string) => new AppError('missing', 'path_unknown', 'Not found', { path }),
};
