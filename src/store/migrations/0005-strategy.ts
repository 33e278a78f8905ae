/** The strategy lab: packs, templates, models with their configurations and policies, and everything that was ever run. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const RUN = `
  status text not null default 'queued',
  lineage jsonb,
  tag text,
  error jsonb,
  owner_id text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz`;

const STATEMENTS = [
  `create table pack (
    pack_id text primary key, meta jsonb not null, version integer not null, pack_sha text not null, updated_by text,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now())`,

  `create table model_template (
    template_id text not null, template_version integer not null,
    pack_id text not null references pack, status text not null, doc jsonb not null, published_at timestamptz,
    created_at timestamptz not null default now(), primary key (template_id, template_version))`,
  `create index model_template_pack on model_template (pack_id, status)`,

  `create table model (
    model_id text primary key, pack_id text not null references pack, name text not null, ticker text not null,
    asset_type text not null, horizon text not null, cadence text not null, algo text not null, risk_profile text not null,
    template_id text, template_version integer, owner_id text, visibility text not null default 'shared',
    status text not null default 'ready', created_by text,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now())`,
  // Ids are looked up ignoring case, so two spellings of one id may not both exist.
  `create unique index model_id_any_case on model (lower(model_id))`,
  `create index model_newest on model (updated_at desc, model_id)`,
  `create index model_pack on model (pack_id)`,

  `create table model_config (
    model_id text primary key references model on delete cascade, pack_id text not null, config jsonb not null,
    config_sha text not null, created_at timestamptz not null default now(), updated_at timestamptz not null default now())`,
  `create table model_config_version (
    model_id text not null, version integer not null, config jsonb not null, config_sha text not null, updated_by text,
    created_at timestamptz not null default now(), primary key (model_id, version))`,
  `create table policy (
    model_id text not null references model on delete cascade, version integer not null, pack_id text not null,
    policy jsonb not null, policy_sha text not null, created_at timestamptz not null default now(),
    primary key (model_id, version))`,
  `create table indicator_set (
    indicator_set_id integer generated always as identity primary key, pack_id text not null references pack,
    scope text not null, model_id text not null default '', name text not null, version integer not null,
    description text not null default '', indicators jsonb not null, indicator_set_sha text not null,
    created_at timestamptz not null default now(), unique (pack_id, scope, model_id, name, version))`,

  `create table build_run (
    build_run_id integer generated always as identity primary key, job_id text not null unique,
    model_id text not null, pack_id text not null, params jsonb not null, metrics jsonb,
    matrix_sha text, artifact_sha text, bars_sha text, path text, out_csv text, ${RUN})`,
  `create index build_run_model on build_run (lower(model_id), finished_at desc)`,
  `create index build_run_matrix on build_run (matrix_sha text_pattern_ops)`,

  `create table training_run (
    training_run_id integer generated always as identity primary key, job_id text not null unique,
    model_id text not null, pack_id text not null, params jsonb not null, metrics jsonb, summary jsonb,
    matrix_sha text, model_sha text, model_out text, run_sha text not null, ${RUN})`,
  `create index training_run_key on training_run (run_sha)`,
  `create index training_run_model on training_run (model_id, created_at desc)`,

  `create table backtest_run (
    backtest_run_id integer generated always as identity primary key, backtest_id text not null unique,
    job_id text not null, sweep_id text, model_id text not null, pack_id text not null, saved boolean not null,
    params jsonb not null, config jsonb not null, metrics jsonb, gate jsonb, gate_pass boolean,
    result_sha text, result jsonb, research_run_id text,
    sharpe_hourly double precision, sharpe double precision, cum_ret double precision, sortino double precision,
    calmar double precision, max_drawdown double precision, win_rate double precision, trades integer,
    score double precision, dsr double precision, trial_count integer,
    best_sharpe_hourly double precision, best_cum_ret double precision,
    matrix_sha text not null, run_sha text not null, risk_profile text not null,
    warnings jsonb not null default '[]', expires_at timestamptz, ${RUN})`,
  `create index backtest_run_model on backtest_run (model_id, started_at desc)`,
  `create index backtest_run_gate on backtest_run (risk_profile, gate_pass, started_at desc)`,
  `create index backtest_run_tag on backtest_run (tag)`,
  `create index backtest_run_pack on backtest_run (pack_id, model_id)`,
  `create index backtest_run_key on backtest_run (run_sha)`,
  `create index backtest_run_expiry on backtest_run (expires_at) where expires_at is not null`,

  `create table backtest_fold (
    backtest_run_id integer not null references backtest_run on delete cascade, fold integer not null,
    thr_used double precision, cum_ret double precision, sharpe_hourly double precision, sortino double precision,
    max_dd double precision, trades integer not null, train_rows integer not null, test_rows integer not null,
    primary key (backtest_run_id, fold))`,
  `create table backtest_equity (
    backtest_run_id integer primary key references backtest_run on delete cascade,
    ts_ms double precision[] not null, ret double precision[] not null, equity double precision[] not null,
    position double precision[] not null)`,

  `create table backtest_sweep (
    sweep_run_id integer generated always as identity primary key, sweep_id text not null unique, job_id text not null,
    model_id text not null, pack_id text not null, spec jsonb not null, total_configs integer not null, summary jsonb,
    report_sha text, report_path text, pbo double precision, matrix_sha text not null, run_sha text not null, ${RUN})`,
  `create index backtest_sweep_newest on backtest_sweep (created_at desc)`,
  `create table sweep_result (
    sweep_result_id integer generated always as identity primary key,
    sweep_run_id integer not null references backtest_sweep on delete cascade, position integer not null,
    kind text not null, params jsonb not null, status text not null, metrics jsonb, gate jsonb,
    score double precision, result jsonb, error jsonb, backtest_run_id integer,
    created_at timestamptz not null default now(), unique (sweep_run_id, position))`,

  `create table trial (
    model_id text not null, matrix_sha text not null, run_sha text not null, sharpe_session double precision,
    at timestamptz not null default now(), primary key (model_id, matrix_sha, run_sha))`,
];
