/** The makers of what the other rooms are only handed: time, ids and the log. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Logger, pino } from 'pino';
import type { Clock } from '#base/clock.js';
import type { Ids } from '#base/ids.js';

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

/** JSON lines, or readable ones on a terminal; always on standard error, because standard output is for results. */
export function makeLog(level: string): Logger {
  const options = { level, redact: { paths: REDACTED, censor: '[secret]' }, base: null };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: false }));
  return pino({
    ...options,
    transport: { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname' } },
  });
}
