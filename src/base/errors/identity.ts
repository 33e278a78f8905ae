/** Failures of the identity services: who asks, and may they. Their texts never tell which half of a sign-in was wrong. */
import { AppError } from '../app-error.js';

export const identityErrors = {
  /** No sign-in where one is required. */
  signInRequired: () =>
    new AppError('unknown-caller', 'sign_in_required', 'Authentication required: send a bearer token or an API key'),
  tokenRefused: () =>
    new AppError('unknown-caller', 'token_refused', 'The token is not valid, has expired or was revoked'),
  credentialsRefused: () =>
    new AppError('unknown-caller', 'credentials_refused', 'The user name or the password is wrong'),
  roleRequired: (role: string) => new AppError('denied', 'role_required', `This needs the role ${role}`, { role }),
  notYours: (resource: string, id: string) =>
    new AppError('denied', 'not_yours', `The ${resource} ${id} belongs to somebody else`, { resource, id }),
  tooManySignIns: (retryAfterS: number) =>
    new AppError('limited', 'rate_limited', 'Too many failed sign-ins; wait before the next one', {
      retryAfterS,
      limit: 5,
      windowS: 900,
    }),
  rateLimited: (facts: { limit: number; windowS: number; retryAfterS: number }) =>
    new AppError('limited', 'rate_limited', `More than ${facts.limit} requests in ${facts.windowS} s`, { ...facts }),
  concurrencyLimit: (facts: { limit: number; retryAfterS: number }) =>
    new AppError('limited', 'concurrency_limit', `More than ${facts.limit} of these at once`, { ...facts }),
  quotaExceeded: (facts: { quota: string; limit: number; used: number; resetsAt: string }) =>
    new AppError('denied', 'quota_exceeded', `The quota ${facts.quota} is used up until ${facts.resetsAt}`, {
      ...facts,
    }),
  userMissing: (id: string) =>
    new AppError('missing', 'user_missing', `User ${id} was not found`, { resource: 'user', id }),
  userTaken: (username: string) =>
    new AppError('conflict', 'user_taken', `A user named ${username} exists already`, { resource: 'user', username }),
  lastAdmin: () =>
    new AppError('conflict', 'last_admin', 'The last active admin cannot be demoted or disabled', { resource: 'user' }),
  keyReused: (key: string) =>
    new AppError('conflict', 'idempotency_key_reused', `The idempotency key ${key} came with another body before`, {
      resource: 'idempotency_key',
      id: key,
    }),
  keyInUse: (key: string) =>
    new AppError('conflict', 'idempotency_key_in_use', `A request with the idempotency key ${key} is still running`, {
      resource: 'idempotency_key',
      id: key,
    }),
};
