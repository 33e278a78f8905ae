/** From whatever was thrown to what the surface's voice can say: Fastify's and the plugins' own errors become ours here. */
import type { FastifyError } from 'fastify';
import { AppError, errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import { AnswerMismatchError, FaultsError } from './faults.js';
import type { Asked, SaidError, Surface } from './surface.js';

/** What the connection to PostgreSQL says when the server is away, starting, stopping or full. */
const DATABASE_AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08001',
  '08003',
  '08006',
]);
const DATABASE_AWAY_TEXT =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Says an error in the surface's words and tells the log what the caller must not see. */
export function sayFailure(surface: Surface, log: Log, error: unknown, request: Asked, bytesMax: number): SaidError {
  if (error instanceof FaultsError) return surface.voice.sayFaults(error.faults, request);
  const known = translate(error, bytesMax);
  if (known.kind === 'broken')
    log.error(
      {
        surface: surface.name,
        requestId: request.id,
        method: request.method,
        path: request.url.split('?', 1)[0], // Queries may hold what nobody wants in a log.
        err: error,
        ...(error instanceof AnswerMismatchError ? { issues: error.issues.slice(0, 10) } : {}),
      },
      'A request failed',
    );
  return surface.voice.sayError(known, request);
}

export function translate(error: unknown, bytesMax: number): AppError {
  if (error instanceof AppError) return error;
  const thrown = error as Partial<FastifyError> & { cause?: unknown };
  if (isDatabaseAway(thrown)) return errors.databaseUnavailable('it does not answer', error);
  const code = typeof thrown.code === 'string' ? thrown.code : '';
  if (code.startsWith('FST_') || code.startsWith('HPE_')) return translateFastify(thrown, bytesMax);
  return new AppError('broken', 'internal', 'Something broke on our side', {}, error);
}

const isDatabaseAway = ({ code, message, cause }: { code?: string; message?: string; cause?: unknown }): boolean =>
  (code !== undefined && DATABASE_AWAY.has(code)) ||
  (message !== undefined && DATABASE_AWAY_TEXT.test(message)) ||
  (cause instanceof Error && isDatabaseAway(cause as Error & { code?: string }));

function translateFastify({ code, statusCode, message }: Partial<FastifyError>, bytesMax: number): AppError {
  if (statusCode === 413) return errors.bodyTooLarge(bytesMax);
  if (statusCode === 415 || statusCode === 406) return errors.mediaTypeUnsupported('of this body');
  if (statusCode === 404) return errors.pathUnknown('');
  if (code === 'FST_ERR_BAD_URL') return errors.invalidParameter('path', 'it is not correctly percent-encoded');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return errors.requestMalformed(message ?? 'it cannot be read');
  return new AppError('broken', 'internal', 'Something broke on our side', {}, message);
}
