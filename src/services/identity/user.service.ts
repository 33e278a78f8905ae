/** Users: adding, changing, new passwords, new keys. Used by sigma's admin routes and by `almanac user`. */
import { errors } from '#base/errors.js';
import type { Page, PageRequest } from '#base/page.js';
import { sha256 } from '#data/hash.js';
import { insertApiKey, revokeApiKeys } from '#store/api-key.store.js';
import type { Database } from '#store/database.js';
import { inTransaction } from '#store/transaction.js';
import {
  changeUser,
  countOtherAdmins,
  findUser,
  findUserByName,
  insertUser,
  listUsers as listUserRows,
  type UserFilter,
  type UserRow,
} from '#store/user.store.js';
import { makeApiKey } from './api-key.js';
import type { IdentityDesk } from './desk.js';
import { hashPassword } from './password.js';
import type { Principal } from './principal.js';
import { tokenFor } from './sign-in.service.js';
import { TOKEN_SECONDS } from './token.js';

export type User = Omit<UserRow, 'passwordHash' | 'tokenVersion'>;
export type { UserFilter };

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly email?: string | null;
  readonly role?: Principal['role'];
  readonly tier?: Principal['tier'];
}

/** At least eight (NIST SP 800-63B, 5.1.1); no more than anyone remembers, since each character is hashed. */
const PASSWORD_CHARS_MIN = 8;
const PASSWORD_CHARS_MAX = 1024;

/** New users start on the free tier. Errors: invalidParameter, userTaken. */
export async function addUser(desk: IdentityDesk, user: NewUser): Promise<User> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u.test(user.username))
    throw errors.invalidParameter(
      'username',
      'up to 64 letters, digits and . _ @ + -, starting with a letter or digit',
    );
  checkPassword(user.password);
  return insertNewUser(desk, user);
}

async function insertNewUser(desk: IdentityDesk, user: NewUser): Promise<User> {
  const row = await tryInsertUser(desk, user);
  if (row === undefined) throw errors.userTaken(user.username);
  return toUser(row);
}

/** Undefined where the name is taken. */
async function tryInsertUser(desk: IdentityDesk, user: NewUser): Promise<UserRow | undefined> {
  return insertUser(desk.db, {
    id: desk.ids.uuid(),
    username: user.username,
    email: user.email ?? null,
    passwordHash: await hashPassword(user.password),
    role: user.role ?? 'user',
    tier: user.tier ?? 'free',
  });
}

/** Ends the tokens that were given out before: a new password is often set because the old one leaked. */
export async function setPassword(desk: IdentityDesk, username: string, password: string): Promise<User> {
  checkPassword(password);
  const user = await getByName(desk, username);
  const passwordHash = await hashPassword(password);
  return toUser((await changeUser(desk.db, user.id, { passwordHash, endsTokens: true })) ?? user);
}

/** A sign-in token without a password, for `almanac user token`. Errors: userMissing, denied when inactive. */
export async function issueToken(
  desk: IdentityDesk,
  username: string,
): Promise<{ token: string; expiresInSeconds: number; user: User }> {
  const user = await getByName(desk, username);
  if (!user.isActive) throw errors.roleRequired('active user');
  return { token: await tokenFor(desk, user), expiresInSeconds: TOKEN_SECONDS, user: toUser(user) };
}

/** The key is shown this once. */
export async function createApiKey(
  desk: IdentityDesk,
  userId: string,
  label: string | null = null,
): Promise<{ apiKey: string }> {
  if ((await findUser(desk.db, userId)) === undefined) throw errors.userMissing(userId);
  const apiKey = makeApiKey();
  await insertApiKey(desk.db, { userId, keySha256: sha256(apiKey), label });
  return { apiKey };
}

/** Old keys and tokens die at once; gives the new key, shown this once, and a new token. */
export async function rotateCredentials(
  desk: IdentityDesk,
  userId: string,
): Promise<{ apiKey: string; token: string; rotatedAtMs: number }> {
  const rotatedAtMs = desk.clock.nowMs();
  const apiKey = makeApiKey();
  const user = await inTransaction(desk.db, async (transaction) => {
    const changed = await changeUser(transaction, userId, { endsTokens: true });
    if (changed === undefined) throw errors.userMissing(userId);
    await revokeApiKeys(transaction, userId, rotatedAtMs);
    await insertApiKey(transaction, { userId, keySha256: sha256(apiKey), label: 'rotated' });
    return changed;
  });
  return { apiKey, token: await tokenFor(desk, user), rotatedAtMs };
}

export interface UserUpdate {
  readonly role?: Principal['role'];
  readonly tier?: Principal['tier'];
  readonly isActive?: boolean;
  readonly email?: string | null;
  readonly password?: string;
}

/** Errors: userMissing, lastAdmin when no other active admin would be left, invalidParameter for a poor password. */
export async function updateUser(desk: IdentityDesk, userId: string, update: UserUpdate): Promise<User> {
  if (update.password !== undefined) checkPassword(update.password);
  const { password, ...plain } = update;
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return inTransaction(desk.db, async (transaction) => {
    const others = await countOtherAdmins(transaction, userId);
    const before = await findUser(transaction, userId);
    if (before === undefined) throw errors.userMissing(userId);
    const wasAdmin = before.role === 'admin' && before.isActive;
    const staysAdmin = (update.role ?? before.role) === 'admin' && (update.isActive ?? before.isActive);
    if (wasAdmin && !staysAdmin && others === 0) throw errors.lastAdmin();
    const endsTokens = passwordHash !== undefined || update.isActive === false;
    const change = { ...plain, ...(passwordHash === undefined ? {} : { passwordHash }), endsTokens };
    return toUser((await changeUser(transaction, userId, change)) ?? before);
  });
}

export async function listUsers(db: Database, filter: UserFilter, page: PageRequest): Promise<Page<User>> {
  const { items, total } = await listUserRows(db, filter, page);
  return { items: items.map(toUser), total };
}

/**
 * The first admin of an install, on the enterprise tier. Does nothing once somebody of that name is there; gives true when
 * it added one. The password may be any that the settings name; a generated one comes from makePassword.
 */
export async function seedFirstAdmin(
  desk: IdentityDesk,
  admin: { username: string; password: string },
): Promise<boolean> {
  if ((await findUserByName(desk.db, admin.username)) !== undefined) return false;
  // Servers that start together both find nobody; one of them adds the admin.
  return (await tryInsertUser(desk, { ...admin, role: 'admin', tier: 'enterprise' })) !== undefined;
}

async function getByName(desk: IdentityDesk, username: string): Promise<UserRow> {
  const user = await findUserByName(desk.db, username);
  if (user === undefined) throw errors.userMissing(username);
  return user;
}

function checkPassword(password: string): void {
  if (password.length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX)
    throw errors.invalidParameter('password', `${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters`);
}

const toUser = ({ passwordHash: _hash, tokenVersion: _version, ...user }: UserRow): User => user;
