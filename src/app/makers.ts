/** The makers of what the other rooms are only handed: time, ids and the log. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Clock } from '#base/clock.js';
import type { Ids } from '#base/ids.js';
import { idsAtHand } from './trail.js';

export const systemClock: Clock = { nowMs: () => Date.now() };

/** Crockford-like: no letters that read like digits. 32 characters, so five bits each. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
const SHORT_ID_LENGTH = 10;

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  short: (prefix) => prefix + [...randomBytes(SHORT_ID_LENGTH)].map((byte) => BASE32[byte & 31]).join(''),
};

/** Paths in requests and answers that hold secrets; pino replaces them before a line is written. */
const REDACTED = [
  'password',
  '*.password',
  'token',
  '*.token',
  'authorization',
  '*.authorization',
  'secret',
  '*.secret',
];

export interface LogForm {
  /** Default `auto`: readable on a terminal, else JSON lines. */
  readonly format?: 'auto' | 'json' | 'console';
  /** Where JSON lines go. Default standard error, because standard output is for results. */
  readonly to?: DestinationStream;
}

/** Every line carries the ids of the request or job that it belongs to. */
export function makeLog(level: string, { format = 'auto', to }: LogForm = {}): Logger {
  const options = {
    level,
    redact: { paths: REDACTED, censor: '[secret]' },
    base: null,
    mixin: () => ({ ...idsAtHand() }),
  };
  const isReadable = format === 'console' || (format === 'auto' && process.stderr.isTTY);
  if (to !== undefined || !isReadable) return pino(options, to ?? pino.destination({ dest: 2, sync: false }));
  return pino({
    ...options,
    transport: { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname' } },
  });
}
