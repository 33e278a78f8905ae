/** Parquet through DuckDB: our CSV in, typed columns out, and back. DuckDB streams both ways, so memory stays small. */
import { DuckDBInstance } from '@duckdb/node-api';
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { FieldType } from '../layout.js';
import { layoutOf, recordTypeOf } from '../record-type.js';

/** Exact: nine places of a price that a signed 64-bit count of 1e-9 can hold, and nanoseconds. */
const SQL_TYPES: Readonly<Record<FieldType, string>> = {
  u8: 'UTINYINT',
  i8: 'TINYINT',
  char: 'VARCHAR',
  u16: 'USMALLINT',
  i16: 'SMALLINT',
  u32: 'UINTEGER',
  i32: 'INTEGER',
  u64: 'UBIGINT',
  i64: 'BIGINT',
  price: 'DECIMAL(19,9)',
  time: 'TIMESTAMP_NS',
  text: 'VARCHAR',
  bytes: 'BLOB',
};

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** From a CSV that `writeText` made of records of one rtype; `columns` are its header. */
export async function parquetOfCsv(
  csvPath: string,
  parquetPath: string,
  rtype: number | undefined,
  columns: readonly string[],
): Promise<void> {
  const types = typesOf(rtype);
  const typed = columns.map((name) => `${quote(name)}: ${quote(types.get(name) ?? 'VARCHAR')}`);
  const reader = `read_csv(${quote(csvPath)}, header = true, quote = '"', columns = {${typed.join(', ')}})`;
  await run(`COPY (SELECT * FROM ${reader}) TO ${quote(parquetPath)} (FORMAT parquet, COMPRESSION zstd)`);
}

/** The way back, for `blocksOfText`. Errors: dbnFileUnreadable when it is no Parquet. */
export const csvOfParquet = (parquetPath: string, csvPath: string): Promise<void> =>
  run(`COPY (SELECT * FROM read_parquet(${quote(parquetPath)})) TO ${quote(csvPath)} (FORMAT csv, HEADER)`).catch(
    (cause: Error) => {
      throw errors.dbnFileUnreadable(parquetPath, cause);
    },
  );

function typesOf(rtype: number | undefined): Map<string, string> {
  const own: [string, string][] = [
    ['rtype', SQL_TYPES.u8],
    ['ts_out', SQL_TYPES.time],
  ];
  if (rtype === undefined) return new Map(own);
  const type = recordTypeOf(rtype);
  assert(type !== undefined, 'a record is of a known kind');
  const fields = ([1, 2, 3] as const).flatMap((version) => layoutOf(type, version).fields);
  return new Map([...own, ...fields.map(({ name, type: kind }): [string, string] => [name, SQL_TYPES[kind]])]);
}

async function run(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', preserve_insertion_order: 'true' });
  try {
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      await connection.run(sql);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}
