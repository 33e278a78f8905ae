/** The news that a job changed, as PostgreSQL carries it: heard by every process when the transaction commits, never when it rolls back. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from './database.js';

export const JOB_CHANNEL = 'almanac_job';

/** `queued`: somebody may take it. `cancel`: whoever runs it should stop. `lost`: its worker died. `changed`: for those who watch. */
export type JobNews = 'queued' | 'cancel' | 'lost' | 'changed';

/** PostgreSQL carries 8,000 bytes at once. */
const IDS_AT_ONCE = 100;

export async function tellJobs(db: Database, news: JobNews, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const text = `${news} ${ids.slice(at, at + IDS_AT_ONCE).join(',')}`;
    await sql`select pg_notify(${JOB_CHANNEL}, ${text})`.execute(db as Kysely<unknown>);
  }
}

/** For a statement that changes at most `IDS_AT_ONCE` rows: joined to them, it tells of all in one go and costs no round trip. */
export const tellOf = (changed: RawBuilder<unknown>, news: JobNews): RawBuilder<unknown> =>
  sql`(select pg_notify(${JOB_CHANNEL}, ${`${news} `}::text || string_agg(job_id, ',')) as told from ${changed} having count(*) > 0)`;

export function readJobNews(text: string): { news: JobNews; ids: string[] } {
  const [news, ids = ''] = text.split(' ', 2) as [JobNews, string?];
  return { news, ids: ids === '' ? [] : ids.split(',') };
}
