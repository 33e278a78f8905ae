/** What the exit code of a command means; the table stands in every `--help`. */
import { ApiError } from '@almanac/sdk';
import { CommanderError } from 'commander';
import { AppError } from '#base/errors.js';

export const EXIT = {
  ok: 0,
  /** Something was tried and did not hold: rows were rejected, a hash did not match, a step failed. */
  failed: 1,
  /** The command line or a setting is wrong: nothing was tried. */
  usage: 2,
  /** Something we need is not there: a port is taken, no server answers, the database is away, the disk is full. */
  unavailable: 3,
  /** Not signed in, or not allowed. */
  denied: 4,
  /** Stopped by a second Ctrl-C (128 + SIGINT, as shells count). */
  interrupted: 130,
} as const;

export const EXIT_HELP = `
Exit codes:
  0  done, and everything held
  1  tried, and something did not hold (rejected rows, a mismatch, a failed step)
  2  the command line or a setting is wrong
  3  something we need is not there (a port, a server, the database, disk)
  4  not signed in, or not allowed
  130  stopped by a second Ctrl-C`;

/** A command line that cannot be meant, found after it was parsed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The code for a failure that nobody answered on the way. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ApiError) return exitCodeOfStatus(error.status);
  if (error instanceof AppError) return exitCodeOfKind(error.kind);
  return EXIT.failed;
}

function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) return EXIT.denied;
  return status === 0 || status >= 502 ? EXIT.unavailable : EXIT.failed;
}

function exitCodeOfKind(kind: AppError['kind']): number {
  if (kind === 'invalid' || kind === 'unsupported') return EXIT.usage;
  if (kind === 'unavailable' || kind === 'timeout' || kind === 'upstream') return EXIT.unavailable;
  return kind === 'denied' || kind === 'unknown-caller' ? EXIT.denied : EXIT.failed;
}
