/**
 * Market-by-order and market-by-price records as columns: what the DBN decoder fills, the book builder reads and the simulator makes.
 *
 * A block has room for as many rows as its columns are long; the first `rows` of them hold records, in the order of the stream.
 * Names, meanings and codes are the format's (dbn.md 3.3, 3.4 and 4): times are unsigned nanoseconds since the epoch, prices are
 * signed 1e-9 of the currency, `action` and `side` hold the code of a character. Nothing is converted, so nothing is lost.
 */
import { assert } from '#base/assert.js';
import { placeWide, type WideColumn } from './wide-column.js';

/** What mbo, trades and mbp records have in common. */
export interface EventColumns {
  /** How many rows hold records. */
  rows: number;
  readonly publisherId: Uint16Array;
  readonly instrumentId: Uint32Array;
  readonly tsEvent: WideColumn;
  readonly price: WideColumn;
  readonly size: Uint32Array;
  readonly flags: Uint8Array;
  readonly action: Uint8Array;
  readonly side: Uint8Array;
  readonly tsRecv: WideColumn;
  readonly tsInDelta: Int32Array;
  readonly sequence: Uint32Array;
}

export interface MboBlock extends EventColumns {
  readonly orderId: WideColumn;
  readonly channelId: Uint8Array;
}

/** One level of both sides; an absent one has UNDEF_PRICE, size 0 and count 0. */
export interface BookLevel {
  readonly bidPx: WideColumn;
  readonly askPx: WideColumn;
  readonly bidSz: Uint32Array;
  readonly askSz: Uint32Array;
  readonly bidCt: Uint32Array;
  readonly askCt: Uint32Array;
}

export interface MbpBlock extends EventColumns {
  /** Index of the update's level, counted from 0. */
  readonly depth: Uint8Array;
  /** The best first: none in trades, one in mbp-1 and tbbo, ten in mbp-10. */
  readonly levels: readonly BookLevel[];
}

/** An MbpBlock of ten levels. */
export type Mbp10Block = MbpBlock;

export const MBP_LEVELS = 10;

export const roomOf = (block: EventColumns): number => block.size.length;

const LINE_BYTES = 64;

/** Bytes of a column: an odd number of cache lines, so that the same row of all columns does not fall into the same cache sets. */
function spaceOf(rows: number, bytesEach: number): number {
  const lines = Math.max(3, Math.ceil((rows * bytesEach) / LINE_BYTES));
  return (lines % 2 === 0 ? lines + 1 : lines) * LINE_BYTES;
}

const EVENT_BYTES = [8, 8, 8, 4, 4, 4, 4, 2, 1, 1, 1] as const;
const MBO_BYTES = [...EVENT_BYTES, 8, 1] as const;
const LEVEL_BYTES = [8, 8, 4, 4, 4, 4] as const;

const sum = (rows: number, sizes: readonly number[]): number =>
  sizes.reduce((bytes, each) => bytes + spaceOf(rows, each), 0);

export const mboBlockBytes = (rows: number): number => sum(rows, MBO_BYTES);

export const mbpBlockBytes = (rows: number, levels = MBP_LEVELS): number =>
  sum(rows, [...EVENT_BYTES, 1]) + levels * sum(rows, LEVEL_BYTES);

/** Room for `room` records in a buffer from `offset` on (a multiple of 64), or in a new one; no rows yet. */
export function placeMboBlock(
  room: number,
  buffer: ArrayBufferLike = new ArrayBuffer(mboBlockBytes(room)),
  offset = 0,
): MboBlock {
  const place = placer(room, buffer, offset, mboBlockBytes(room));
  return { ...placeEvents(place), orderId: place.wide(), channelId: place.bytes() };
}

/** The same for market by price, with 0, 1 or 10 levels. */
export function placeMbpBlock(
  room: number,
  levels = MBP_LEVELS,
  buffer: ArrayBufferLike = new ArrayBuffer(mbpBlockBytes(room, levels)),
  offset = 0,
): MbpBlock {
  const place = placer(room, buffer, offset, mbpBlockBytes(room, levels));
  return {
    ...placeEvents(place),
    depth: place.bytes(),
    levels: Array.from({ length: levels }, () => ({
      bidPx: place.wide(),
      askPx: place.wide(),
      bidSz: place.u32(),
      askSz: place.u32(),
      bidCt: place.u32(),
      askCt: place.u32(),
    })),
  };
}

type Placer = ReturnType<typeof placer>;

function placer(room: number, buffer: ArrayBufferLike, offset: number, bytes: number) {
  assert(Number.isInteger(room) && room >= 0, 'rows are counted');
  assert(offset % LINE_BYTES === 0, 'a block begins on a cache line');
  assert(offset + bytes <= buffer.byteLength, 'the block fits its buffer');
  let at = offset;
  const take = (bytesEach: number): number => {
    const start = at;
    at += spaceOf(room, bytesEach);
    return start;
  };
  return {
    wide: () => placeWide(room, buffer, take(8)),
    u32: () => new Uint32Array(buffer, take(4), room),
    i32: () => new Int32Array(buffer, take(4), room),
    u16: () => new Uint16Array(buffer, take(2), room),
    bytes: () => new Uint8Array(buffer, take(1), room),
  };
}

const placeEvents = (place: Placer): EventColumns => ({
  rows: 0,
  tsEvent: place.wide(),
  price: place.wide(),
  tsRecv: place.wide(),
  instrumentId: place.u32(),
  size: place.u32(),
  tsInDelta: place.i32(),
  sequence: place.u32(),
  publisherId: place.u16(),
  flags: place.bytes(),
  action: place.bytes(),
  side: place.bytes(),
});
