import type { Generated } from 'kysely';

/** The first answer to a request that carried an Idempotency-Key; unique by caller, route and key, kept 24 h. */
export interface IdempotencyTable {
  caller: string;
  route: string;
  key: string;
  body_sha256: string;
  /** Null while the first request is still running. */
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
  created_at: Generated<Date>;
  expires_at: Date;
}
