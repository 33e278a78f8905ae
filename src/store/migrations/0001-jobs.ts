/** The jobs as people see them; pg-boss keeps its own tables in its own schema. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table job (
      job_id text primary key,
      kind text not null,
      status text not null check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
      payload jsonb not null,
      result jsonb,
      error jsonb,
      progress double precision not null default 0 check (progress >= 0),
      total double precision not null default 0 check (total >= 0),
      stages jsonb,
      message text,
      attempts integer not null default 0 check (attempts >= 0),
      attempts_max integer not null check (attempts_max >= 1),
      priority integer not null default 0,
      surface text not null,
      owner_id text,
      subject jsonb not null default '{}',
      dedupe_key text,
      lease_owner text,
      lease_until timestamptz,
      cancel_requested boolean not null default false,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz,
      constraint job_lease_whole check ((lease_owner is null) = (lease_until is null)),
      constraint job_final_finished check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null))
    )`.execute(db);
  await sql`create index job_status_created_at on job (status, created_at)`.execute(db);
  await sql`create index job_kind_created_at on job (kind, created_at desc)`.execute(db);
  // Lists by what a job is about: subject @> '{"model_id": ...}'.
  await sql`create index job_subject on job using gin (subject jsonb_path_ops)`.execute(db);
  // The reaper looks for these every few seconds, and they are few.
  await sql`create index job_lease_until on job (lease_until) where status = 'running'`.execute(db);
  await sql`
    create unique index job_dedupe_key on job (dedupe_key) where status in ('queued', 'running')`.execute(db);
}
