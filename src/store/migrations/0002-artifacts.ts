/** Lineage: one row an artifact, with what it was computed from and how. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table artifact (
      sha256 text collate "C" primary key check (sha256 ~ '^[0-9a-f]{64}$'),
      kind text not null,
      size_bytes bigint not null check (size_bytes >= 0),
      parents text[] not null default '{}',
      params jsonb not null default '{}',
      code_version text not null,
      seed bigint,
      information_time timestamptz,
      model_id text,
      pack_id text,
      uri text,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index artifact_kind_created_at on artifact (kind, created_at desc)`.execute(db);
  await sql`create index artifact_model_id on artifact (model_id) where model_id is not null`.execute(db);
  // Who was made from this? Asked before anything is swept away.
  await sql`create index artifact_parents on artifact using gin (parents)`.execute(db);
}
