/**
 * Every measurement as of one moment, as Parquet files small enough to hold in memory: what a backup takes, while others read and write.
 *
 * One read-only transaction sees that moment to its end. The store's own engine presses its rows itself, into the one directory
 * that its seal lets through: rows that were handed to an engine beside it cost twice the processor.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../names.js';
import type { Measurement, MeasurementSnapshot } from '../port.js';
import { readCatalogue } from './catalogue.js';
import { type EmbeddedDatabase, VECTOR_ROWS } from './database.js';
import { storeError } from './engine-error.js';

/** Of a part before it is pressed; three of them may be in memory at once, pressed (to half, usually). */
const PART_BYTES = 24 << 20;
/** A text is some 24 bytes as people use them; a part of longer ones is only larger. */
const CELL_BYTES = { TIMESTAMP: 8, BIGINT: 8, DOUBLE: 8, BOOLEAN: 1, VARCHAR: 24 } as const;
/**
 * DuckDB's own row group. A part is a multiple or a divisor of it, and so are its row groups: of others a restore makes ragged ones,
 * twice as large and at half the speed.
 */
const GROUP_ROWS = 60 * VECTOR_ROWS;
const PART_GROUPS_MAX = 8;
/**
 * Version 2 splits doubles into streams of bytes, and dictionaries of prices are not tried for long: of prices at random half the
 * size of version 1 with the defaults, at twice its speed.
 */
const COPY = `FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1000, ROW_GROUP_SIZE ${GROUP_ROWS}`;

/** Errors: storeUnavailable. */
export async function openSnapshot(database: EmbeddedDatabase): Promise<MeasurementSnapshot> {
  const reader = await database.connect();
  try {
    await reader.run('BEGIN TRANSACTION READ ONLY');
    // The first question fixes the moment.
    const measurements = await readCatalogue(reader);
    return {
      measurements,
      parts: (measurement) => pressed(reader, measurement, database.partsDir),
      close: () => database.release(reader),
    };
  } catch (error) {
    await database.release(reader);
    throw storeError(error);
  }
}

/** One part is pressed while another is on its way out. */
async function* pressed(reader: DuckDBConnection, measurement: Measurement, partsDir: string): AsyncGenerator<Buffer> {
  const dir = await mkdtemp(join(partsDir, 'part-'));
  const rowsMax = rowsOfPart(measurement);
  let ahead: Promise<Buffer | undefined> | undefined;
  try {
    const end = await endOf(reader, measurement);
    for (let first = 0; first < end; first += rowsMax) {
      const done = await ahead;
      ahead = pressPart(reader, measurement, { first, end: first + rowsMax, file: join(dir, `${first}.parquet`) });
      ahead.catch(() => undefined); // It is awaited in the next turn; until then a failure must not count as unheard.
      if (done !== undefined) yield done;
    }
    const last = await ahead;
    if (last !== undefined) yield last;
  } catch (error) {
    throw storeError(error);
  } finally {
    // The engine may still be at work when its reader has gone.
    await ahead?.catch(() => undefined);
    await rm(dir, { recursive: true, force: true });
  }
}

/** Rows are numbered as they came; a number whose row was replaced stays free. */
async function endOf(reader: DuckDBConnection, measurement: Measurement): Promise<number> {
  const end = hidesRowid(measurement) ? 'count(*)' : 'coalesce(max(rowid) + 1, 0)';
  const read = await reader.runAndReadAll(`SELECT (${end})::DOUBLE FROM ${quoted(measurement.name)}`);
  return read.getRows()[0]![0] as number;
}

/** A column of that name stands before the engine's own; then rows are counted off, which reads those before them again. */
const hidesRowid = ({ columns }: Measurement): boolean => columns.some(({ name }) => name.toLowerCase() === 'rowid');

interface PartOrder {
  readonly first: number;
  readonly end: number;
  readonly file: string;
}

/** Undefined when none of these rows is left. */
async function pressPart(
  reader: DuckDBConnection,
  measurement: Measurement,
  { first, end, file }: PartOrder,
): Promise<Buffer | undefined> {
  const chosen = hidesRowid(measurement)
    ? `LIMIT ${end - first} OFFSET ${first}`
    : `WHERE rowid >= ${first} AND rowid < ${end}`;
  const rows = `SELECT * FROM ${quoted(measurement.name)} ${chosen}`;
  const told = await reader.runAndReadAll(`COPY (${rows}) TO '${file.replaceAll("'", "''")}' (${COPY})`);
  const content = Number(told.getRows()[0]![0]) === 0 ? undefined : await readFile(file);
  await rm(file, { force: true });
  return content;
}

export function rowsOfPart({ columns }: Pick<Measurement, 'columns'>): number {
  const rowBytes = columns.reduce((sum, { type }) => sum + CELL_BYTES[type], 0);
  const groups = Math.floor(PART_BYTES / (rowBytes * GROUP_ROWS));
  if (groups >= 1) return Math.min(PART_GROUPS_MAX, groups) * GROUP_ROWS;
  const divisor = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60].find((one) => rowBytes * GROUP_ROWS <= one * PART_BYTES);
  return GROUP_ROWS / (divisor ?? 60);
}
