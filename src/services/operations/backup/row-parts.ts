/** The rows of a moment as entries: COPY text in parts, pressed while the next is read. */
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import type { RowTable } from '#data/backup/manifest.js';
import type { RowSnapshot } from '#store/backup/row-snapshot.js';

const [press, unpress] = [promisify(gzip), promisify(gunzip)];

/** A part is held in memory some three times: as text, pressed, and on its way out. Less than a block of rows, which then is a part. */
const PART_BYTES = 3 << 20;
/** One message of PostgreSQL is one row, and one row may be large (a jsonb of some hundred megabytes at the utmost). */
const PART_BYTES_MAX = 1 << 30;

export interface RowPart {
  readonly path: string;
  readonly content: Uint8Array;
}

/** All tables; at the end what the manifest tells of them. */
export async function* rowParts(rows: RowSnapshot): AsyncGenerator<RowPart, RowTable[]> {
  const tables: RowTable[] = [];
  for (const table of rows.tables) {
    let count = 0;
    let number = 0;
    let ahead: Promise<RowPart> | undefined;
    for await (const text of partsOf(rows.copy(table))) {
      // A line break in a value is written as \n: each byte 10 ends a row.
      count += linesIn(text);
      number += 1;
      const path = rowPath(table.name, number);
      const next = press(text, { level: constants.Z_BEST_SPEED }).then((content) => ({ path, content }));
      next.catch(() => undefined); // It is awaited in the next turn; until then a failure must not count as unheard.
      if (ahead !== undefined) yield await ahead;
      ahead = next;
    }
    if (ahead !== undefined) yield await ahead;
    tables.push({ name: table.name, columns: [...table.columns], rows: count });
  }
  return tables;
}

const rowPath = (table: string, number: number) => `rows/${table}/${String(number).padStart(6, '0')}.copy.gz`;

export const unpressRows = (content: Uint8Array): Promise<Buffer> =>
  unpress(content, { maxOutputLength: PART_BYTES_MAX });

async function* partsOf(copy: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of copy) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < PART_BYTES) continue;
    yield joined(pieces);
    [pieces, bytes] = [[], 0];
  }
  if (bytes > 0) yield joined(pieces);
}

const joined = (pieces: readonly Buffer[]): Buffer => (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));

function linesIn(text: Buffer): number {
  let lines = 0;
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines++;
  return lines;
}
