/** The book of a day at any nanosecond, to any depth, with every order in its queue; and what changes from there (DESIGN.md 5.6). */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { kernelHost } from '#compute/kernel-host.js';
import type { DbnBlock } from '#data/dbn/block.js';
import { copyBlock } from '#data/dbn/block.js';
import { type DbnReading, readDbn, readDbnFile } from '#data/dbn/read-file.js';
import { readKeyframe } from '#data/zones/keyframes.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import type { BookClock } from '#engine/book/book-at.js';
import { type BookChange, followBook } from '#engine/book/book-changes.js';
import { ASK, BID, type OrderColumns, type PriceLevel, type SideIndex } from '#engine/book/book-machine.js';
import { type Keyframe, restoreKeyframe } from '#engine/book/keyframe.js';
import { createOrderBooks, type OrderBooks } from '#engine/book/order-books.js';
import type { MboBlock } from '#engine/frame/dbn-block.js';
import type { WideColumn } from '#engine/frame/wide-column.js';
import type { ZoneFile } from '#store/zone-file.store.js';
import type { ReadDesk, Snapshot } from './day-reader.js';
import { findFileOf } from './registry.service.js';
import { readBookAt } from './replay.service.js';

export type { BookChange } from '#engine/book/book-changes.js';

export interface MomentRequest {
  readonly day: MarketDay;
  readonly tsNs: bigint;
  readonly clock: BookClock;
  /** Levels a side. */
  readonly depth: number;
  /** Whether each level lists its orders. */
  readonly withOrders: boolean;
}

export interface BookOrder {
  readonly orderId: bigint;
  readonly size: number;
  /** From 0: who is filled first. */
  readonly position: number;
  readonly sizeAhead: number;
}

export interface BookLevelView {
  readonly priceNanos: bigint;
  readonly size: number;
  readonly count: number;
  readonly orders: readonly BookOrder[];
}

export interface BookView {
  /** Single orders where the venue told of them; else the ten levels it told of. */
  readonly source: 'mbo' | 'mbp-10';
  /** Records of the raw file that were applied; null where levels were told. */
  readonly records: number | null;
  /** Whether the last of them ended its venue event: only then are books consistent. */
  readonly isComplete: boolean;
  readonly isSuspect: boolean;
  readonly bids: readonly BookLevelView[];
  readonly asks: readonly BookLevelView[];
}

/** Errors: bookMissing before the first record and for a day without data. */
export async function bookAtMoment(desk: ReadDesk, request: MomentRequest): Promise<BookView> {
  const { day, depth, withOrders } = request;
  const raw = await findOrders(desk, day);
  if (raw === undefined) return levelsAt(desk, request);
  const moment = await travel(desk, raw, request);
  await moment.reading.close();
  const { books, records, isComplete } = moment;
  const [instrument] = books.instruments();
  if (instrument === undefined) throw errors.bookMissing(day.symbol, day.date);
  // Once for both sides: they are sorted.
  const orders = withOrders ? books.orders(instrument) : undefined;
  const sideOf = (side: SideIndex) => levelViews(books.levels(instrument, side, depth), side, orders);
  const isSuspect = books.facts(instrument)?.isSuspect === true;
  return { source: 'mbo', records, isComplete, isSuspect, bids: sideOf(BID), asks: sideOf(ASK) };
}

/** The raw file of the day when it tells of single orders; undefined when it tells of levels, or is gone. */
async function findOrders(desk: ReadDesk, day: MarketDay): Promise<ZoneFile | undefined> {
  const raw = await findFileOf(desk.db, { ...day, zone: 'raw', kind: 'raw' });
  if (raw === undefined) return undefined;
  const { metadata, close } = await readDbnFile(join(desk.root, raw.filePath));
  await close();
  return metadata?.schema === 'mbo' ? raw : undefined;
}

async function levelsAt(desk: ReadDesk, { day, tsNs, depth }: MomentRequest): Promise<BookView> {
  const { row } = await readBookAt(desk, day, Number(tsNs / 1_000_000n));
  const sideOf = (levels: Snapshot['bids']): BookLevelView[] =>
    levels.slice(0, depth).map(({ px, sz, ct }) => ({
      priceNanos: BigInt(Math.round(px * 1e9)),
      size: sz,
      count: ct,
      orders: [],
    }));
  const said = { source: 'mbp-10', records: null, isComplete: true, isSuspect: false } as const;
  return { ...said, bids: sideOf(row.bids), asks: sideOf(row.asks) };
}

interface Moment {
  readonly books: OrderBooks;
  readonly records: number;
  readonly isComplete: boolean;
  /** Where the stream goes on: the block that holds the next record, and which row of it. */
  readonly next: { readonly block: MboBlock; readonly row: number } | undefined;
  readonly reading: DbnReading;
}

/** From the nearest keyframe and the records after it; without keyframes from the beginning of the file. */
async function travel(
  desk: Pick<ReadDesk, 'root'>,
  raw: ZoneFile,
  { day, tsNs, clock }: MomentRequest,
): Promise<Moment> {
  // Keyframes are told by the venue's clock; the other one runs behind it, so theirs are never too late for it.
  const bytes = await readKeyframe(join(desk.root, zonePath.keyframes(day)), raw.sha256, tsNs - LAG_NS[clock]);
  const keyframe: Keyframe | undefined = bytes && restoreKeyframe(bytes, { host: kernelHost });
  const books = keyframe?.books ?? createOrderBooks({ host: kernelHost });
  const { reading, skip } = await recordsFrom(join(desk.root, raw.filePath), raw.nRecords, keyframe?.records ?? 0);
  let left = skip;
  let records = keyframe?.records ?? 0;
  let isComplete = true;
  // Not for-await: it would give the file back when we stop, and a follower goes on from there.
  for (let step = await reading.blocks.next(); step.done !== true; step = await reading.blocks.next()) {
    const { mbo } = step.value;
    if (mbo === undefined) continue;
    const from = Math.min(left, mbo.rows);
    left -= from;
    const to = firstLater(mbo[clock], from, mbo.rows, tsNs);
    books.apply(mbo, from, to);
    records += to - from;
    if (to > from) isComplete = (mbo.flags[to - 1]! & F_LAST) !== 0;
    if (to < mbo.rows) return { books, records, isComplete, next: { block: kept(step.value), row: to }, reading };
  }
  return { books, records, isComplete, next: undefined, reading };
}

