/**
 * One write into one measurement: stage the rows, widen the table if need be, take the last row of every key, and commit.
 *
 * A row that arrives replaces the whole row of equal key; a column it does not name becomes null. Rows that are all later than
 * the table's last cannot meet an equal key: they go in without looking, which is the common case and the fast one. A write that
 * replaces a range first takes away what it does not bring again.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../names.js';
import type { AppendReport, Measurement, TimeRange } from '../port.js';
import { type GivenColumn, joinShape, type Shape, type ShapeRequest } from '../shape.js';
import { type Catalogue, saveMeasurement } from './catalogue.js';
import type { EmbeddedDatabase } from './database.js';
import { openStaging, type Staged, type Staging } from './staging.js';

export interface WriteRequest extends ShapeRequest {
  readonly replaces?: TimeRange;
  /** Puts the rows in; to throw is to leave the table as it was. */
  fill(staging: Staging): Promise<void>;
}

/** Runs the write in one transaction. The caller sees to it that no other write to the same measurement runs beside it. */
export function writeRows(
  database: EmbeddedDatabase,
  catalogue: Catalogue,
  request: WriteRequest,
): Promise<AppendReport> {
  const stored = catalogue.find(request.name);
  const shape = joinShape(request, stored);
  return database.withConnection(async (connection) => {
    await connection.run('BEGIN');
    try {
      const staging = await openStaging(connection, request.columns);
      await request.fill(staging);
      const staged = staging.finish();
      await reshape(connection, shape, stored);
      const taken = stored === undefined ? 0 : await takeAway(connection, shape, request);
      const report = await merge(connection, { shape, stored, staged, given: request.columns });
      const grown = measurementAfter(shape, stored, staged, report);
      const measurement = taken === 0 ? grown : await without(connection, grown, taken);
      await saveMeasurement(connection, measurement);
      await connection.run('DROP TABLE temp.stage');
      await connection.run('COMMIT');
      catalogue.remember(measurement);
      return report;
    } catch (error) {
      // A failed COMMIT has already rolled back; then there is nothing left to undo.
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}

async function reshape(connection: DuckDBConnection, shape: Shape, stored: Measurement | undefined): Promise<void> {
  const table = quoted(shape.name);
  if (stored === undefined) {
    const declared = shape.columns.map(({ name, type }) =>
      type === 'TIMESTAMP' ? `${quoted(name)} TIMESTAMP NOT NULL` : `${quoted(name)} ${type}`,
    );
    await connection.run(`CREATE TABLE ${table} (${declared.join(', ')})`);
    return;
  }
  for (const [index, { name, type }] of shape.columns.entries()) {
    const known = stored.columns[index];
    if (known === undefined) await connection.run(`ALTER TABLE ${table} ADD COLUMN ${quoted(name)} ${type}`);
    else if (known.type !== type)
      await connection.run(`ALTER TABLE ${table} ALTER COLUMN ${quoted(name)} SET DATA TYPE ${type}`);
  }
}

/** Deletes the stored rows of the replaced range that no staged row replaces, and says how many. */
async function takeAway(
  connection: DuckDBConnection,
  shape: Shape,
  { columns, replaces }: WriteRequest,
): Promise<number> {
  if (replaces === undefined) return 0;
  const result = await connection.run(
    `DELETE FROM ${quoted(shape.name)} t WHERE t."timestamp" BETWEEN make_timestamp($1::BIGINT) AND make_timestamp($2::BIGINT)
      AND NOT EXISTS (SELECT 1 FROM temp.stage s WHERE ${sameKey(keysOf(shape), namesOf(columns))})`,
    [BigInt(replaces.firstTsUs), BigInt(replaces.lastTsUs)],
  );
  return result.rowsChanged;
}

/** The bounds may have gone with the rows. */
async function without(connection: DuckDBConnection, grown: Measurement, taken: number): Promise<Measurement> {
  const read = await connection.runAndReadAll(
    `SELECT epoch_us(min("timestamp"))::DOUBLE, epoch_us(max("timestamp"))::DOUBLE FROM ${quoted(grown.name)}`,
  );
  const [firstTsUs, lastTsUs] = read.getRows()[0] as [number | null, number | null];
  return { ...grown, rowCount: grown.rowCount - taken, firstTsUs, lastTsUs };
}

const keysOf = ({ dedupKeys }: Shape): readonly string[] => ['timestamp', ...dedupKeys];
const namesOf = (given: readonly GivenColumn[]): ReadonlySet<string> =>
  new Set(['timestamp', ...given.map(({ name }) => name.toLowerCase())]);

/** That a stored row t and a staged row s have one key. A key column the batch does not have is null in its rows. */
function sameKey(keys: readonly string[], givenNames: ReadonlySet<string>): string {
  const met = keys.map((key) => {
    if (key === 'timestamp') return 't."timestamp" = s."timestamp"';
    const column = quoted(key);
    return givenNames.has(key.toLowerCase()) ? `t.${column} IS NOT DISTINCT FROM s.${column}` : `t.${column} IS NULL`;
  });
  return met.join(' AND ');
}

interface Merge {
  readonly shape: Shape;
  readonly stored: Measurement | undefined;
  readonly staged: Staged;
  readonly given: readonly GivenColumn[];
}

async function merge(connection: DuckDBConnection, { shape, stored, staged, given }: Merge): Promise<AppendReport> {
  const table = quoted(shape.name);
  const givenNames = namesOf(given);
  const names = shape.columns.map(({ name }) => name).filter((name) => givenNames.has(name.toLowerCase()));
  const list = names.map(quoted).join(', ');
  const insert = (source: string) => connection.run(`INSERT INTO ${table} (${list}) SELECT ${list} FROM ${source}`);

  if (staged.rows === 0) return { rowsInserted: 0, rowsUpdated: 0, duplicatesInBatch: 0 };
  const isAfterAll = stored === undefined || stored.lastTsUs === null || staged.firstTsUs > stored.lastTsUs;
  if (staged.isAscending && isAfterAll) {
    await insert('temp.stage');
    return { rowsInserted: staged.rows, rowsUpdated: 0, duplicatesInBatch: 0 };
  }

  const keys = keysOf(shape);
  const stagedKeys = keys.filter((key) => givenNames.has(key.toLowerCase())).map(quoted);
  const duplicates = staged.isAscending ? 0 : await keepLastOfEachKey(connection, stagedKeys, staged.rows);
  const mayMeet = stored !== undefined && stored.firstTsUs !== null && !isAfterAll;
  const updated = mayMeet ? await deleteMet(connection, table, keys, givenNames) : 0;
  // In time order on disk as well: a plain SELECT then reads as people expect, and time filters skip whole row groups.
  await insert(staged.isAscending ? 'temp.stage' : 'temp.stage ORDER BY "timestamp"');
  const kept = staged.rows - duplicates;
  return { rowsInserted: kept - updated, rowsUpdated: updated, duplicatesInBatch: duplicates };
}

/** Leaves in the stage the last row of every key, and says how many went. */
async function keepLastOfEachKey(connection: DuckDBConnection, keys: readonly string[], rows: number): Promise<number> {
  await connection.run(
    `CREATE TEMP TABLE last_row AS SELECT max(rowid) AS id FROM temp.stage GROUP BY ${keys.join(', ')}`,
  );
  const read = await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM temp.last_row');
  const duplicates = rows - (read.getRows()[0]![0] as number);
  if (duplicates > 0) await connection.run('DELETE FROM temp.stage WHERE rowid NOT IN (SELECT id FROM temp.last_row)');
  await connection.run('DROP TABLE temp.last_row');
  return duplicates;
}

/** Deletes the stored rows that staged ones replace. */
async function deleteMet(
  connection: DuckDBConnection,
  table: string,
  keys: readonly string[],
  givenNames: ReadonlySet<string>,
): Promise<number> {
  const result = await connection.run(`DELETE FROM ${table} t USING temp.stage s WHERE ${sameKey(keys, givenNames)}`);
  return result.rowsChanged;
}

function measurementAfter(
  shape: Shape,
  stored: Measurement | undefined,
  staged: Staged,
  report: AppendReport,
): Measurement {
  const bound = (pick: (...values: number[]) => number, given: number, known: number | null | undefined) =>
    staged.rows === 0 ? (known ?? null) : pick(given, known ?? given);
  return {
    ...shape,
    rowCount: (stored?.rowCount ?? 0) + report.rowsInserted,
    firstTsUs: bound(Math.min, staged.firstTsUs, stored?.firstTsUs),
    lastTsUs: bound(Math.max, staged.lastTsUs, stored?.lastTsUs),
  };
}
