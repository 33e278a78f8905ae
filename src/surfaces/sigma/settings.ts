/** What the operator may set about this surface. */
import type { Principal } from '#services/identity/principal.js';

export interface SigmaSettings {
  /** ALMANAC_AUTH resolved against the bind address. */
  readonly rootMode: 'optional' | 'required';
  /** ALMANAC_LOCAL_TIER. */
  readonly localTier: Principal['tier'];
  /** ALMANAC_RATE_LIMIT: false still says the headers. */
  readonly isRateLimited: boolean;
  readonly corsOrigins: '*' | readonly string[];
  readonly version: string;
  readonly startedAtMs: number;
  /** Where uploads of bars wait while they are read. */
  readonly uploadDir: string;
}

/** Of a JSON body; uploads of bars have their own (contract 1.1). */
export const BODY_BYTES_MAX = 5 * 1024 * 1024;
export const UPLOAD_BYTES_MAX = 200 * 1024 * 1024;
