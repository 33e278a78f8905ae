/**
 * The DuckDB file of the embedded store: one instance in one process, sealed before anyone speaks to it.
 *
 * Sealed means: no file, network or extension can be reached from SQL (`enable_external_access`), and nothing can undo that
 * (`lock_configuration`). Both are instance-wide, so the writer lives under them too: rows arrive as data chunks, never as files.
 * One directory is let through, into which a backup writes parts of measurements and nothing else is put (snapshot.ts).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { errors } from '#base/errors.js';
import { engineMessage } from './engine-error.js';

/** DuckDB hands rows in and out in vectors of so many (its STANDARD_VECTOR_SIZE). */
export const VECTOR_ROWS = 2048;

export interface DatabaseOptions {
  readonly path: string;
  /** Where sorts and joins larger than memory spill; emptied at every opening. */
  readonly tmpDir: string;
  /** DuckDB's spelling, e.g. `1GB`. */
  readonly memoryLimit: string;
  readonly threads: number;
}

export interface EmbeddedDatabase {
  /** The one place that the engine may write to. */
  readonly partsDir: string;
  /** A connection of its own for one task: a connection is not shared, and closing it ends whatever it still holds. */
  withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  connect(): Promise<DuckDBConnection>;
  /** Ends what the connection still does and gives it back. */
  release(connection: DuckDBConnection): Promise<void>;
  close(): Promise<void>;
}

// The file lock is the process's, so a second opener in this process would not be stopped by it.
const openPaths = new Set<string>();

export async function openDatabase(options: DatabaseOptions): Promise<EmbeddedDatabase> {
  const path = resolve(options.path);
  if (openPaths.has(path)) throw errors.storeTaken(path);
  openPaths.add(path);
  try {
    const instance = await openInstance({ ...options, path });
    return databaseOver(instance, { ...options, path });
  } catch (error) {
    openPaths.delete(path);
    throw error;
  }
}

async function openInstance({ path, tmpDir, memoryLimit, threads }: DatabaseOptions): Promise<DuckDBInstance> {
  mkdirSync(dirname(path), { recursive: true });
  const spillDir = join(resolve(tmpDir), 'measurements-spill');
  for (const dir of [spillDir, partsDirIn(tmpDir)]) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
  const instance = await DuckDBInstance.create(path, {
    threads: String(threads),
    memory_limit: memoryLimit,
    temp_directory: spillDir,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  }).catch((cause: unknown) => {
    const reason = engineMessage(cause);
    throw /lock/i.test(reason) ? errors.storeTaken(path, cause) : errors.storeUnavailable(reason, cause);
  });
  await seal(instance, partsDirIn(tmpDir));
  return instance;
}

const partsDirIn = (tmpDir: string) => join(resolve(tmpDir), 'measurements-parts');

async function seal(instance: DuckDBInstance, partsDir: string): Promise<void> {
  const connection = await instance.connect();
  // The order matters: the lock comes last and cannot be taken back.
  for (const setting of [
    "SET GLOBAL TimeZone = 'UTC'",
    // Errors as JSON carry the position in the SQL, which the wire wants.
    'SET GLOBAL errors_as_json = true',
    // A spill is bounded: beyond it a query fails with "out of memory" in place of filling the disk.
    "SET GLOBAL max_temp_directory_size = '8GB'",
    `SET GLOBAL allowed_directories = ['${partsDir.replaceAll("'", "''")}']`,
    'SET GLOBAL enable_external_access = false',
    'SET GLOBAL lock_configuration = true',
  ])
    await connection.run(setting);
  connection.closeSync();
}

function databaseOver(instance: DuckDBInstance, { path, tmpDir }: DatabaseOptions): EmbeddedDatabase {
  const connect = () => instance.connect();
  return {
    partsDir: partsDirIn(tmpDir),
    connect,
    release,
    async withConnection(work) {
      const connection = await connect();
      try {
        return await work(connection);
      } finally {
        await release(connection);
      }
    },
    async close() {
      const connection = await connect();
      // So that the next opening has no log to replay; a reader that is still there only makes that replay longer.
      await connection.run('CHECKPOINT').catch(() => undefined);
      connection.closeSync();
      instance.closeSync();
      openPaths.delete(path);
    },
  };
}

/**
 * A result that was not read to its end keeps its snapshot until it is garbage-collected, closed connection or not, and the
 * file cannot be checkpointed meanwhile. A rollback ends it now; where no transaction is open, saying so is all it does.
 */
async function release(connection: DuckDBConnection): Promise<void> {
  await connection.run('ROLLBACK').catch(() => undefined);
  connection.closeSync();
}
