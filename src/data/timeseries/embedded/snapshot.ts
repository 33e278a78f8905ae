/**
 * Every measurement as of one moment, as Parquet files small enough to hold in memory: what a backup takes, while others read and write.
 *
 * One read-only transaction sees that moment to its end. The store's own engine reaches no file (database.ts), so an engine beside
 * it, in memory, presses the rows: chunks go over as they lie.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { quoted } from '../names.js';
import type { Measurement, MeasurementSnapshot } from '../port.js';
import { readCatalogue } from './catalogue.js';
import type { EmbeddedDatabase } from './database.js';
import { storeError } from './engine-error.js';

/** Of a part before it is pressed; some 20 of these may be in memory at once (gathered, pressed, on their way out). */
const PART_BYTES = 16 << 20;
/** A text is some 24 bytes as people use them; a part of longer ones is only larger. */
const CELL_BYTES = { TIMESTAMP: 8, BIGINT: 8, DOUBLE: 8, BOOLEAN: 1, VARCHAR: 24 } as const;
const PART_ROWS_MAX = 1 << 20;
/**
 * Version 2 splits doubles into streams of bytes, and dictionaries of prices are not tried for long: of prices at random half the
 * size of version 1 with the defaults, at twice its speed (236 against 117 MB for a second of a processor).
 */
const COPY =
  'FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1000, ROW_GROUP_SIZE 131072';

/** `tmpDir` holds one part at a time. Errors: storeUnavailable. */
export async function openSnapshot(database: EmbeddedDatabase, tmpDir: string): Promise<MeasurementSnapshot> {
  const reader = await database.connect();
  try {
    await reader.run('BEGIN TRANSACTION READ ONLY');
    // The first question fixes the moment.
    const measurements = await readCatalogue(reader);
    return {
      measurements,
      parts: (measurement) => pressed(reader, measurement, tmpDir),
      close: () => database.release(reader),
    };
  } catch (error) {
    await database.release(reader);
    throw storeError(error);
  }
}

async function* pressed(reader: DuckDBConnection, measurement: Measurement, tmpDir: string): AsyncGenerator<Buffer> {
  const dir = await mkdtemp(join(tmpDir, 'backup-press-'));
  const press = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '512MB' });
  const [gathering, pressing] = [await press.connect(), await press.connect()];
  // One part is pressed, and another on its way out, while the next is gathered.
  let ahead: Promise<Buffer> | undefined;
  try {
    const result = await reader.stream(`SELECT * FROM ${quoted(measurement.name)}`);
    let chunk = await nextChunk(result);
    for (let number = 1; chunk !== undefined; number++) {
      const table = `part_${number}`;
      chunk = await gatherPart({ connection: gathering, result, measurement, table }, chunk);
      if (ahead !== undefined) yield await ahead;
      ahead = pressPart(pressing, table, join(dir, table));
      ahead.catch(() => undefined); // It is awaited in the next turn; until then a failure must not count as unheard.
    }
    if (ahead !== undefined) yield await ahead;
  } catch (error) {
    throw storeError(error);
  } finally {
    // The engine may still be at work when its reader has gone.
    await ahead?.catch(() => undefined);
    gathering.closeSync();
    pressing.closeSync();
    press.closeSync();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Gathering {
  readonly connection: DuckDBConnection;
  readonly result: Awaited<ReturnType<DuckDBConnection['stream']>>;
  readonly measurement: Measurement;
  readonly table: string;
}

/** Takes the chunks from `first` on until the part is full; gives the first chunk of the next part. */
async function gatherPart(
  { connection, result, measurement, table }: Gathering,
  first: DuckDBDataChunk,
): Promise<DuckDBDataChunk | undefined> {
  const columns = measurement.columns.map(({ name, type }) => `${quoted(name)} ${type}`);
  await connection.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
  const rowsMax = rowsOfPart(measurement);
  const appender = await connection.createAppender(table);
  let chunk: DuckDBDataChunk | undefined = first;
  for (let rows = 0; chunk !== undefined && rows < rowsMax; chunk = await nextChunk(result)) {
    appender.appendDataChunk(chunk);
    rows += chunk.rowCount;
  }
  appender.closeSync();
  return chunk;
}

async function pressPart(connection: DuckDBConnection, table: string, file: string): Promise<Buffer> {
  await connection.run(`COPY ${table} TO '${file.replaceAll("'", "''")}' (${COPY})`);
  await connection.run(`DROP TABLE ${table}`);
  const content = await readFile(file);
  await rm(file);
  return content;
}

export function rowsOfPart({ columns }: Pick<Measurement, 'columns'>): number {
  const rowBytes = columns.reduce((sum, { type }) => sum + CELL_BYTES[type], 0);
  return Math.min(PART_ROWS_MAX, Math.ceil(PART_BYTES / rowBytes));
}

async function nextChunk(result: Gathering['result']): Promise<DuckDBDataChunk | undefined> {
  const chunk = await result.fetchChunk();
  return chunk === null || chunk.rowCount === 0 ? undefined : chunk;
}
