/** Records of a CSV file with a heading, one after another, without holding the file in memory. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { errors } from '#base/errors.js';

/** Headings without case and blanks. Throws `invalid_parameter` for a file that is no CSV. */
export async function eachRecord(
  path: string,
  take: (record: Readonly<Record<string, string>>) => void,
): Promise<void> {
  const records = createReadStream(path).pipe(
    parse({
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      bom: true,
      trim: true,
      skip_empty_lines: true,
    }),
  );
  try {
    for await (const record of records as AsyncIterable<Record<string, string>>) take(record);
  } catch (error) {
    if (error instanceof CsvError) throw errors.invalidParameter('body', `The CSV cannot be read: ${error.message}`);
    throw error;
  }
}
