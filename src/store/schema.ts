/** The live schema as plain data, so that every change of it shows in review (schema.json). */
import { type Kysely, sql } from 'kysely';
import type { Tables } from './database.js';

export interface TableDescription {
  /** `text not null default ...` by column name, in the order of the alphabet. */
  readonly columns: Readonly<Record<string, string>>;
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
}

export type SchemaDescription = Readonly<Record<string, TableDescription>>;

/** Every table of ours, by name; Kysely's own tables are left out. */
export async function describeSchema(db: Kysely<Tables>): Promise<SchemaDescription> {
  const [columns, constraints, indexes] = await Promise.all([readColumns(db), readConstraints(db), readIndexes(db)]);
  const tables = [...new Set(columns.map(({ table }) => table))].sort();
  return Object.fromEntries(
    tables.map((table) => [
      table,
      {
        columns: Object.fromEntries(of(columns, table).map(({ name, text }) => [name, text])),
        constraints: of(constraints, table).map(({ name, text }) => `${name}: ${text}`),
        indexes: of(indexes, table).map(({ text }) => text),
      },
    ]),
  );
}

interface Part {
  readonly table: string;
  readonly name: string;
  readonly text: string;
}

const of = (parts: readonly Part[], table: string) =>
  parts.filter((part) => part.table === table).sort((a, b) => (a.name < b.name ? -1 : 1));

const OURS = sql`relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname not like 'kysely_%'`;

async function readColumns(db: Kysely<Tables>): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select relname as table, attname as name,
      format_type(atttypid, atttypmod)
        || case when attcollation <> typcollation then ' collate ' || attcollation::regcollation::text else '' end
        || case when attnotnull then ' not null' else '' end
        || case when attidentity <> '' then ' identity' else '' end
        || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as text
    from pg_class
    join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    join pg_type on pg_type.oid = atttypid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where ${OURS}`.execute(db);
  return rows;
}

/** Not null stands with the column; PostgreSQL 18 lists it as a constraint as well, earlier versions do not. */
async function readConstraints(db: Kysely<Tables>): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select relname as table, conname as name, pg_get_constraintdef(pg_constraint.oid) as text
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where ${OURS} and contype <> 'n'`.execute(db);
  return rows;
}

async function readIndexes(db: Kysely<Tables>): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select relname as table, indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as text
    from pg_index join pg_class on pg_class.oid = indrelid
    where ${OURS}`.execute(db);
  return rows;
}
