/**
 * Reads rows of Parquet files by number: DuckDB skips the row groups that hold none of them, decodes on its own threads, and hands
 * over vectors, which are copied into columns of ours without becoming values.
 */
import { availableParallelism } from 'node:os';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult, DuckDBTypeId } from '@duckdb/node-api';
import { assert } from '#base/assert.js';
import type { RowRun } from './day-index.js';
import { doublesIn, markMissing, putNumbers, type RawChunk } from './parquet/vectors.js';
import {
  type BookSelection,
  bookColumns,
  type CanonicalBookRows,
  fillBookRows,
  isNarrow,
  newBookRows,
} from './read-book-rows.js';

export interface RowReader {
  /** Stretches of canonical rows in record order, of those runs or of all; a stretch is valid until the next is asked for. */
  bookRows(path: string, selection: BookSelection): AsyncGenerator<CanonicalBookRows>;
  /** Columns of doubles, whatever number they are stored as; null is NaN. Rows of `runs` by `record_index`, or all. */
  doubles(
    path: string | readonly string[],
    columns: readonly string[],
    runs?: readonly RowRun[],
  ): Promise<DoubleColumns>;
  /** The same in pieces, for files that do not fit into memory; a piece is valid until the next is asked for. */
  doubleChunks(path: string, columns: readonly string[], runs?: readonly RowRun[]): AsyncGenerator<DoubleColumns>;
  /** From the statistics of the row groups: rows, and the largest value of a column of whole numbers. */
  summary(path: string, column: string): Promise<{ readonly rows: number; readonly max: number | null }>;
  close(): void;
}

export interface DoubleColumns {
  readonly rows: number;
  readonly columns: readonly Float64Array[];
}

export interface ReaderOptions {
  readonly threads?: number;
  readonly memoryLimit?: string;
}

/** Opens its engine with the first question. */
export function createRowReader(options: ReaderOptions = {}): RowReader {
  let opening: Promise<DuckDBInstance> | undefined;
  const connect = async (): Promise<DuckDBConnection> => {
    opening ??= openEngine(options);
    return (await opening).connect();
  };

  /** A connection of its own for each question, so that questions run beside each other. */
  async function* chunksOf(sql: string): AsyncGenerator<RawChunk> {
    const connection = await connect();
    try {
      const result: DuckDBResult = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        yield { handle: chunk.chunk, rows: chunk.rowCount, types: result.columnTypes().map(({ typeId }) => typeId) };
      }
    } finally {
      connection.closeSync();
    }
  }

  async function* doubleChunks(path: string | readonly string[], columns: readonly string[], runs?: readonly RowRun[]) {
    if (runs !== undefined && runs.length === 0) return;
    for await (const chunk of chunksOf(select(path, columns.map(quotedName), runs)))
      yield { rows: chunk.rows, columns: columns.map((_, j) => doublesOf(chunk, j)) };
  }

  return {
    async *bookRows(path, selection) {
      if (selection.runs !== undefined && selection.runs.length === 0) return;
      const columns = bookColumns(selection);
      const rows = newBookRows(selection);
      for await (const chunk of chunksOf(select(path, columns.map(handed), selection.runs, selection.tradesOnly))) {
        yield fillBookRows(rows, columns, selection, chunk);
      }
    },
    doubleChunks,
    async doubles(path, columns, runs) {
      const pieces: DoubleColumns[] = [];
      for await (const piece of doubleChunks(path, columns, runs)) pieces.push(piece);
      const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0);
      const joined = columns.map((_, j) => {
        const column = new Float64Array(rows);
        let at = 0;
        for (const piece of pieces) {
          column.set(piece.columns[j]!, at);
          at += piece.rows;
        }
        return column;
      });
      return { rows, columns: joined };
    },
    async summary(path, column) {
      const connection = await connect();
      try {
        const read = await connection.runAndReadAll(
          `SELECT sum(num_values)::DOUBLE, max(stats_max::DOUBLE) FROM parquet_metadata(${quoted(path)})
           WHERE path_in_schema = ${quoted(column)}`,
        );
        const [rows, max] = read.getRows()[0] as [number | null, number | null];
        return { rows: rows ?? 0, max };
      } finally {
        connection.closeSync();
      }
    },
    close() {
      const engine = opening;
      opening = undefined;
      void engine?.then((instance) => instance.closeSync());
    },
  };
}

async function openEngine(options: ReaderOptions): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? availableParallelism()),
    memory_limit: options.memoryLimit ?? '512MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });

  // Footers of files that were read before are kept: that of a day of ten million rows is half a megabyte.
  const setUp = await instance.connect();
  await setUp.run('SET GLOBAL parquet_metadata_cache = true');
  // The system keeps what was read of files; a second copy in our memory would only be in the way.
  await setUp.run('SET GLOBAL enable_external_file_cache = false');
  // It merges the statistics of every column of every row group, for plans that need none of them.
  await setUp.run("SET GLOBAL disabled_optimizers = 'statistics_propagation'");
  setUp.closeSync();
  return instance;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const quotedName = (name: string) => `"${name.replaceAll('"', '""')}"`;
const handed = (column: string) => (isNarrow(column) ? `${quotedName(column)}::UINTEGER` : quotedName(column));

function select(
  path: string | readonly string[],
  expressions: readonly string[],
  runs: readonly RowRun[] | undefined,
  tradesOnly = false,
): string {
  const files = typeof path === 'string' ? quoted(path) : `[${path.map(quoted).join(', ')}]`;
  const conditions = [...(runs === undefined ? [] : [whereOf(runs)]), ...(tradesOnly ? ["action = 'T'"] : [])];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  // A long list of single rows becomes a join, and that gives the row groups in whatever order they are done.
  const order = runs !== undefined && runs.length > 1 ? ' ORDER BY record_index' : '';
  return `SELECT ${expressions.join(', ')} FROM read_parquet(${files})${where}${order}`;
}

/** The bounds come first: they are what lets whole row groups be skipped. */
function whereOf(runs: readonly RowRun[]): string {
  const [from, to] = [runs[0]!.from, runs.at(-1)!.to];
  const bounds = `record_index >= ${from} AND record_index < ${to}`;
  if (runs.length === 1) return bounds;
  if (runs.every((run) => run.to === run.from + 1))
    return `${bounds} AND record_index IN (${runs.map((run) => run.from).join(', ')})`;
  return `${bounds} AND (${runs.map((run) => `record_index BETWEEN ${run.from} AND ${run.to - 1}`).join(' OR ')})`;
}

function doublesOf(chunk: RawChunk, column: number): Float64Array {
  const out = new Float64Array(chunk.rows);
  if (chunk.types[column] === DuckDBTypeId.DOUBLE) {
    out.set(doublesIn(chunk, column));
    markMissing(out, chunk, column);
  } else {
    assert(chunk.types[column] === DuckDBTypeId.BIGINT, 'a column of numbers is stored as a double or a whole number');
    putNumbers(out, chunk, column);
  }
  return out;
}
