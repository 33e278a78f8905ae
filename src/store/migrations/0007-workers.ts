/** Jobs are claimed from their rows: in lanes, by priority, fairly among owners. And the server says which code and tree it has. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table job
      add column lane text not null default 'general',
      add column not_before timestamptz,
      add column trail jsonb`.execute(db);
  // The kinds that needed the measurement store before jobs said so themselves.
  await sql`
    update job set lane = 'measurements' where status in ('queued', 'running')
      and kind in ('questdb_import', 'build_matrix', 'backtest', 'sweep', 'pipeline')`.execute(db);
  // The front of each owner's line in each lane, without a look at the rest of it.
  await sql`
    create index job_waiting on job (lane, coalesce(owner_id, ''), priority desc, created_at, job_id)
      where status = 'queued'`.execute(db);
  await sql`
    create table deployment (
      is_current boolean primary key default true check (is_current),
      code_version text not null,
      tree_id text not null,
      measurements text not null,
      started_at timestamptz not null default now()
    )`.execute(db);
  // Where an earlier version delivered jobs; the rows know all that it knew.
  await sql`drop schema if exists pgboss cascade`.execute(db);
}
