/** Short questions to the stores, asked without opening them: does each one answer on this machine? Each gives what it found, or throws why not. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { questdbClient } from '#data/timeseries/questdb/client.js';
import { findBinaries } from '#store/embedded/binaries.js';

const PROBE_TIMEOUT_MS = 5_000;

/** `postgres (PostgreSQL) 18.4`, from the program that a server would start. */
export async function probeEmbeddedPostgres(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-probe-'));
  try {
    const { postgres } = findBinaries(dir, undefined);
    const { stdout } = await promisify(execFile)(postgres, ['--version'], { timeout: PROBE_TIMEOUT_MS });
    return stdout.trim();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The version number of a PostgreSQL that is already there: 150004 is 15.4. */
export async function probePostgres(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: PROBE_TIMEOUT_MS });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`);
    return Number(rows[0]?.version);
  } finally {
    await client.end();
  }
}

/** `v1.5.5`. */
export async function probeDuckDb(): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const [[version] = []] = (await connection.runAndReadAll('select version()')).getRows();
    return String(version);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Throws unless a QuestDB answers that takes our user and is new enough. */
export async function probeQuestdb(questdbUrl: string): Promise<void> {
  const client = questdbClient({ url: questdbUrl, timeoutMs: PROBE_TIMEOUT_MS });
  await client.greet().finally(() => client.close());
}