const F_LAST = 128;
/** A record is received after it was made, at the latest so much later: a keyframe before that by one clock is before by the other. */
const LAG_NS: Readonly<Record<BookClock, bigint>> = { tsEvent: 0n, tsRecv: 60_000_000_000n };

/** Blocks are lent until the next is asked for. */
const kept = (block: DbnBlock): MboBlock => copyBlock(block).mbo!;

function firstLater({ words }: WideColumn, from: number, rows: number, tsNs: bigint): number {
  const low = Number(BigInt.asUintN(32, tsNs));
  const high = Number(BigInt.asUintN(32, tsNs >> 32n));
  for (let row = from; row < rows; row++) {
    const its = words[2 * row + 1]!;
    if (its > high || (its === high && words[2 * row]! > low)) return row;
  }
  return rows;
}

const PRELUDE_BYTES = 8;
const MBO_BYTES = 56;
const BLOCK_RECORDS = 4096;

/**
 * The records after the first `before`. A plain file of nothing else is entered right there; in any other the records before are read
 * and passed over (`skip`).
 */
async function recordsFrom(
  path: string,
  records: number,
  before: number,
): Promise<{ readonly reading: DbnReading; readonly skip: number }> {
  const whole = await readDbnFile(path, { rowsPerBlock: BLOCK_RECORDS });
  const { metadata } = whole;
  const stride = MBO_BYTES + (metadata?.tsOut === true ? 8 : 0);
  const first = before === 0 || metadata === undefined ? undefined : await firstRecordOf(path, records * stride);
  if (first === undefined || metadata === undefined) return { reading: whole, skip: before };
  await whole.close();
  const stream = createReadStream(path, { start: first + before * stride, highWaterMark: 256 * 1024 });
  const fragment = { version: metadata.version, schema: 'mbo', tsOut: metadata.tsOut } as const;
  return { reading: await readDbn(stream, { fragment, rowsPerBlock: BLOCK_RECORDS }), skip: 0 };
}

/** Where the records begin; undefined when the file is compressed, or holds more than those records. */
async function firstRecordOf(path: string, recordBytes: number): Promise<number | undefined> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(PRELUDE_BYTES);
    await file.read(head, 0, PRELUDE_BYTES, 0);
    if (head.toString('latin1', 0, 3) !== 'DBN') return undefined;
    const first = PRELUDE_BYTES + head.readUInt32LE(4);
    return (await file.stat()).size === first + recordBytes ? first : undefined;
  } finally {
    await file.close();
  }
}

function levelViews(levels: readonly PriceLevel[], side: SideIndex, orders: OrderColumns | undefined): BookLevelView[] {
  const queues = orders && queuesOf(levels, side, orders);
  return levels.map(({ price, size, count }) => ({
    priceNanos: price,
    size,
    count,
    orders: queues?.get(price) ?? [],
  }));
}

/** The orders of some levels of a side by price, in the order of their queues; those of deeper levels are passed over. */
function queuesOf(levels: readonly PriceLevel[], side: SideIndex, orders: OrderColumns): Map<bigint, BookOrder[]> {
  const queues = new Map(levels.map(({ price }): [bigint, BookOrder[]] => [price, []]));
  let at: bigint | undefined;
  let queue: BookOrder[] | undefined;
  for (let row = 0; row < orders.rows; row++) {
    if (orders.side[row] !== side) continue;
    const price = orders.price[row]!;
    if (price !== at) queue = queues.get(price);
    at = price;
    const last = queue?.at(-1);
    queue?.push({
      orderId: orders.orderId[row]!,
      size: orders.size[row]!,
      position: queue.length,
      sizeAhead: last === undefined ? 0 : last.sizeAhead + last.size,
    });
  }
  return queues;
}

/**
 * What changes in the book after a moment, venue event by venue event, to the end of the day. Give the generator back (`return`) to stop
 * early. Errors: bookMissing where the day has no orders.
 */
export async function* followFrom(
  desk: ReadDesk,
  request: Pick<MomentRequest, 'day' | 'tsNs' | 'clock'>,
): AsyncGenerator<BookChange> {
  const { day } = request;
  const raw = await findOrders(desk, day);
  if (raw === undefined) throw errors.bookMissing(day.symbol, day.date);
  const { books, next, reading } = await travel(desk, raw, { ...request, depth: 0, withOrders: false });
  try {
    if (next === undefined) return;
    const instrument = books.instruments()[0] ?? {
      publisherId: next.block.publisherId[next.row]!,
      instrumentId: next.block.instrumentId[next.row]!,
    };
    yield* followBook(books, instrument, next.block, next.row);
    for (let step = await reading.blocks.next(); step.done !== true; step = await reading.blocks.next())
      if (step.value.mbo !== undefined) yield* followBook(books, instrument, step.value.mbo);
  } finally {
    await reading.close();
  }
}
