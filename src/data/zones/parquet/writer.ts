/**
 * Writes one Parquet file of any length in constant memory: chunks of rows are gathered to row groups, each group is written alone by
 * one thread of DuckDB, some columns after the others, and its pages are appended to the file while the next group is gathered.
 *
 * The bytes depend on the rows alone: fixed settings, no time inside, groups joined in order. One group is gathered while `lanes` others
 * are compressed, which changes how long it takes and nothing else.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBConnection,
  INTEGER,
  SMALLINT,
  UINTEGER,
  USMALLINT,
  VARCHAR,
} from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { assert } from '#base/assert.js';
import { temporaryBeside } from '../../files/durable.js';
import { FooterJoiner, MAGIC, partOf } from './footer.js';

/** umiki.md 4.1. */
export const ROW_GROUP_ROWS = 131_072;
/** DuckDB hands rows in vectors of so many. */
export const CHUNK_ROWS = 2048;

const TYPES = {
  i64: { type: BIGINT, bytes: 8 },
  f64: { type: DOUBLE, bytes: 8 },
  i32: { type: INTEGER, bytes: 4 },
  u32: { type: UINTEGER, bytes: 4 },
  i16: { type: SMALLINT, bytes: 2 },
  u16: { type: USMALLINT, bytes: 2 },
  bool: { type: BOOLEAN, bytes: 1 },
  /** One character; DuckDB holds a short text in 16 bytes: its length, then itself. */
  char: { type: VARCHAR, bytes: 16 },
} as const;

export type ParquetKind = keyof typeof TYPES;

export interface ParquetColumn {
  readonly name: string;
  readonly kind: ParquetKind;
  /** Whether a value may be missing. */
  readonly isNullable?: boolean;
}

/** Room for one chunk of a column, as DuckDB lays it out. */
export interface ChunkColumn {
  readonly bytes: ArrayBuffer;
  /** One bit a row, least significant first, 1 = a value; null where every row has one. */
  readonly valid: Uint8Array<ArrayBuffer> | null;
}

export interface WrittenFile {
  /** Flushed to the disk, under its temporary name. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

export interface ParquetWriter {
  /** Fill these, then call `append`; others stand here afterwards. */
  readonly chunk: readonly ChunkColumn[];
  /** Takes the first `rows` of the chunk; all but the last chunk of a file are full. */
  append(rows: number): Promise<void>;
  finish(): Promise<WrittenFile>;
  /** Removes what was written; after `finish` too. */
  discard(): Promise<void>;
}

export const newChunk = (columns: readonly ParquetColumn[]): ChunkColumn[] =>
  columns.map(({ kind, isNullable }) => {
    const bytes = new ArrayBuffer(CHUNK_ROWS * TYPES[kind].bytes);
    if (kind === 'char') makeOneCharacterTexts(bytes);
    return { bytes, valid: isNullable === true ? new Uint8Array(CHUNK_ROWS / 8) : null };
  });

function makeOneCharacterTexts(bytes: ArrayBuffer): void {
  const lengths = new Uint32Array(bytes);
  for (let at = 0; at < lengths.length; at += 4) lengths[at] = 1;
}

/** One keeps a core busy beside whoever makes the rows. */
const LANES = 1;

/** `target` is where the file will stand: its temporary is made beside it. The caller renames it, or discards. */
export async function openParquetWriter(
  target: string,
  columns: readonly ParquetColumn[],
  { lanes = LANES }: { readonly lanes?: number } = {},
): Promise<ParquetWriter> {
  const path = temporaryBeside(target);
  const file = await open(path, 'wx', 0o644);
  const joined = new JoinedFile(file);
  const all = await Promise.all(Array.from({ length: lanes }, (_, n) => openLane(columns, `${path}-${n}`)));
  const groups = Array.from({ length: lanes + 1 }, (): Group => ({ chunks: [], rowsOf: [], filled: 0 }));
  let rows = 0;
  let rowsInGroup = 0;
  let turn = 0;
  let isClosed = false;

  /** Groups join the file in order, whichever was compressed first. */
  let joining = Promise.resolve();
  const passOn = async () => {
    const lane = all[turn % lanes]!;
    await lane.written();
    const part = lane.write(groups[turn % groups.length]!);
    joining = joining.then(async () => joined.add(await part));
    // A failure is told by `finish`.
    joining.catch(() => {});
    turn++;
    rowsInGroup = 0;
    // It was compressed a turn ago at the latest: its lane has been waited for.
    groups[turn % groups.length]!.filled = 0;
  };

  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await joining.catch(() => {});
    await Promise.all(all.map((lane) => lane.close()));
    await file.close();
  };

  return {
    // The next place of the group itself: a chunk that had to be copied there would pass through memory once more.
    get chunk() {
      return nextChunk(groups[turn % groups.length]!, columns);
    },
    async append(count) {
      assert(count > 0 && rows % CHUNK_ROWS === 0, 'only the last chunk of a file is not full');
      const group = groups[turn % groups.length]!;
      nextChunk(group, columns);
      group.rowsOf[group.filled++] = count;
      rows += count;
      rowsInGroup += count;
      if (rowsInGroup === ROW_GROUP_ROWS) await passOn();
    },
    async finish() {
      if (rowsInGroup > 0 || rows === 0) await passOn();
      await joining;
      const written = await joined.finish();
      await close();
      return { path, rows, ...written };
    },
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}

