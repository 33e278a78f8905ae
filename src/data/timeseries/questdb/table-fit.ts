/** Makes a table fit what is to be written: made when there is none, with the columns and the key that it lacks, and up to date. */
import { errors } from '#base/errors.js';
import { quoted } from '../names.js';
import type { ColumnType } from '../port.js';
import { joinShape, type Shape, type ShapeRequest } from '../shape.js';
import type { Catalogue, StoredTable } from './catalogue.js';
import type { QuestdbClient } from './client.js';
import { change } from './statement.js';
import { untilApplied } from './visible.js';

export interface FitRoom {
  readonly client: QuestdbClient;
  readonly catalogue: Catalogue;
  readonly patienceMs: number;
}

/** Others may make or change the same table meanwhile: then it is looked at again. */
const TRIES = 4;

/** The table as it fits, and the number of its last transaction. Errors: columnTypeMismatch, columnMissing, storeUnavailable. */
export async function fitTable(
  { client, catalogue, patienceMs }: FitRoom,
  request: ShapeRequest,
): Promise<{ table: StoredTable; txn: number }> {
  for (let tries = 1; ; tries++) {
    const txn = await untilApplied(client, { name: request.name, patienceMs });
    const stored = await catalogue.find(request.name);
    const shape = shapeOf(request, stored);
    if (stored !== undefined && isFitting(shape, stored)) return { table: stored, txn };
    if (tries === TRIES)
      throw errors.storeUnavailable(
        `somebody else keeps changing table ${request.name}. Try again when that has ended.`,
      );
    await reshape(client, shape, stored);
  }
}

/** Of a table without DEDUP nobody keeps a key. */
const isFitting = (shape: Shape, { measurement, isDedup }: StoredTable): boolean =>
  shape.columns.every(({ type }, index) => measurement.columns[index]?.type === type) &&
  (!isDedup || shape.dedupKeys.every((key) => measurement.dedupKeys.includes(key)));

function shapeOf(request: ShapeRequest, stored: StoredTable | undefined): Shape {
  const shape = joinShape(request, stored?.measurement);
  if (stored === undefined) return shape;
  if (stored.isDedup) return { ...shape, dedupKeys: grownKeys(shape, request, stored) };
  for (const [index, { name, type }] of stored.measurement.columns.entries())
    if (shape.columns[index]!.type !== type)
      throw errors.columnTypeMismatch(request.name, name, type, shape.columns[index]!.type);
  return shape;
}

/** The key of a table grows by new columns and by those a caller names; its maker may have left others out on purpose. */
function grownKeys(shape: Shape, { dedupKeys: named }: ShapeRequest, { measurement }: StoredTable): string[] {
  const had = new Set(measurement.columns.map(({ name }) => name));
  const asked = new Set(named.map((name) => name.toLowerCase()));
  return shape.dedupKeys.filter(
    (key) => measurement.dedupKeys.includes(key) || !had.has(key) || asked.has(key.toLowerCase()),
  );
}

const QUESTDB_TYPES: Readonly<Record<ColumnType | 'TIMESTAMP', string>> = {
  BIGINT: 'LONG',
  DOUBLE: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
  VARCHAR: 'VARCHAR',
  TIMESTAMP: 'TIMESTAMP',
};

async function reshape(client: QuestdbClient, shape: Shape, stored: StoredTable | undefined): Promise<void> {
  const table = quoted(shape.name);
  if (stored === undefined) {
    const declared = shape.columns.map(({ name, type }) => `${quoted(name)} ${QUESTDB_TYPES[type]}`).join(', ');
    await change(
      client,
      `CREATE TABLE IF NOT EXISTS ${table} (${declared}) TIMESTAMP("timestamp") PARTITION BY MONTH WAL ${upsertKeys(shape, 'timestamp')}`,
    );
    return;
  }
  const known = stored.measurement;
  for (const [index, { name, type }] of shape.columns.entries()) {
    const now = known.columns[index];
    const column = `${quoted(name)} ${QUESTDB_TYPES[type]}`;
    if (now === undefined) await change(client, `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${column}`);
    else if (now.type !== type)
      await change(client, `ALTER TABLE ${table} ALTER COLUMN ${bareName(name)} TYPE ${QUESTDB_TYPES[type]}`);
  }
  if (stored.isDedup && shape.dedupKeys.some((key) => !known.dedupKeys.includes(key)))
    await change(client, `ALTER TABLE ${table} ${upsertKeys(shape, stored.timeName).replace('DEDUP', 'DEDUP ENABLE')}`);
}

/** QuestDB 9.1 reads no quotes in this one place; a name that cannot stand without them is left for it to refuse. */
const bareName = (name: string) => (/^[\p{L}_][\p{L}\d_]*$/u.test(name) ? name : quoted(name));

const upsertKeys = ({ dedupKeys }: Shape, timeName: string) =>
  `DEDUP UPSERT KEYS(${[timeName, ...dedupKeys].map(quoted).join(', ')})`;
