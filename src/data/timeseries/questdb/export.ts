/** The rows of a query as CSV bytes: read in blocks as they stream in, formatted on the workers, sent in order as fast as the reader takes them. */
import { Readable } from 'node:stream';
import { errors } from '#base/errors.js';
import { csvLine, type TextColumn } from '../../csv/text.js';
import { readInteger, readNumber } from '../../csv/value-cell.js';
import type { CsvWorkers } from '../../csv/workers.js';
import { cellJson } from '../cell-json.js';
import { type Bits, bitsFor, clearBit, putInt64 } from '../column-block.js';
import type { Cell } from '../port.js';
import type { AnswerColumn, RowCells } from './answer.js';
import { cellReader, isNull, isTimeType } from './cells.js';
import type { QuestdbClient } from './client.js';
import { type OpenQuery, openQuery } from './query.js';
import { makeTimeReader } from './time-text.js';

/** How long the first rows may take (stage1.md 6.3); what streams afterwards takes as long as its reader. */
const FIRST_ROWS_MS = 30_000;
const BLOCK_ROWS = 16_384;

export async function exportCsv(
  room: { readonly client: QuestdbClient; readonly workers: CsvWorkers },
  sql: string,
  { signal }: { signal?: AbortSignal },
): Promise<Readable> {
  const leaving = new AbortController();
  const gone = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  const query = await openQuery(room.client, sql, { timeoutMs: FIRST_ROWS_MS, signal: gone });
  const blocks = makeBlocks(query);
  // The first rows are computed before a byte goes out, so that a fault can still be told.
  const first = await blocks.next().catch((error) => {
    query.close();
    throw error;
  });
  query.disarm();
  const stream = Readable.from(csvText(query.columns, first, blocks.next, room.workers, gone), {
    objectMode: false,
    highWaterMark: 1 << 20,
  });
  stream.once('close', () => {
    leaving.abort();
    query.close();
  });
  return stream;
}

type TextBlock = { rows: number; columns: TextColumn[] };

async function* csvText(
  names: readonly string[],
  first: TextBlock | undefined,
  nextBlock: () => Promise<TextBlock | undefined>,
  workers: CsvWorkers,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield csvLine(names);
  const ahead: Promise<Uint8Array>[] = [];
  let block = first;
  while (block !== undefined || ahead.length > 0) {
    while (block !== undefined && ahead.length <= workers.atOnce) {
      const text = workers.format(block);
      // It is awaited below; until then a failure must not count as unheard.
      text.catch(() => undefined);
      ahead.push(text);
      block = await nextBlock();
    }
    const text = ahead.shift();
    if (signal.aborted) throw errors.cancelled();
    if (text !== undefined) yield await text;
  }
}

function makeBlocks({ answer, next }: Pick<OpenQuery, 'answer' | 'next'>): { next(): Promise<TextBlock | undefined> } {
  const fresh = () => answer.columns.map((column) => gatheringOf(column));
  let gathering = fresh();
  let rows = 0;
  let isEnd = false;
  const full: TextBlock[] = [];
  const close = () => {
    full.push({ rows, columns: gathering.map((column) => column.finish(rows)) });
    gathering = fresh();
    rows = 0;
  };
  const put = ({ bytes, starts, ends }: RowCells) => {
    for (let k = 0; k < gathering.length; k++) gathering[k]!.put(rows, bytes, starts[k]!, ends[k]!);
    if (++rows === BLOCK_ROWS) close();
  };
  return {
    async next() {
      while (full.length === 0 && !isEnd) isEnd = !(await next(put));
      if (full.length === 0 && rows > 0) close();
      return full.shift();
    },
  };
}

interface Gathering {
  put(row: number, bytes: Uint8Array, start: number, end: number): void;
  finish(rows: number): TextColumn;
}

function gatheringOf(column: AnswerColumn): Gathering {
  if (isTimeType(column.type)) return timeGathering();
  switch (column.type) {
    case 'DOUBLE':
      return doubleGathering();
    case 'LONG':
    case 'INT':
    case 'SHORT':
    case 'BYTE':
      return wholeGathering();
    default:
      return textGathering(column);
  }
}

function doubleGathering(): Gathering {
  const values = new Float64Array(BLOCK_ROWS);
  return {
    put(row, bytes, start, end) {
      values[row] = isNull(bytes, start) ? Number.NaN : readNumber(bytes, start, end);
    },
    finish: () => ({ type: 'DOUBLE', values, valid: null }),
  };
}

/** Which rows have a value, made when the first has none. */
function makeValidity() {
  let valid: Bits | null = null;
  return {
    clear(row: number) {
      valid ??= bitsFor(BLOCK_ROWS);
      clearBit(valid, row);
    },
    bits: () => valid,
  };
}

function wholeGathering(): Gathering {
  const values = new BigInt64Array(BLOCK_ROWS);
  const words = new Uint32Array(values.buffer);
  const validity = makeValidity();
  return {
    put(row, bytes, start, end) {
      if (isNull(bytes, start)) validity.clear(row);
      else readInteger(bytes, start, end, values, words, row);
    },
    finish: () => ({ type: 'BIGINT', values, valid: validity.bits() }),
  };
}

function timeGathering(): Gathering {
  const values = new BigInt64Array(BLOCK_ROWS);
  const words = new Uint32Array(values.buffer);
  const readTime = makeTimeReader();
  const validity = makeValidity();
  return {
    put(row, bytes, start, end) {
      if (isNull(bytes, start)) validity.clear(row);
      else {
        const us = readTime(bytes, start + 1, end - 1);
        if (typeof us === 'number') putInt64(words, row, us);
        else values[row] = us;
      }
    },
    finish: () => ({ type: 'TIMESTAMP', values, valid: validity.bits() }),
  };
}

function textGathering(column: AnswerColumn): Gathering {
  const values: (string | null)[] = [];
  const read = cellReader(column);
  return {
    put(row, bytes, start, end) {
      values[row] = isNull(bytes, start) ? null : textOf(read(bytes, start, end));
    },
    finish: () => ({ type: 'TEXT', values }),
  };
}

function textOf(cell: Cell): string | null {
  if (cell === null || typeof cell === 'string') return cell;
  return typeof cell === 'object' ? cellJson(cell) : String(cell);
}
