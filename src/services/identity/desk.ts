/** What the identity services need: rows, the time, names for new things, and the key that signs. */
import type { Kysely } from 'kysely';
import type { Clock } from '#base/clock.js';
import type { Ids } from '#base/ids.js';
import type { Tables } from '#store/database.js';
import type { SignInThrottle } from './sign-in-throttle.js';
import type { TokenKey } from './token.js';

export interface IdentityDesk {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Made by deriveTokenKey of `<data>/secrets/key` or ALMANAC_SECRET_KEY. */
  readonly tokenKey: TokenKey;
  readonly throttle: SignInThrottle;
  /** ALMANAC_ADMIN_TOKEN; undefined closes that door. */
  readonly adminToken?: string;
}