/** The file that the parts become. */
class JoinedFile {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #footer = new FooterJoiner();
  #bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async add(files: readonly Uint8Array[]): Promise<void> {
    if (this.#bytes === 0) await this.#write(MAGIC);
    const parts = files.map(partOf);
    const pagesAt: number[] = [];
    for (const { pages } of parts) {
      pagesAt.push(this.#bytes);
      await this.#write(pages);
    }
    this.#footer.add(parts, pagesAt);
  }

  async finish(): Promise<{ sha256: string; bytes: number }> {
    await this.#write(this.#footer.finish());
    await this.#file.sync();
    return { sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at)).bytesWritten;
    this.#bytes += bytes.length;
  }
}

/** The rows of one row group, chunk by chunk, in buffers that are used again. */
interface Group {
  readonly chunks: (readonly ChunkColumn[])[];
  readonly rowsOf: number[];
  filled: number;
}

function nextChunk(group: Group, columns: readonly ParquetColumn[]): readonly ChunkColumn[] {
  group.chunks[group.filled] ??= newChunk(columns);
  return group.chunks[group.filled]!;
}

interface Lane {
  /** Compresses a group; gives the bytes of a file for each band of its columns. */
  write(group: Group): Promise<Uint8Array[]>;
  /** Resolves when the last `write` is over, whatever came of it. */
  written(): Promise<void>;
  close(): Promise<void>;
}

/** Opened by the bindings: table functions have no friendlier face. */
const LANE_SETTINGS = {
  threads: '1',
  memory_limit: '1GB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

/** Rows stand in buffers of ours and are handed over vector by vector when DuckDB asks: a table would hold them twice more. */
async function openLane(columns: readonly ParquetColumn[], part: string): Promise<Lane> {
  const config = duckdb.create_config();
  for (const [name, value] of Object.entries(LANE_SETTINGS)) duckdb.set_config(config, name, value);
  const database = await duckdb.open(':memory:', config);
  const handle = await duckdb.connect(database);
  const connection = new DuckDBConnection(handle);
  let group: Group | undefined;
  let given = 0;
  const bands = bandsOf(columns);
  bands.forEach((band, n) => {
    registerRows(handle, `${ROWS_OF}${n}`, band, (output) => {
      if (group === undefined || given === group.filled) return duckdb.data_chunk_set_size(output, 0);
      fillVectors(output, band, group.chunks[given]!, group.rowsOf[given]!);
      given++;
    });
  });
  let writing: Promise<Uint8Array[]> = Promise.resolve([]);

  const writeBands = async () => {
    const files: Uint8Array[] = [];
    for (let n = 0; n < bands.length; n++) {
      given = 0;
      files.push(await writePart(connection, `${ROWS_OF}${n}`, part));
    }
    return files;
  };

  return {
    write(next) {
      group = next;
      writing = writeBands();
      return writing;
    },
    written: () =>
      writing.then(
        () => {},
        () => {},
      ),
    async close() {
      await writing.catch(() => {});
      connection.closeSync();
      duckdb.close_sync(database);
      await rm(part, { force: true });
    },
  };
}

/** What DuckDB holds of a row group while it compresses it is several times its columns: so it gets a few at a time. */
const BAND_COLUMNS = 10;
const ROWS_OF = 'gathered_rows_';

/** A column with its place among all. */
interface BandColumn extends ParquetColumn {
  readonly at: number;
}

function bandsOf(columns: readonly ParquetColumn[]): BandColumn[][] {
  const placed = columns.map((column, at) => ({ ...column, at }));
  const bands: BandColumn[][] = [];
  for (let from = 0; from < placed.length; from += BAND_COLUMNS) bands.push(placed.slice(from, from + BAND_COLUMNS));
  return bands;
}

/** A table function of DuckDB that asks us for its next vector of rows until it gets none. */
function registerRows(
  connection: duckdb.Connection,
  name: string,
  columns: readonly ParquetColumn[],
  next: (output: duckdb.DataChunk) => void,
): void {
  const rows = duckdb.create_table_function();
  duckdb.table_function_set_name(rows, name);
  duckdb.table_function_set_bind(rows, (info) => {
    for (const { name: column, kind } of columns)
      duckdb.bind_add_result_column(info, column, duckdb.create_logical_type(TYPES[kind].type.typeId as number));
  });
  duckdb.table_function_set_init(rows, () => {});
  duckdb.table_function_set_function(rows, (_info, output) => next(output));
  duckdb.register_table_function(connection, rows);
}

async function writePart(connection: DuckDBConnection, rows: string, part: string): Promise<Uint8Array> {
  const to = part.replaceAll("'", "''");
  await connection.run(
    `COPY (SELECT * FROM ${rows}()) TO '${to}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
  );
  const bytes = await readFile(part);
  await rm(part);
  return bytes;
}

function fillVectors(
  output: duckdb.DataChunk,
  columns: readonly BandColumn[],
  chunk: readonly ChunkColumn[],
  rows: number,
): void {
  columns.forEach(({ kind, at }, index) => {
    const vector = duckdb.data_chunk_get_vector(output, index);
    const { bytes, valid } = chunk[at]!;
    if (valid !== null) {
      duckdb.vector_ensure_validity_writable(vector);
      duckdb.copy_data_to_vector_validity(vector, 0, valid.buffer, 0, Math.ceil(rows / 64) * 8);
    }
    duckdb.copy_data_to_vector(vector, 0, bytes, 0, rows * TYPES[kind].bytes);
  });
  duckdb.data_chunk_set_size(output, rows);
}
