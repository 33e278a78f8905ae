/**
 * The audit log: one entry for every mutation on every surface, chained by hashes, written before the answer goes out.
 *
 * Entries that come while a write is on its way go together into the next one (group commit): at full load the log costs one
 * transaction for many requests, and an idle server waits for nothing.
 */
import type { Kysely } from 'kysely';
import type { Clock } from '#base/clock.js';
import { canonicalJson, type JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import { sha256 } from '#data/hash.js';
import {
  type AuditFilter,
  type AuditRow,
  insertAudit,
  listAudit,
  lockAuditEnd,
  readAuditChain,
} from '#store/audit.store.js';
import type { Database, Tables } from '#store/database.js';
import { inTransaction } from '#store/transaction.js';

export type { AuditFilter };
export type AuditEntry = AuditRow;
export type NewAuditEntry = Omit<AuditRow, 'id' | 'atMs' | 'prevHash' | 'hash'>;

export interface AuditTrail {
  /** Resolves when the entry is on disk. */
  record(entry: NewAuditEntry): Promise<void>;
}

/** Entries of one transaction at most: 15 parameters each, and PostgreSQL takes 65,535. */
const BATCH_MAX = 500;

export function createAuditTrail(desk: { db: Kysely<Tables>; clock: Clock }): AuditTrail {
  let waiting: { entry: NewAuditEntry; atMs: number; done: () => void; failed: (error: unknown) => void }[] = [];
  let isWriting = false;

  const drain = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      waiting = waiting.slice(BATCH_MAX);
      try {
        await append(desk.db, batch);
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    isWriting = false;
  };

  return {
    record: (entry) =>
      new Promise((done, failed) => {
        waiting.push({ entry, atMs: desk.clock.nowMs(), done, failed });
        if (!isWriting) void drain();
      }),
  };
}

async function append(db: Kysely<Tables>, batch: readonly { entry: NewAuditEntry; atMs: number }[]): Promise<void> {
  await inTransaction(db, async (transaction) => {
    let prevHash = await lockAuditEnd(transaction);
    const rows = batch.map(({ entry, atMs }) => {
      const hash = hashOf(prevHash, { ...entry, atMs });
      const row = { ...entry, atMs, prevHash, hash };
      prevHash = hash;
      return row;
    });
    await insertAudit(transaction, rows);
  });
}

/** SHA-256 over the former hash, a line break and the entry in canonical JSON (RFC 8785). */
function hashOf(prevHash: string, entry: NewAuditEntry & { atMs: number }): string {
  const { atMs, surface, method, path, status, userId, client, requestId, action, subject, payload, before, after } =
    entry;
  const facts: JsonObject = {
    at: new Date(atMs).toISOString(),
    surface,
    method,
    path,
    status,
    user_id: userId,
    client,
    request_id: requestId,
    action,
    subject,
    payload,
    before,
    after,
  };
  return sha256(`${prevHash}\n${canonicalJson(facts)}`);
}

export const listAuditEntries = (db: Database, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> =>
  listAudit(db, filter, page);

/** Walks the whole log; `brokenAt` is the id of the first entry whose hash does not follow from its content and its forerunner. */
export async function verifyAuditTrail(db: Database): Promise<{ entries: number; brokenAt: number | null }> {
  let entries = 0;
  let prevHash = '';
  let afterId = 0;
  for (;;) {
    const rows = await readAuditChain(db, afterId, 1000);
    if (rows.length === 0) return { entries, brokenAt: null };
    for (const row of rows) {
      if (row.prevHash !== prevHash || hashOf(prevHash, row) !== row.hash) return { entries, brokenAt: row.id };
      prevHash = row.hash;
      entries += 1;
    }
    afterId = rows.at(-1)!.id;
  }
}
