/** From rows as JSON objects to columns, with every fault named by row and column. */
import type { Json, JsonObject } from '#base/json.js';
import type { BatchColumn, ColumnBatch } from '#data/timeseries/port.js';
import { isoToMicroseconds, type TimeUnit, timeUnitOf, toMicroseconds } from './time-unit.js';

export interface RowFault {
  /** Position in the list, from 0. */
  readonly row: number;
  readonly column: string;
  readonly message: string;
}

type ColumnKind = 'DOUBLE' | 'BOOLEAN' | 'VARCHAR';

/** More faults than anybody reads need not be kept. */
const FAULTS_KEPT_MAX = 1000;

/**
 * Numbers become DOUBLE, because JSON does not tell 1 from 1.0; a column's first value that is not null gives its type. The
 * first row with a number for its time gives the unit of all (stage1.md 1.2); a row of another unit is a fault.
 */
export function batchOfRows(
  rows: readonly JsonObject[],
  { required, timestampUnit }: { required: readonly string[]; timestampUnit?: TimeUnit | undefined },
): { batch: ColumnBatch; faults: readonly RowFault[]; faultCount: number } {
  const faults: RowFault[] = [];
  let faultCount = 0;
  const blame = (row: number, column: string, message: string) => {
    faultCount++;
    if (faults.length < FAULTS_KEPT_MAX) faults.push({ row, column, message });
  };

  const unit = timestampUnit ?? unitOfFirst(rows);
  const timestampUs = new Float64Array(rows.length);
  const columns = new Map<string, { name: string; kind: ColumnKind | undefined; values: (Json | undefined)[] }>();
  rows.forEach((row, i) => {
    const time = timeOf(row['timestamp'], unit, timestampUnit !== undefined);
    if (typeof time === 'string') blame(i, 'timestamp', time);
    else timestampUs[i] = time;
    for (const [name, value] of Object.entries(row)) {
      if (name === 'timestamp') continue;
      const key = name.toLowerCase();
      const column = columns.get(key) ?? { name, kind: undefined, values: new Array<Json | undefined>(rows.length) };
      columns.set(key, column);
      if (column.values[i] !== undefined && column.name !== name) blame(i, name, 'the same column twice');
      column.values[i] = value;
      if (value === null) continue;
      const kind = kindOf(value);
      if (required.includes(name) && kind !== 'DOUBLE') blame(i, name, 'not a number');
      else if (kind === undefined) blame(i, name, 'not a number, text or true/false');
      else if (column.kind === undefined) column.kind = kind;
      else if (column.kind !== kind) blame(i, name, MISMATCH[column.kind]);
    }
    for (const name of required) if (row[name] === undefined || row[name] === null) blame(i, name, 'missing');
  });
  if (faultCount > 0) return { batch: { timestampUs, columns: [] }, faults, faultCount };
  return { batch: { timestampUs, columns: [...columns.values()].map(toColumn) }, faults, faultCount };
}

const MISMATCH: Record<ColumnKind, string> = {
  DOUBLE: 'not a number',
  BOOLEAN: 'not true or false',
  VARCHAR: 'not text',
};

function kindOf(value: Json): ColumnKind | undefined {
  if (typeof value === 'number') return 'DOUBLE';
  if (typeof value === 'boolean') return 'BOOLEAN';
  return typeof value === 'string' ? 'VARCHAR' : undefined;
}

function unitOfFirst(rows: readonly JsonObject[]): TimeUnit {
  const first = rows.find((row) => typeof row['timestamp'] === 'number')?.['timestamp'];
  return timeUnitOf(typeof first === 'number' ? first : 0);
}

/** Microseconds, or what is wrong. */
function timeOf(value: Json | undefined, unit: TimeUnit, isUnitGiven: boolean): number | string {
  if (value === undefined || value === null) return 'missing';
  if (typeof value !== 'number' && typeof value !== 'string') return 'not a time';
  if (typeof value === 'number' && !isUnitGiven && timeUnitOf(value) !== unit)
    return `not in ${unit} as the first row is`;
  const us = typeof value === 'number' ? toMicroseconds(value, unit) : isoToMicroseconds(value);
  if (us === undefined) return 'not a time';
  if (us < 0) return 'before 1970';
  return Number.isSafeInteger(us) ? us : 'too far in the future';
}

function toColumn({
  name,
  kind,
  values,
}: {
  name: string;
  kind: ColumnKind | undefined;
  values: (Json | undefined)[];
}) {
  const column: BatchColumn =
    kind === 'VARCHAR'
      ? { name, type: kind, values: Array.from(values, (value) => (typeof value === 'string' ? value : null)) }
      : kind === 'BOOLEAN'
        ? { name, type: kind, values: Array.from(values, (value) => (typeof value === 'boolean' ? value : null)) }
        : {
            name,
            type: 'DOUBLE',
            values: Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN)),
          };
  return column;
}
