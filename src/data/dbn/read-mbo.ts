/**
 * Market-by-order records from words to columns: the hot loop of every import, and the twin of engine/kernels/assembly/mbo.ts.
 *
 * Strip by strip, a few columns at a time: one loop over all thirteen keeps more addresses than there are registers and takes twice
 * as long. 64-bit numbers move as BigInts from view to view, which makes none; by two words they take twice as long again.
 */
import type { MboBlock } from '#engine/frame/dbn-block.js';
import { type Strip, stripOver } from './strip.js';

/** As many of `count` records as begin with `head` (length and rtype), into rows from `row` on; says how many. */
export type MboReader = (strip: Strip, stride: number, count: number, head: number, row: number) => number;

/** Rows at a time: their bytes stay in the nearest cache while column after column is taken from them. */
const STRIP_ROWS = 128;

/** A reader that fills this block. */
export function mboReader(block: MboBlock): MboReader {
  const ids = signed(block.instrumentId);
  const size = signed(block.size);
  const sequence = signed(block.sequence);
  const { publisherId, tsEvent, orderId, price, tsRecv, tsInDelta } = block;
  return (strip, stride, count, head, row) => {
    // Eight bytes at once need records on multiples of eight: elsewhere they are moved to such a place.
    const isAligned = strip.bytes.byteOffset % 8 === 0 && stride % 8 === 0;
    const moved = isAligned ? undefined : stripOver(new Uint8Array(STRIP_ROWS * stride), 0, STRIP_ROWS * stride);
    for (let done = 0; done < count; done += STRIP_ROWS) {
      const rows = Math.min(STRIP_ROWS, count - done);
      const start = done * stride;
      moved?.bytes.set(strip.bytes.subarray(start, start + rows * stride));
      const { signedWords, wides } = moved ?? strip;
      const word = moved === undefined ? start >>> 2 : 0;
      const wide = word >>> 1;
      const [step, wideStep, to] = [stride >>> 2, stride >>> 3, row + done];
      const alike = readHeads(signedWords, word, step, rows, head, to, publisherId, ids);
      readTwo(wides, wide + 1, wideStep, alike, to, tsEvent.values, orderId.values);
      readPriceAndTime(wides, wide + 3, wideStep, alike, to, price.values, tsRecv.values);
      readThree(signedWords, word + 8, step, alike, to, size, tsInDelta, sequence);
      readCodes(signedWords, word + 9, step, alike, to, block);
      if (alike < rows) return done + alike;
    }
    return count;
  };
}

const signed = ({ buffer, byteOffset, length }: Uint32Array): Int32Array => new Int32Array(buffer, byteOffset, length);

/** The publisher and instrument, and how many records are of this kind. */
function readHeads(
  words: Int32Array,
  from: number,
  step: number,
  rows: number,
  head: number,
  row: number,
  publishers: Uint16Array,
  instruments: Int32Array,
): number {
  for (let i = from, to = row; to < row + rows; i += step, to++) {
    const opening = words[i]!;
    if ((opening & 0xffff) !== head) return to - row;
    publishers[to] = opening >>> 16;
    instruments[to] = words[i + 1]!;
  }
  return rows;
}

/** Two fields side by side: ts_event and order_id. */
function readTwo(
  wides: BigInt64Array,
  from: number,
  step: number,
  rows: number,
  row: number,
  first: BigInt64Array,
  second: BigInt64Array,
): void {
  for (let i = from, to = row; to < row + rows; i += step, to++) {
    first[to] = wides[i]!;
    second[to] = wides[i + 1]!;
  }
}

/** The price, and two places on ts_recv. */
function readPriceAndTime(
  wides: BigInt64Array,
  from: number,
  step: number,
  rows: number,
  row: number,
  prices: BigInt64Array,
  times: BigInt64Array,
): void {
  for (let i = from, to = row; to < row + rows; i += step, to++) {
    prices[to] = wides[i]!;
    times[to] = wides[i + 2]!;
  }
}

/** The size, and four and five places on ts_in_delta and the sequence. */
function readThree(
  words: Int32Array,
  from: number,
  step: number,
  rows: number,
  row: number,
  sizes: Int32Array,
  deltas: Int32Array,
  sequences: Int32Array,
): void {
  for (let i = from, to = row; to < row + rows; i += step, to++) {
    sizes[to] = words[i]!;
    deltas[to] = words[i + 4]!;
    sequences[to] = words[i + 5]!;
  }
}

/** Four bytes out of one word. */
function readCodes(
  words: Int32Array,
  from: number,
  step: number,
  rows: number,
  row: number,
  { flags, channelId, action, side }: MboBlock,
): void {
  for (let i = from, to = row; to < row + rows; i += step, to++) {
    const codes = words[i]!;
    flags[to] = codes;
    channelId[to] = codes >>> 8;
    action[to] = codes >>> 16;
    side[to] = codes >>> 24;
  }
}
