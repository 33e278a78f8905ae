import type { Generated } from 'kysely';

/** One API key of a user; the key itself is never stored, only its SHA-256, which is unique. */
export interface ApiKeyTable {
  id: Generated<number>;
  user_id: string;
  key_sha256: string;
  label: string | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
  created_at: Generated<Date>;
}
