/** Rows of named texts out of CSV or JSON lines, one after the other. */

import { createInterface } from 'node:readline';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { errors } from '#base/errors.js';
import type { TextFormat } from './write.js';

export interface TextRow {
  /** Counted from 1, the header of a CSV included. */
  readonly line: number;
  /** What is not known is empty. */
  readonly values: Readonly<Record<string, string>>;
}

export type TextChunks = AsyncIterable<Uint8Array | string>;

/** Errors: dbnTextInvalid with the line. */
export const rowsOf = (chunks: TextChunks, format: TextFormat): AsyncGenerator<TextRow, void> =>
  format === 'csv' ? csvRows(chunks) : jsonRows(chunks);

async function* csvRows(chunks: TextChunks): AsyncGenerator<TextRow, void> {
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true });
  // Unlike a pipe, a failure on either side ends the other.
  pipeline(Readable.from(chunks), parser, (error) => {
    if (error != null) parser.destroy(error);
  });
  let line = 1;
  try {
    for await (const values of parser) {
      line++;
      yield { line, values: values as Record<string, string> };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw errors.dbnTextInvalid(line + 1, error.message);
  }
}

async function* jsonRows(chunks: TextChunks): AsyncGenerator<TextRow, void> {
  let line = 0;
  for await (const text of createInterface({ input: Readable.from(chunks), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === '') continue;
    yield { line, values: valuesOf(text, line) };
  }
}

function valuesOf(text: string, line: number): Record<string, string> {
  const record = parseLine(text, line);
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    throw errors.dbnTextInvalid(line, 'it is no JSON object');
  const entries = Object.entries(record).map(([name, value]) => {
    if (value === null) return [name, ''];
    if (typeof value === 'string') return [name, value];
    // A number beyond 2^53 has lost its digits already.
    if (Number.isSafeInteger(value)) return [name, String(value)];
    throw errors.dbnTextInvalid(line, `${name} is neither text nor a whole number that JSON holds exactly`);
  });
  return Object.fromEntries(entries);
}

function parseLine(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw errors.dbnTextInvalid(line, error instanceof Error ? error.message : String(error));
  }
}
