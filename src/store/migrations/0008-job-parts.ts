/** Jobs that are parts of another, and what the parts of a sweep hand on. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table job add column parent_id text`.execute(db);
  await sql`create index job_parent_id on job (parent_id) where parent_id is not null`.execute(db);
  // Those that wait for their parts: nobody holds them. They are few, and asked for every few seconds.
  await sql`create index job_parked on job (job_id) where status = 'running' and lease_owner is null`.execute(db);
  await sql`
    create table sweep_part (
      sweep_run_id integer not null references backtest_sweep on delete cascade,
      part_id text not null,
      content bytea not null,
      primary key (sweep_run_id, part_id)
    )`.execute(db);
}
