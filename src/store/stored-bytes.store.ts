/** How much is stored, in bytes: the database itself, and the files that its rows tell of. */
import { sql } from 'kysely';
import type { Database } from './database.js';

export interface StoredBytes {
  readonly postgres: number;
  readonly artifacts: number;
  readonly zones: number;
}

/** One walk over the rows of artifacts and zone files. */
export async function readStoredBytes(db: Database): Promise<StoredBytes> {
  const { rows } = await sql<Record<keyof StoredBytes, number>>`
    select pg_database_size(current_database())::float8 as postgres,
      (select coalesce(sum(size_bytes), 0) from artifact)::float8 as artifacts,
      (select coalesce(sum(file_size), 0) from zone_file)::float8 as zones`.execute(db);
  return rows[0] ?? { postgres: 0, artifacts: 0, zones: 0 };
}
