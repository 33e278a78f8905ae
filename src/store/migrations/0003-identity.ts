/** Who may sign in, what was changed by whom, and the answers kept for repeated requests. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table user_account (
      user_id text primary key,
      username text not null,
      email text,
      password_hash text not null,
      role text not null check (role in ('user', 'admin')),
      tier text not null check (tier in ('free', 'basic', 'pro', 'enterprise')),
      active boolean not null default true,
      token_version integer not null default 1,
      last_active timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create unique index user_account_username on user_account (lower(username))`.execute(db);
  await sql`
    create table api_key (
      id bigint generated always as identity primary key,
      user_id text not null references user_account (user_id) on delete cascade,
      key_sha256 text not null unique,
      label text,
      last_used_at timestamptz,
      revoked_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index api_key_user_id on api_key (user_id)`.execute(db);
  await sql`
    create table audit_entry (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      surface text not null,
      method text not null,
      path text not null,
      status integer not null,
      user_id text,
      client text not null,
      request_id text not null,
      action text not null,
      subject jsonb not null,
      payload jsonb,
      before jsonb,
      after jsonb,
      prev_hash text not null,
      hash text not null unique
    )`.execute(db);
  await sql`create index audit_entry_at on audit_entry (at desc)`.execute(db);
  await sql`create index audit_entry_path on audit_entry (path, at desc)`.execute(db);
  await sql`create index audit_entry_subject on audit_entry using gin (subject jsonb_path_ops)`.execute(db);
  // The chain shows a changed row; this stops the accident of changing one.
  await sql`
    create function audit_entry_is_final() returns trigger language plpgsql as $$
    begin
      raise exception 'audit entries are only ever appended';
    end $$`.execute(db);
  await sql`
    create trigger audit_entry_is_final before update or delete on audit_entry
    for each row execute function audit_entry_is_final()`.execute(db);
  await sql`
    create table idempotency_key (
      caller text not null,
      route text not null,
      key text not null,
      body_sha256 text not null,
      status integer,
      headers jsonb,
      body text,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      primary key (caller, route, key)
    )`.execute(db);
  await sql`create index idempotency_key_expires_at on idempotency_key (expires_at)`.execute(db);
}
