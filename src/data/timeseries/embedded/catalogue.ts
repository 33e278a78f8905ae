/**
 * What the store knows of its measurements: columns, keys, row counts and bounds.
 *
 * The truth is the table `_almanac.measurement`, written in the transaction of every write; a copy is held in memory, so that
 * asking for names and bounds never scans anything. Bounds are kept by adding up; only a write that takes rows away asks the table for them.
 */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { ColumnType, Measurement, MeasurementColumn } from '../port.js';

export interface Catalogue {
  find(name: string): Measurement | undefined;
  list(prefix: string): Measurement[];
  /** After the commit: what everyone sees from now on. */
  remember(measurement: Measurement): void;
  forget(name: string): void;
}

export async function loadCatalogue(connection: DuckDBConnection): Promise<Catalogue> {
  await connection.run('CREATE SCHEMA IF NOT EXISTS _almanac');
  await connection.run(`CREATE TABLE IF NOT EXISTS _almanac.measurement (
    name VARCHAR NOT NULL, dedup_keys VARCHAR[] NOT NULL, row_count BIGINT NOT NULL, first_ts BIGINT, last_ts BIGINT)`);
  return catalogueOf(await readCatalogue(connection));
}

/** What is there as this connection's transaction sees it. */
export async function readCatalogue(connection: DuckDBConnection): Promise<Measurement[]> {
  const rows = await connection.runAndReadAll(
    'SELECT name, dedup_keys::JSON::VARCHAR, row_count::DOUBLE, first_ts::DOUBLE, last_ts::DOUBLE FROM _almanac.measurement ORDER BY name',
  );
  const columns = await columnsByTable(connection);
  return rows.getRows().map((row) => measurementOf(row, columns));
}

function measurementOf(row: readonly DuckDBValue[], columns: Map<string, MeasurementColumn[]>): Measurement {
  const [name, keys, rowCount, firstTsUs, lastTsUs] = row as [string, string, number, number | null, number | null];
  return {
    name,
    rowCount,
    firstTsUs,
    lastTsUs,
    columns: columns.get(name) ?? [],
    dedupKeys: JSON.parse(keys) as string[],
  };
}

async function columnsByTable(connection: DuckDBConnection): Promise<Map<string, MeasurementColumn[]>> {
  const read = await connection.runAndReadAll(
    "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index",
  );
  const byTable = new Map<string, MeasurementColumn[]>();
  for (const [table, name, type] of read.getRows() as [string, string, ColumnType | 'TIMESTAMP'][]) {
    const columns = byTable.get(table) ?? [];
    byTable.set(table, columns);
    columns.push({ name, type });
  }
  return byTable;
}

function catalogueOf(measurements: readonly Measurement[]): Catalogue {
  const byName = new Map(measurements.map((measurement) => [measurement.name.toLowerCase(), measurement]));
  return {
    find: (name) => byName.get(name.toLowerCase()),
    list: (prefix) =>
      [...byName.values()]
        .filter(({ name }) => name.startsWith(prefix))
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    remember: (measurement) => void byName.set(measurement.name.toLowerCase(), measurement),
    forget: (name) => void byName.delete(name.toLowerCase()),
  };
}

/** Writes a measurement's row inside the caller's transaction. */
export async function saveMeasurement(connection: DuckDBConnection, measurement: Measurement): Promise<void> {
  await deleteMeasurement(connection, measurement.name);
  const { name, dedupKeys, rowCount, firstTsUs, lastTsUs } = measurement;
  const ts = (value: number | null) => (value === null ? null : BigInt(value));
  await connection.run(
    'INSERT INTO _almanac.measurement SELECT $1, from_json($2::JSON, \'["VARCHAR"]\'), $3::BIGINT, $4::BIGINT, $5::BIGINT',
    [name, JSON.stringify(dedupKeys), BigInt(rowCount), ts(firstTsUs), ts(lastTsUs)],
  );
}

export async function deleteMeasurement(connection: DuckDBConnection, name: string): Promise<void> {
  await connection.run('DELETE FROM _almanac.measurement WHERE name = $1', [name]);
}
