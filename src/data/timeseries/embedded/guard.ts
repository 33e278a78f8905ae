/**
 * Whether a statement of a user may run: decided on the engine's own parse tree, never on the text.
 *
 * The rule is a list of what is allowed: tables that are measurements (or names of the statement's own WITH), a few table
 * functions that only make rows, and scalar functions that look at nothing but their arguments. The sealed instance and the
 * read-only transaction the statement runs in would stop the rest too; this is the wall people meet first.
 */
import { errors } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import { SqlFault } from './engine-error.js';

const TABLE_KINDS = new Set([
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EXPRESSION_LIST',
  'EMPTY',
  'EMPTY_FROM',
  'CTE',
  'PIVOT',
]);

const ROW_MAKERS = new Set([
  'range',
  'generate_series',
  'unnest',
  'generate_subscripts',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
]);

/** Scalar functions that speak of the server, hold it up, or leave a trace. */
const REFUSED_FUNCTIONS = new Set([
  'nextval',
  'currval',
  'setseed',
  'write_log',
  'sleep_ms',
  'pg_sleep',
  'stats',
  'getenv',
  'getvariable',
  'current_setting',
  'current_connection_id',
  'current_query',
  'current_query_id',
  'current_transaction_id',
  'txid_current',
  'current_database',
  'current_catalog',
  'current_schema',
  'current_schemas',
  'current_user',
  'current_role',
  'session_user',
  'user',
  'in_search_path',
  'is_histogram_other_bin',
  'json_serialize_sql',
  'json_deserialize_sql',
  'json_serialize_plan',
  'json_execute_serialized_sql',
  'parse_duckdb_log_message',
  'query',
  'query_table',
  'get_block_size',
  'which_secret',
]);
const REFUSED_PREFIXES = [
  'pg_',
  'duckdb_',
  'has_',
  'inet_',
  'pragma_',
  'read_',
  'icu_',
  'col_description',
  'obj_description',
  'shobj_description',
];

export interface ReadableTables {
  has(name: string): boolean;
}

/** Throws sqlNotReadOnly or a SqlFault (unknown table, with its byte offset) unless the tree of `json_serialize_sql` may run. */
export function checkTree(tree: Json, tables: ReadableTables): void {
  walk(tree, { tables, names: new Set(), size: { queries: 0, tables: 0 } });
}

/**
 * Planning cannot be interrupted, and grows faster than the statement: ten thousand UNIONs take half a minute, a chain of
 * doubled NOT MATERIALIZED names for ever. What people and programs write stays far below these.
 */
const QUERIES_MAX = 400;
const TABLES_MAX = 400;
const GROUPING_SETS_MAX = 256;

function checkSize(object: JsonObject, { size }: Scope): void {
  if ('cte_map' in object && ++size.queries > QUERIES_MAX)
    throw new SqlFault(`The statement holds more than ${QUERIES_MAX} queries`, null);
  if ('sample' in object && 'alias' in object && ++size.tables > TABLES_MAX)
    throw new SqlFault(`The statement names more than ${TABLES_MAX} tables`, null);
  if (object['materialized'] === 'CTE_MATERIALIZE_NEVER') throw new SqlFault('NOT MATERIALIZED is not supported', null);
  if (arrayOf(object['group_sets']).length > GROUPING_SETS_MAX)
    throw new SqlFault(`The statement groups in more than ${GROUPING_SETS_MAX} ways`, null);
}

interface Scope {
  readonly size: { queries: number; tables: number };
  readonly tables: ReadableTables;
  /** Names of WITH that can be seen here, lower case. */
  readonly names: ReadonlySet<string>;
}

function walk(node: Json, scope: Scope): void {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const child of node) walk(child, scope);
    return;
  }
  const object = node as JsonObject;
  checkSize(object, scope);
  checkTable(object, scope);
  checkFunction(object);
  const inner = 'cte_map' in object ? walkWith(object, scope) : scope;
  for (const [key, child] of Object.entries(object)) if (key !== 'cte_map') walk(child!, inner);
}

/** Each name of a WITH sees those before it, and itself only where it is recursive: DuckDB looks a name up the same way. */
function walkWith(object: JsonObject, scope: Scope): Scope {
  const names = new Set(scope.names);
  for (const entry of arrayOf(objectOf(object['cte_map'])['map'])) {
    const { key, value } = objectOf(entry);
    const name = String(key).toLowerCase();
    walk(value!, { ...scope, names: new Set(isRecursive(value!) ? [...names, name] : names) });
    names.add(name);
  }
  // A recursive query carries its own name beside the map.
  if (typeof object['cte_name'] === 'string') names.add(object['cte_name'].toLowerCase());
  return { ...scope, names };
}

const isRecursive = (entry: Json): boolean =>
  objectOf(objectOf(objectOf(entry)['query'])['node'])['type'] === 'RECURSIVE_CTE_NODE';

function checkTable(object: JsonObject, { tables, names }: Scope): void {
  const { type } = object;
  // Tables, and nothing else in the tree, carry both of these.
  const isTable = typeof type === 'string' && 'alias' in object && 'sample' in object;
  if (!isTable) return;
  // DESCRIBE and SUMMARIZE of a query; without one it would be SHOW of the server's own lists.
  if (type === 'SHOW_REF' && object['query'] !== null) return;
  if (!TABLE_KINDS.has(type)) throw errors.sqlNotReadOnly(type.toLowerCase());
  if (type === 'BASE_TABLE') {
    const { table_name: name, schema_name: schema, catalog_name: catalog } = object;
    const isPlain = schema === '' && catalog === '';
    const isKnown = isPlain
      ? names.has(String(name).toLowerCase()) || tables.has(String(name))
      : schema === 'main' && catalog === '' && tables.has(String(name));
    if (!isKnown) throw new SqlFault(`Table with name ${String(name)} does not exist!`, locationOf(object));
  }
  if (type === 'TABLE_FUNCTION') {
    const name = String(objectOf(object['function'])['function_name']).toLowerCase();
    if (!ROW_MAKERS.has(name)) throw errors.sqlNotReadOnly(name);
  }
}

function checkFunction(object: JsonObject): void {
  const name = object['function_name'];
  if (typeof name !== 'string') return;
  const lower = name.toLowerCase();
  if (REFUSED_FUNCTIONS.has(lower) || REFUSED_PREFIXES.some((prefix) => lower.startsWith(prefix)))
    throw errors.sqlNotReadOnly(lower);
}

function locationOf(object: JsonObject): number | null {
  const location = object['query_location'];
  return typeof location === 'number' && location <= Number.MAX_SAFE_INTEGER ? location : null;
}

const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};

const arrayOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
