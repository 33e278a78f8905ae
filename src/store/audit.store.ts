/** Queries on the audit log: append under one lock, so that the chain of hashes has one end; read in pages. */
import { sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import { type Database, jsonb } from './database.js';
import { readPage } from './read-page.js';
import type { AuditTable } from './tables/audit.table.js';

export interface AuditRow {
  readonly id: number;
  readonly atMs: number;
  readonly surface: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly userId: string | null;
  readonly client: string;
  readonly requestId: string;
  readonly action: string;
  readonly subject: JsonObject;
  readonly payload: Json | null;
  readonly before: Json | null;
  readonly after: Json | null;
  readonly prevHash: string;
  readonly hash: string;
}

export interface AuditFilter {
  readonly surface?: string | undefined;
  readonly userId?: string | undefined;
  readonly action?: string | undefined;
  readonly path?: string | undefined;
  readonly method?: string | undefined;
  readonly status?: number | undefined;
  readonly subject?: JsonObject | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Any number that only the audit log uses. */
const AUDIT_LOCK = 4_107_301;

/** Holds every other writer of the log, in any process, until the transaction ends; gives the last hash, '' at the start. */
export async function lockAuditEnd(transaction: Database): Promise<string> {
  await sql`select pg_advisory_xact_lock(${sql.lit(AUDIT_LOCK)})`.execute(transaction);
  const last = await transaction
    .selectFrom('audit_entry')
    .select('hash')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.hash ?? '';
}

/** Appends rows in their order. */
export async function insertAudit(db: Database, rows: readonly Omit<AuditRow, 'id'>[]): Promise<void> {
  await db
    .insertInto('audit_entry')
    .values(
      rows.map((row) => ({
        at: new Date(row.atMs),
        surface: row.surface,
        method: row.method,
        path: row.path,
        status: row.status,
        user_id: row.userId,
        client: row.client,
        request_id: row.requestId,
        action: row.action,
        subject: jsonb(row.subject),
        payload: row.payload === null ? null : jsonb(row.payload),
        before: row.before === null ? null : jsonb(row.before),
        after: row.after === null ? null : jsonb(row.after),
        prev_hash: row.prevHash,
        hash: row.hash,
      })),
    )
    .execute();
}

/** Newest first. */
export async function listAudit(db: Database, filter: AuditFilter, page: PageRequest): Promise<Page<AuditRow>> {
  return readPage(filtered(db, filter), page, (matching) => matching.selectAll().orderBy('id', 'desc'), fromRow);
}

/** In the order of writing, after the row `afterId`. */
export async function readAuditChain(db: Database, afterId: number, limit: number): Promise<AuditRow[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .selectAll()
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

function filtered(db: Database, filter: AuditFilter) {
  let query = db.selectFrom('audit_entry');
  if (filter.surface !== undefined) query = query.where('surface', '=', filter.surface);
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  if (filter.action !== undefined) query = query.where('action', '=', filter.action);
  if (filter.path !== undefined) query = query.where('path', '=', filter.path);
  if (filter.method !== undefined) query = query.where('method', '=', filter.method);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.subject !== undefined) query = query.where(sql<boolean>`subject @> ${jsonb(filter.subject)}`);
  if (filter.fromMs !== undefined) query = query.where('at', '>=', new Date(filter.fromMs));
  if (filter.toMs !== undefined) query = query.where('at', '<', new Date(filter.toMs));
  return query;
}

type Selected = { [K in keyof AuditTable]: K extends 'id' ? number : AuditTable[K] };

const fromRow = (row: Selected): AuditRow => ({
  id: Number(row.id),
  atMs: row.at.getTime(),
  surface: row.surface,
  method: row.method,
  path: row.path,
  status: row.status,
  userId: row.user_id,
  client: row.client,
  requestId: row.request_id,
  action: row.action,
  subject: row.subject as JsonObject,
  payload: row.payload,
  before: row.before,
  after: row.after,
  prevHash: row.prev_hash,
  hash: row.hash,
});
