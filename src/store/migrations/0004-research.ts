/** Datasets, walk-forward runs with their folds, simulations with their trades and buckets (stage1.md 3-5). */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE dataset (
      dataset_id text PRIMARY KEY,
      dataset_slug text NOT NULL UNIQUE,
      symbol text NOT NULL,
      granularity text NOT NULL,
      source text NOT NULL,
      ohlcv_measurement text NOT NULL,
      indicator_measurement text NOT NULL,
      metadata json NOT NULL,
      declared json NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`CREATE INDEX dataset_newest ON dataset (updated_at DESC, dataset_id)`.execute(db);
  await sql`CREATE INDEX dataset_symbol ON dataset (lower(symbol), granularity)`.execute(db);

  await sql`
    CREATE TABLE run (
      run_id text PRIMARY KEY,
      dataset_id text NOT NULL REFERENCES dataset,
      declared_fold_count integer NOT NULL,
      stored_fold_count integer NOT NULL,
      features json NOT NULL,
      thresholds json NOT NULL,
      prediction_measurement text NOT NULL,
      status text NOT NULL,
      target_column text NOT NULL,
      requested_by text NOT NULL,
      started_at timestamptz,
      completed_at timestamptz,
      duration_ms bigint,
      summary_metrics json NOT NULL,
      hyperparameters json NOT NULL,
      walk_config json NOT NULL,
      metadata json NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX run_newest ON run (created_at DESC, run_id)`.execute(db);
  await sql`CREATE INDEX run_of_dataset ON run (dataset_id, created_at DESC, run_id)`.execute(db);

  await sql`
    CREATE TABLE fold (
      run_id text NOT NULL REFERENCES run ON DELETE CASCADE,
      fold_number bigint NOT NULL,
      train_start_idx bigint NOT NULL,
      train_end_idx bigint NOT NULL,
      test_start_idx bigint NOT NULL,
      test_end_idx bigint NOT NULL,
      samples_train bigint NOT NULL,
      samples_test bigint NOT NULL,
      best_iteration bigint,
      best_score double precision,
      thresholds json NOT NULL,
      metrics json NOT NULL,
      extra json NOT NULL,
      PRIMARY KEY (run_id, fold_number)
    )`.execute(db);

  await sql`
    CREATE TABLE simulation (
      simulation_id text PRIMARY KEY,
      run_id text NOT NULL REFERENCES run,
      dataset_id text NOT NULL,
      initial_capital double precision NOT NULL,
      parameters json NOT NULL,
      results json NOT NULL,
      input_run_measurement text NOT NULL,
      questdb_namespace text NOT NULL,
      mode text NOT NULL,
      status text NOT NULL,
      trade_count integer NOT NULL,
      metadata json NOT NULL,
      started_at timestamptz,
      completed_at timestamptz,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX simulation_newest ON simulation (created_at DESC, simulation_id)`.execute(db);
  await sql`CREATE INDEX simulation_of_run ON simulation (run_id, created_at DESC, simulation_id)`.execute(db);
  await sql`CREATE INDEX simulation_of_dataset ON simulation (dataset_id, created_at DESC, simulation_id)`.execute(db);

  await sql`
    CREATE TABLE trade (
      simulation_id text NOT NULL REFERENCES simulation ON DELETE CASCADE,
      trade_id text NOT NULL,
      position integer NOT NULL,
      bar_timestamp bigint NOT NULL,
      side text NOT NULL CHECK (side IN ('long', 'short')),
      size double precision NOT NULL,
      entry_price double precision NOT NULL,
      exit_price double precision,
      pnl double precision,
      return_pct double precision,
      fold_index bigint,
      entry_timestamp bigint,
      exit_timestamp bigint,
      entry_signal double precision,
      exit_signal double precision,
      metadata json NOT NULL,
      PRIMARY KEY (simulation_id, trade_id)
    )`.execute(db);
  await sql`CREATE INDEX trade_in_time ON trade (simulation_id, bar_timestamp, position)`.execute(db);

  await sql`
    CREATE TABLE bucket (
      simulation_id text NOT NULL REFERENCES simulation ON DELETE CASCADE,
      position integer NOT NULL,
      side text NOT NULL,
      trade_count integer NOT NULL,
      win_count integer NOT NULL,
      profit_factor double precision NOT NULL,
      avg_return_pct double precision NOT NULL,
      max_drawdown_pct double precision NOT NULL,
      notes text NOT NULL,
      PRIMARY KEY (simulation_id, position)
    )`.execute(db);
}
