/** What a table will look like after a write: the stored columns first, wider where they must be, then the new ones, and its keys. */
import { errors } from '#base/errors.js';
import { joinedType } from './column-block.js';
import { keyColumnsOf } from './names.js';
import type { ColumnType, Measurement, MeasurementColumn } from './port.js';

export interface GivenColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export interface ShapeRequest {
  readonly name: string;
  readonly columns: readonly GivenColumn[];
  readonly dedupKeys: readonly string[];
}

export interface Shape {
  readonly name: string;
  readonly columns: readonly MeasurementColumn[];
  readonly dedupKeys: readonly string[];
}

/** Errors: columnTypeMismatch where a column cannot take what is given, columnMissing for a key that is none. */
export function joinShape({ name, columns: given, dedupKeys }: ShapeRequest, stored: Measurement | undefined): Shape {
  const columns: MeasurementColumn[] = [...(stored?.columns ?? [{ name: 'timestamp', type: 'TIMESTAMP' as const }])];
  for (const column of given) {
    const at = columns.findIndex((known) => known.name.toLowerCase() === column.name.toLowerCase());
    if (at < 0) columns.push(column);
    else columns[at] = { name: columns[at]!.name, type: joinTypes(name, columns[at]!, column) };
  }
  const names = columns.map((column) => column.name);
  for (const key of dedupKeys)
    if (!names.some((column) => column.toLowerCase() === key.toLowerCase())) throw errors.columnMissing(name, key);
  return {
    name: stored?.name ?? name,
    columns,
    // Keys are remembered: they only grow, so rows unique by the old keys stay unique by the new ones.
    dedupKeys: keyColumnsOf(names, [...dedupKeys, ...(stored?.dedupKeys ?? [])]),
  };
}

function joinTypes(measurement: string, stored: MeasurementColumn, given: GivenColumn): ColumnType {
  const joined = stored.type === 'TIMESTAMP' ? undefined : joinedType(stored.type, given.type);
  if (joined === undefined) throw errors.columnTypeMismatch(measurement, stored.name, stored.type, given.type);
  return joined;
}
