/** Rows of a dataset on the wire (stage1.md 3.3). */
import { z } from 'zod';
import type { DatasetRows } from '#services/research/dataset-rows.service.js';
import type { QueryResult } from '#services/research/measurement.service.js';
import { TIME_UNITS } from '#services/research/time-unit.js';
import { orNothing } from './fields.js';
import { cellToJson } from './json-text.js';
import { isoMicros } from './times.js';

export const AppendPost = z.looseObject({
  rows: z.array(z.looseObject({})),
  timestamp_unit: orNothing(z.enum(TIME_UNITS)),
});

export const AppendedWire = z.looseObject({ success: z.literal(true), rows_appended: z.int(), message: z.string() });

export const RowsWire = z.looseObject({
  measurement: z.string(),
  count: z.int(),
  rows: z.array(z.looseObject({ timestamp: z.string(), timestamp_ms: z.int() })),
});

/** `{measurement, rows: [{timestamp, timestamp_ms, ...columns}], count}`; the count comes last, when it is known. */
export async function* rowsToJson({ measurement, chunks }: DatasetRows): AsyncGenerator<string> {
  yield* listToJson(
    `{"measurement":${JSON.stringify(measurement)},"rows":[`,
    chunks,
    rowWriter,
    (n) => `],"count":${n}}`,
  );
}

export const IndexMapWire = z.looseObject({
  measurement: z.string(),
  start_index: z.int(),
  end_index: z.int(),
  rows: z.array(z.looseObject({ index: z.int(), timestamp_ms: z.int() })),
});

/** `end_index` is where the rows really end: half-open, as the request's. */
export async function* indexMapToJson(
  { measurement, chunks }: DatasetRows,
  startIndex: number,
): AsyncGenerator<string> {
  const head = `{"measurement":${JSON.stringify(measurement)},"start_index":${startIndex},"rows":[`;
  let index = startIndex;
  const writer = () => (row: QueryResult['rows'][number]) =>
    `{"index":${index++},"timestamp_ms":${Math.floor(Number(row[0]) / 1000)}}`;
  yield* listToJson(head, chunks, writer, (n) => `],"end_index":${startIndex + n}}`);
}

type RowWriter = (row: QueryResult['rows'][number]) => string;

async function* listToJson(
  head: string,
  chunks: AsyncIterable<QueryResult>,
  writerOf: (columns: readonly string[]) => RowWriter,
  tail: (rows: number) => string,
): AsyncGenerator<string> {
  let before = head;
  let rows = 0;
  for await (const chunk of chunks) {
    const write = writerOf(chunk.columns);
    if (chunk.rows.length === 0) continue;
    yield before + chunk.rows.map(write).join(',');
    rows += chunk.rows.length;
    before = ',';
  }
  yield (rows === 0 ? head : '') + tail(rows);
}

/** Keys are written once a chunk, not once a row. The designated time comes first. */
function rowWriter(columns: readonly string[]): RowWriter {
  const keys = columns.map((column) => `,${JSON.stringify(column)}:`);
  return (row) => {
    const us = Number(row[0]);
    let text = `{"timestamp":"${isoMicros(us)}","timestamp_ms":${Math.floor(us / 1000)}`;
    for (let i = 1; i < row.length; i++) text += keys[i] + cellToJson(row[i]!);
    return `${text}}`;
  };
}
