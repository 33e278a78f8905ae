/** Queries on the registry of the zones. */
import { type Selectable, sql } from 'kysely';
import type { Database } from './database.js';
import type { ZoneFileTable } from './tables/zone-file.table.js';

export const ZONES = ['raw', 'canonical', 'derived', 'training'] as const;

export interface ZoneInput {
  readonly zone: string;
  readonly kind: string;
  readonly id: string;
  readonly sha256: string;
}

export interface ZoneFile {
  readonly id: string;
  readonly dataset: string;
  readonly symbol: string;
  readonly date: string;
  readonly zone: string;
  readonly kind: string;
  readonly nRecords: number;
  readonly fileSize: number;
  readonly filePath: string;
  readonly sha256: string;
  readonly inputHash: string | null;
  readonly inputs: readonly ZoneInput[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type NewZoneFile = Omit<ZoneFile, 'createdAtMs' | 'updatedAtMs'>;

export interface ZoneFileFilter {
  readonly dataset?: string | undefined;
  readonly symbol?: string | undefined;
  readonly date?: string | undefined;
  readonly zone?: string | undefined;
  readonly kind?: string | undefined;
  readonly fromDate?: string | undefined;
  readonly toDate?: string | undefined;
}

export interface Slice {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** By symbol, date, zone in the order of the pipeline, kind, dataset. */
export async function listZoneFiles(db: Database, filter: ZoneFileFilter, slice: Slice = {}): Promise<ZoneFile[]> {
  let query = db
    .selectFrom('zone_file')
    .selectAll()
    .orderBy(sql`symbol collate "C"`)
    .orderBy('date')
    .orderBy(sql`array_position(array['raw','canonical','derived','training'], zone)`)
    .orderBy(sql`kind collate "C"`)
    .orderBy(sql`dataset collate "C"`);
  for (const column of ['dataset', 'symbol', 'date', 'zone', 'kind'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (filter.fromDate !== undefined) query = query.where('date', '>=', filter.fromDate);
  if (filter.toDate !== undefined) query = query.where('date', '<=', filter.toDate);
  if (slice.limit !== undefined) query = query.limit(slice.limit);
  if (slice.offset !== undefined) query = query.offset(slice.offset);
  return (await query.execute()).map(fromRow);
}

export async function findZoneFile(db: Database, id: string): Promise<ZoneFile | undefined> {
  const row = await db.selectFrom('zone_file').selectAll().where('file_id', '=', id).executeTakeFirst();
  return row && fromRow(row);
}

/** Inserts or replaces; the time of the first registration stays. */
export async function putZoneFile(db: Database, file: NewZoneFile): Promise<ZoneFile> {
  const columns = {
    n_records: file.nRecords,
    file_size: file.fileSize,
    file_path: file.filePath,
    sha256: file.sha256,
    input_hash: file.inputHash,
    inputs: JSON.stringify(file.inputs),
  };
  const row = await db
    .insertInto('zone_file')
    .values({
      file_id: file.id,
      dataset: file.dataset,
      symbol: file.symbol,
      date: file.date,
      zone: file.zone,
      kind: file.kind,
      ...columns,
    })
    .onConflict((conflict) =>
      conflict.column('file_id').doUpdateSet({
        ...columns,
        // A file that was made again with the same bytes is the same file.
        updated_at: sql<Date>`case when zone_file.sha256 = excluded.sha256 then zone_file.updated_at else now() end`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

export async function deleteZoneFiles(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await db
      .deleteFrom('zone_file')
      .where('file_id', 'in', [...ids])
      .execute();
}

const fromRow = (row: Selectable<ZoneFileTable>): ZoneFile => ({
  id: row.file_id,
  dataset: row.dataset,
  symbol: row.symbol,
  date: row.date,
  zone: row.zone,
  kind: row.kind,
  nRecords: row.n_records,
  fileSize: row.file_size,
  filePath: row.file_path,
  sha256: row.sha256,
  inputHash: row.input_hash,
  // Written by putZoneFile alone, so it has this shape.
  inputs: row.inputs as object as readonly ZoneInput[],
  createdAtMs: row.created_at.getTime(),
  updatedAtMs: row.updated_at.getTime(),
});
