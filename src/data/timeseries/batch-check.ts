/** What every backend asks of a caller's batch before it looks further: columns of equal length, under names that can be stored. */
import { errors } from '#base/errors.js';
import { COLUMN_NAME_MAX, cleanColumnName } from './names.js';
import type { BatchColumn, ColumnBatch } from './port.js';

/** Names are ours to check here: a caller's own column of a wrong name or length would surface later as a broken table. */
export function checkBatch({ timestampUs, columns }: ColumnBatch): void {
  const seen = new Set(['timestamp']);
  for (const column of columns) {
    checkColumnName(column, seen);
    if (column.values.length !== timestampUs.length)
      throw errors.columnNameInvalid(
        column.name,
        `it has ${column.values.length} values for ${timestampUs.length} rows`,
      );
  }
}

function checkColumnName({ name }: BatchColumn, seen: Set<string>): void {
  const lower = name.toLowerCase();
  if (name === '' || name.length > COLUMN_NAME_MAX)
    throw errors.columnNameInvalid(name, `it must have 1 to ${COLUMN_NAME_MAX} characters`);
  if (cleanColumnName(name) !== name)
    throw errors.columnNameInvalid(name, 'it holds a character a column name cannot have');
  if (seen.has(lower)) throw errors.columnNameInvalid(name, 'another column has this name');
  seen.add(lower);
}
