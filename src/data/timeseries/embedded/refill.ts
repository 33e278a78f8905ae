/** A new DuckDB file out of the parts of a snapshot: what a restore writes, at a place that nobody has open. */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { quoted } from '../names.js';
import type { Measurement } from '../port.js';
import { loadCatalogue, saveMeasurement } from './catalogue.js';

export interface Refill {
  /** Makes the table; its parts follow. */
  begin(measurement: Measurement): Promise<void>;
  /** The rows of a Parquet file, behind those that are there. */
  add(measurement: Measurement, parquetPath: string): Promise<void>;
  /** Throws backupDamaged when a measurement has not the rows that it should; then the file is on the disk. */
  finish(): Promise<void>;
  /** Removes the file. */
  discard(): Promise<void>;
}

/** `path` must not be there. */
export async function openRefill(path: string): Promise<Refill> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const instance = await DuckDBInstance.create(path, { memory_limit: '1GB' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await loadCatalogue(connection);
  const begun: Measurement[] = [];
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    connection.closeSync();
    instance.closeSync();
  };
  return {
    async begin(measurement) {
      assert(measurement.columns[0]?.type === 'TIMESTAMP', 'time is the first column');
      const columns = measurement.columns.map(
        ({ name, type }) => `${quoted(name)} ${type}${type === 'TIMESTAMP' ? ' NOT NULL' : ''}`,
      );
      await connection.run(`CREATE TABLE ${quoted(measurement.name)} (${columns.join(', ')})`);
      await saveMeasurement(connection, measurement);
      begun.push(measurement);
    },
    async add({ name, columns }, parquetPath) {
      const list = columns.map((column) => quoted(column.name)).join(', ');
      const source = `read_parquet('${parquetPath.replaceAll("'", "''")}')`;
      await connection.run(`INSERT INTO ${quoted(name)} (${list}) SELECT ${list} FROM ${source}`);
    },
    async finish() {
      for (const measurement of begun) await checkRows(connection, measurement);
      await connection.run('CHECKPOINT');
      close();
    },
    async discard() {
      close();
      await rm(path, { force: true });
      await rm(`${path}.wal`, { force: true });
    },
  };
}

async function checkRows(connection: DuckDBConnection, { name, rowCount }: Measurement): Promise<void> {
  const read = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${quoted(name)}`);
  const rows = read.getRows()[0]![0] as number;
  if (rows !== rowCount)
    throw errors.backupDamaged('measurements', `${name} has ${rows} rows where the index tells of ${rowCount}`);
}
