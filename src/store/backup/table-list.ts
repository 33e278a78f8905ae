/** Our tables as the database has them: what a backup takes and a restore fills. */
import type { RowClient } from './row-client.js';

export interface TableShape {
  readonly name: string;
  /** Those that can be written, in their order. */
  readonly columns: readonly string[];
  readonly bytesExpected: number;
}

/** By name; without Kysely's own, which a restore makes anew. */
export async function listTables(client: RowClient): Promise<TableShape[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; bytes: string }>(`
    select relname as name, pg_table_size(pg_class.oid)::text as bytes,
      array_agg(attname::text order by attnum) as columns
    from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'kysely_%'
    group by pg_class.oid, relname order by relname collate "C"`);
  return rows.map(({ name, columns, bytes }) => ({ name, columns, bytesExpected: Number(bytes) }));
}

export interface SequenceShape {
  readonly table: string;
  readonly column: string;
  /** Quoted and qualified. */
  readonly sequence: string;
}

/** Those that belong to columns; we have no others. */
export async function listSequences(client: RowClient): Promise<SequenceShape[]> {
  const { rows } = await client.query<SequenceShape>(`
    select pg_class.relname as table, attname as column, objid::regclass::text as sequence
    from pg_depend
    join pg_class on pg_class.oid = refobjid
    join pg_attribute on attrelid = refobjid and attnum = refobjsubid
    join pg_class owned on owned.oid = objid and owned.relkind = 'S'
    where pg_depend.classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass
      and deptype in ('a', 'i') and pg_class.relnamespace = 'public'::regnamespace
    order by 1, 2`);
  return rows;
}

/** For SQL that is put together from names of the catalogue or of a backup. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
