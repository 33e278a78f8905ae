/** How many jobs of one kind one caller has sent: for daily quotas, which need no table of their own. */
import { sql } from 'kysely';
import type { Database } from './database.js';

interface Counted {
  readonly kind: string;
  /** Null: the jobs of nobody. */
  readonly ownerId: string | null;
}

/** Until the transaction ends no other one gets this lock: who counts and who sends are then one after the other. */
export async function lockJobsOf(tx: Database, { kind, ownerId }: Counted): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`job count ${kind} ${ownerId ?? ''}`}, 0))`.execute(tx);
}

/** Whatever became of them. A job that was tried again is one job. */
export async function countJobsSince(db: Database, { kind, ownerId }: Counted, fromMs: number): Promise<number> {
  const count = await db
    .selectFrom('job')
    .where('kind', '=', kind)
    .where('created_at', '>=', new Date(fromMs))
    .where(({ eb }) => (ownerId === null ? eb('owner_id', 'is', null) : eb('owner_id', '=', ownerId)))
    .select(({ fn }) => fn.countAll<number>().as('sent'))
    .executeTakeFirstOrThrow();
  return Number(count.sent);
}
