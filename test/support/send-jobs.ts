/** Jobs as a service would send them, many in one statement. */
import { sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Database } from '#store/database.js';
import type { Lane } from '#store/job.store.js';

export interface SentJobs {
  readonly kind: string;
  readonly count: number;
  readonly payload?: JsonObject;
  readonly ownerId?: string | null;
  readonly priority?: number;
  readonly lane?: Lane;
}

/** Gives their ids. */
export async function sendJobs(db: Database, jobs: SentJobs): Promise<string[]> {
  const { kind, count, payload = {}, ownerId = null, priority = 0, lane = 'general' } = jobs;
  const { rows } = await sql<{ job_id: string }>`
    insert into job (job_id, kind, status, payload, attempts_max, surface, owner_id, priority, lane)
    select gen_random_uuid()::text, ${kind}, 'queued', ${JSON.stringify(payload)}::jsonb, 50, 'stage1', ${ownerId}, ${priority}, ${lane}
    from generate_series(1, ${count}) returning job_id`.execute(db);
  await sql`select pg_notify('almanac_job', 'queued ')`.execute(db);
  return rows.map((row) => row.job_id);
}
