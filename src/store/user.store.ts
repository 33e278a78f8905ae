/** Queries on users; names are unique without regard to case. */
import { type Selectable, sql } from 'kysely';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import type { UserTable } from './tables/user.table.js';

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly passwordHash: string;
  readonly role: UserTable['role'];
  readonly tier: UserTable['tier'];
  readonly isActive: boolean;
  readonly tokenVersion: number;
  readonly lastActiveMs: number | null;
  readonly createdAtMs: number;
}

export type NewUserRow = Pick<UserRow, 'id' | 'username' | 'email' | 'passwordHash' | 'role' | 'tier'>;
export type UserChange = Partial<Pick<UserRow, 'email' | 'passwordHash' | 'role' | 'tier' | 'isActive'>> & {
  readonly endsTokens?: boolean;
};

/** Undefined when the name is taken. */
export async function insertUser(db: Database, user: NewUserRow): Promise<UserRow | undefined> {
  const row = await db
    .insertInto('user_account')
    .values({
      user_id: user.id,
      username: user.username,
      email: user.email,
      password_hash: user.passwordHash,
      role: user.role,
      tier: user.tier,
      last_active: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && fromRow(row);
}

export async function findUser(db: Database, id: string): Promise<UserRow | undefined> {
  const row = await db.selectFrom('user_account').selectAll().where('user_id', '=', id).executeTakeFirst();
  return row && fromRow(row);
}

export async function findUserByName(db: Database, username: string): Promise<UserRow | undefined> {
  const row = await db
    .selectFrom('user_account')
    .selectAll()
    .where(sql<boolean>`lower(username) = lower(${username})`)
    .executeTakeFirst();
  return row && fromRow(row);
}

export interface UserFilter {
  readonly role?: UserTable['role'] | undefined;
  /** Part of the name or the address, without regard to case. */
  readonly search?: string | undefined;
}

/** By name. */
export async function listUsers(db: Database, filter: UserFilter, page: PageRequest): Promise<Page<UserRow>> {
  let query = db.selectFrom('user_account');
  if (filter.role !== undefined) query = query.where('role', '=', filter.role);
  if (filter.search !== undefined) {
    const part = filter.search.toLowerCase();
    query = query.where(sql<boolean>`position(${part} in lower(username || ' ' || coalesce(email, ''))) > 0`);
  }
  return readPage(query, page, (matching) => matching.selectAll().orderBy(sql`lower(username)`), fromRow);
}

/** How many admins may sign in, one user left out; locks them so that two demotions cannot pass each other. */
export async function countOtherAdmins(transaction: Database, exceptId: string): Promise<number> {
  const rows = await transaction
    .selectFrom('user_account')
    .select('user_id')
    .where('role', '=', 'admin')
    .where('active', '=', true)
    .orderBy('user_id')
    .forUpdate()
    .execute();
  return rows.filter((row) => row.user_id !== exceptId).length;
}

export async function changeUser(db: Database, id: string, change: UserChange): Promise<UserRow | undefined> {
  const row = await db
    .updateTable('user_account')
    .set((table) => ({
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.passwordHash === undefined ? {} : { password_hash: change.passwordHash }),
      ...(change.role === undefined ? {} : { role: change.role }),
      ...(change.tier === undefined ? {} : { tier: change.tier }),
      ...(change.isActive === undefined ? {} : { active: change.isActive }),
      token_version: sql<number>`${table.ref('token_version')} + ${change.endsTokens === true ? 1 : 0}`,
    }))
    .where('user_id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && fromRow(row);
}

export async function touchUser(db: Database, id: string, nowMs: number): Promise<void> {
  await db
    .updateTable('user_account')
    .set({ last_active: new Date(nowMs) })
    .where('user_id', '=', id)
    .execute();
}

const fromRow = (row: Selectable<UserTable>): UserRow => ({
  id: row.user_id,
  username: row.username,
  email: row.email,
  passwordHash: row.password_hash,
  role: row.role,
  tier: row.tier,
  isActive: row.active,
  tokenVersion: row.token_version,
  lastActiveMs: row.last_active?.getTime() ?? null,
  createdAtMs: row.created_at.getTime(),
});
