import type { Generated } from 'kysely';

/** One person (or program) that may sign in; unique by user_id, and by username without regard to case. */
export interface UserTable {
  user_id: string;
  username: string;
  email: string | null;
  /** scrypt$N$r$p$salt$hash, the last two in base64. */
  password_hash: string;
  role: 'user' | 'admin';
  tier: 'free' | 'basic' | 'pro' | 'enterprise';
  active: Generated<boolean>;
  /** Tokens carry it; raising it ends all that were given out before. */
  token_version: Generated<number>;
  last_active: Date | null;
  created_at: Generated<Date>;
}
