/** Signing in, and finding out who asks from what a request carries. */
import { timingSafeEqual } from 'node:crypto';
import { errors } from '#base/errors.js';
import { sha256 } from '#data/hash.js';
import { findApiKey, touchApiKey } from '#store/api-key.store.js';
import { findUser, findUserByName, touchUser, type UserRow } from '#store/user.store.js';
import { isApiKey } from './api-key.js';
import type { IdentityDesk } from './desk.js';
import { verifyPassword } from './password.js';
import type { Principal } from './principal.js';
import { readToken, signToken, TOKEN_SECONDS } from './token.js';

export interface SignIn {
  readonly token: string;
  readonly expiresInSeconds: number;
  readonly principal: Principal;
}

/** Errors: credentialsRefused (the same, and as slow, for an unknown user), tooManySignIns. */
export async function signIn(
  desk: IdentityDesk,
  given: { username: string; password: string; address: string },
): Promise<SignIn> {
  const nowMs = desk.clock.nowMs();
  const door = `${given.username.toLowerCase().slice(0, 200)} ${given.address}`;
  const waitS = desk.throttle.waitSeconds(door, nowMs);
  if (waitS > 0) throw errors.tooManySignIns(waitS);
  // Counted before the slow comparison: a hundred guesses at once are a hundred guesses.
  desk.throttle.countFailure(door, nowMs);
  const user = await findUserByName(desk.db, given.username);
  const isRight = await verifyPassword(given.password, user?.passwordHash);
  if (!isRight || user?.isActive !== true) throw errors.credentialsRefused();
  desk.throttle.forget(door);
  await touchUser(desk.db, user.id, nowMs);
  return { token: await tokenFor(desk, user), expiresInSeconds: TOKEN_SECONDS, principal: principalOf(user) };
}

/** What a request may carry as its proof. */
export interface Proof {
  /** The Authorization header as it came. */
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly adminToken?: string | undefined;
}

/** Undefined when nothing was sent; what was sent must hold, else tokenRefused. */
export async function findPrincipal(desk: IdentityDesk, proof: Proof): Promise<Principal | undefined> {
  if (proof.adminToken !== undefined) {
    if (isAdminToken(desk, proof.adminToken)) return HOUSE_ADMIN;
    throw errors.tokenRefused();
  }
  if (proof.apiKey !== undefined) return principalOfKey(desk, proof.apiKey);
  if (proof.authorization === undefined) return undefined;
  const [, bearer] = /^bearer +([^\s]+) *$/i.exec(proof.authorization) ?? [];
  if (bearer === undefined) throw errors.tokenRefused();
  if (isAdminToken(desk, bearer)) return HOUSE_ADMIN;
  return bearer.startsWith('sgk_') ? principalOfKey(desk, bearer) : principalOfToken(desk, bearer);
}

/** Whoever holds ALMANAC_ADMIN_TOKEN: no row, no limits. */
const HOUSE_ADMIN: Principal = Object.freeze({ userId: null, name: 'admin-token', role: 'admin', tier: 'enterprise' });

async function principalOfToken(desk: IdentityDesk, token: string): Promise<Principal> {
  const claims = await readToken(desk.tokenKey, token, desk.clock.nowMs());
  // Role and tier come from the row, not from the token: a change holds from the next request on.
  const user = claims && (await findUser(desk.db, claims.userId));
  if (user === undefined || !user.isActive || user.tokenVersion !== claims!.tokenVersion) throw errors.tokenRefused();
  return principalOf(user);
}

/** The time of last use is written once a minute: a write for every request would cost more than the request. */
const TOUCH_EVERY_MS = 60_000;

async function principalOfKey(desk: IdentityDesk, key: string): Promise<Principal> {
  if (!isApiKey(key)) throw errors.tokenRefused();
  const known = await findApiKey(desk.db, sha256(key));
  const user = known && (await findUser(desk.db, known.userId));
  if (user === undefined || !user.isActive) throw errors.tokenRefused();
  const nowMs = desk.clock.nowMs();
  if ((known!.lastUsedMs ?? 0) < nowMs - TOUCH_EVERY_MS) await touchApiKey(desk.db, known!.id, nowMs);
  return principalOf(user);
}

/** Hashes first: the comparison takes the same time whatever the lengths. */
function isAdminToken({ adminToken }: IdentityDesk, given: string): boolean {
  if (adminToken === undefined || adminToken === '') return false;
  return timingSafeEqual(Buffer.from(sha256(adminToken)), Buffer.from(sha256(given)));
}

export const tokenFor = (desk: IdentityDesk, user: UserRow): Promise<string> =>
  signToken(
    desk.tokenKey,
    { userId: user.id, name: user.username, role: user.role, tier: user.tier, tokenVersion: user.tokenVersion },
    desk.clock.nowMs(),
  );

const principalOf = (user: UserRow): Principal => ({
  userId: user.id,
  name: user.username,
  role: user.role,
  tier: user.tier,
});
