/** Order books: the registry of the zones, the steps and log lines of pipeline jobs, quality reports, manifests. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table zone_file (
    file_id text primary key, dataset text not null, symbol text not null, date date not null,
    zone text not null, kind text not null, n_records bigint not null, file_size bigint not null,
    file_path text not null, sha256 text not null, input_hash text, inputs json not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    unique (dataset, symbol, date, zone, kind))`,
  `create index zone_file_symbol on zone_file (symbol, date)`,

  `create table pipeline_step (
    job_id text not null references job on delete cascade, position integer not null,
    stage text not null, symbol text not null, date date not null,
    status text not null check (status in ('pending', 'running', 'completed', 'skipped', 'failed')),
    started_at timestamptz, finished_at timestamptz, n_records bigint, message text,
    primary key (job_id, stage, symbol, date))`,
  `create index pipeline_step_in_order on pipeline_step (job_id, position)`,

  `create table job_log (
    line_id bigint generated always as identity primary key,
    job_id text not null references job on delete cascade,
    ts timestamptz not null default now(), level text not null, message text not null)`,
  `create index job_log_of_job on job_log (job_id, line_id)`,

  `create table qc_report (
    report_id text primary key, dataset text not null, symbol text not null, date date not null,
    report json not null, alerts json not null, raw_sha256 text, input_hash text not null, file_path text not null,
    created_at timestamptz not null default now(), unique (dataset, symbol, date))`,
  `create index qc_report_day on qc_report (date, symbol)`,

  `create table training_manifest (
    dataset text primary key, sha256 text not null, exported_at timestamptz not null)`,
];
