/**
 * The answer of QuestDB's `/exec`, read as it arrives: `{"query":..,"columns":[..],..,"dataset":[[..],[..]],"count":n}`.
 *
 * Nothing of it is held but the piece at hand: a row is handed on as the places of its cells in the bytes. JSON.parse would
 * need the whole answer and round 64-bit integers.
 */
import { z } from 'zod';
import { errors } from '#base/errors.js';

export interface AnswerColumn {
  readonly name: string;
  /** QuestDB's own word: `DOUBLE`, `LONG`, `TIMESTAMP`, ... */
  readonly type: string;
}

/** The cells of one row: JSON values at `bytes[starts[k], ends[k])`. */
export interface RowCells {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface Answer {
  readonly columns: readonly AnswerColumn[];
  /** Hands on the rows of the next piece that has any; false when there are no more. */
  next(put: (row: RowCells) => void): Promise<boolean>;
}

const Head = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
  error: z.string().optional(),
});
/** Quotes inside texts are escaped, so these bytes stand nowhere else. */
const DATASET = Buffer.from('"dataset":[');
const [COMMA, OPEN, CLOSE, QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE] = [44, 91, 93, 34, 92, 123, 125];
const INCOMPLETE = -1;

/** Reads as far as the columns. Throws storeUnavailable when the answer ends before it is whole. */
export async function openAnswer(pieces: AsyncIterator<Buffer>): Promise<Answer> {
  let rest: Buffer = Buffer.alloc(0);
  let at = -1;
  for (; at < 0; at = rest.indexOf(DATASET)) {
    const piece = await pieces.next();
    if (piece.done === true) throw brokenOff();
    rest = Buffer.concat([rest, piece.value]);
  }
  const head = Head.parse(JSON.parse(`${rest.toString('utf8', 0, at)}"dataset":[]}`));
  const columns = head.columns ?? [];
  rest = rest.subarray(at + DATASET.length);
  const starts = new Int32Array(columns.length);
  const ends = new Int32Array(columns.length);
  let isEnd = false;

  const handOn = (put: (row: RowCells) => void): number => {
    const row = { bytes: rest, starts, ends };
    let rows = 0;
    let from = 0;
    while (from < rest.length) {
      if (rest[from] === COMMA) from++;
      if (rest[from] === CLOSE) {
        isEnd = true;
        break;
      }
      const next = readRow(row, from, columns.length);
      if (next === INCOMPLETE) break;
      put(row);
      rows++;
      from = next;
    }
    rest = rest.subarray(from);
    return rows;
  };

  return {
    columns,
    async next(put) {
      while (!isEnd) {
        if (handOn(put) > 0) return true;
        if (isEnd) break;
        const piece = await pieces.next();
        if (piece.done === true) throw brokenOff();
        rest = rest.length === 0 ? piece.value : Buffer.concat([rest, piece.value]);
      }
      // To the last byte, so that the connection serves again.
      while ((await pieces.next()).done !== true);
      return false;
    },
  };
}

/** QuestDB cannot say of a started answer that it failed: it stops. */
const brokenOff = () => errors.storeUnavailable('QuestDB broke off its answer');

/** Fills in where the cells of the row at `from` lie; gives where the row ends, or INCOMPLETE. */
function readRow({ bytes, starts, ends }: RowCells, from: number, columns: number): number {
  const limit = bytes.length;
  let at = from + 1;
  for (let column = 0; column < columns; column++) {
    if (column > 0) at++;
    starts[column] = at;
    at = cellEnd(bytes, at, limit);
    if (at === INCOMPLETE || at >= limit) return INCOMPLETE;
    ends[column] = at;
  }
  return at < limit ? at + 1 : INCOMPLETE;
}

/** Behind the value: where a comma or the row's end stands. */
function cellEnd(bytes: Uint8Array, start: number, limit: number): number {
  if (start >= limit) return INCOMPLETE;
  const first = bytes[start]!;
  if (first === QUOTE) return textEnd(bytes, start, limit);
  let at = start;
  if (first !== OPEN && first !== OPEN_BRACE) {
    while (at < limit && bytes[at] !== COMMA && bytes[at] !== CLOSE) at++;
    return at < limit ? at : INCOMPLETE;
  }
  for (let depth = 0; at < limit; ) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = textEnd(bytes, at, limit);
      if (at === INCOMPLETE) return INCOMPLETE;
      continue;
    }
    at++;
    if (byte === OPEN || byte === OPEN_BRACE) depth++;
    if ((byte === CLOSE || byte === CLOSE_BRACE) && --depth === 0) return at;
  }
  return INCOMPLETE;
}

function textEnd(bytes: Uint8Array, start: number, limit: number): number {
  for (let at = start + 1; at < limit; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return INCOMPLETE;
}
