/** Blocks of market-by-order records written by hand, and rows read back as plain text: for tests. */
import { type MboBlock, placeMboBlock } from '../frame/dbn-block.js';
import { UNDEF_PRICE } from '../frame/wide-column.js';
import type { BookRows } from './book-machine.js';

export interface MadeRecord {
  readonly action: string;
  readonly side?: string;
  readonly id?: bigint;
  /** In 1e-9; none is UNDEF_PRICE. */
  readonly price?: bigint;
  readonly size?: number;
  readonly flags?: number;
  readonly sequence?: number;
  readonly instrumentId?: number;
  readonly publisherId?: number;
  readonly tsNs?: bigint;
}

export const dollars = (price: number): bigint => BigInt(Math.round(price * 100)) * 10_000_000n;

/** In columns of its own, or in those that are given. */
export function madeBlock(records: readonly MadeRecord[], block = placeMboBlock(records.length)): MboBlock {
  records.forEach((record, row) => {
    block.action[row] = record.action.charCodeAt(0);
    block.side[row] = (record.side ?? 'N').charCodeAt(0);
    block.orderId.values[row] = record.id ?? 0n;
    block.price.values[row] = record.price ?? UNDEF_PRICE;
    block.size[row] = record.size ?? 0;
    block.flags[row] = record.flags ?? 128;
    block.sequence[row] = record.sequence ?? row + 1;
    block.instrumentId[row] = record.instrumentId ?? 11_667;
    block.publisherId[row] = record.publisherId ?? 2;
    block.tsEvent.values[row] = record.tsNs ?? BigInt(row + 1) * 1_000_000n;
    block.tsRecv.values[row] = (record.tsNs ?? BigInt(row + 1) * 1_000_000n) + 1000n;
    block.tsInDelta[row] = 500 + row;
    block.channelId[row] = row % 256;
  });
  block.rows = records.length;
  return block;
}

/** Cuts a block into blocks of at most `rows` rows. */
export function cut(block: MboBlock, rows: number): MboBlock[] {
  const pieces: MboBlock[] = [];
  for (let from = 0; from < block.rows; from += rows) {
    const to = Math.min(block.rows, from + rows);
    const wide = ({ words, values }: MboBlock['price']) => ({
      words: words.subarray(2 * from, 2 * to),
      values: values.subarray(from, to),
    });
    pieces.push({
      rows: to - from,
      publisherId: block.publisherId.subarray(from, to),
      instrumentId: block.instrumentId.subarray(from, to),
      tsEvent: wide(block.tsEvent),
      price: wide(block.price),
      size: block.size.subarray(from, to),
      flags: block.flags.subarray(from, to),
      action: block.action.subarray(from, to),
      side: block.side.subarray(from, to),
      tsRecv: wide(block.tsRecv),
      tsInDelta: block.tsInDelta.subarray(from, to),
      sequence: block.sequence.subarray(from, to),
      orderId: wide(block.orderId),
      channelId: block.channelId.subarray(from, to),
    });
  }
  return pieces;
}

export interface ReadRow {
  readonly instrumentId: number;
  readonly publisherId: number;
  readonly tsEvent: bigint;
  readonly tsRecv: bigint;
  readonly tsInDelta: number;
  readonly action: string;
  readonly side: string;
  readonly price: bigint;
  readonly size: number;
  readonly flags: number;
  readonly depth: number;
  readonly sequence: number;
  readonly isSuspect: boolean;
  /** `price size count` of each level, best first, all ten. */
  readonly bids: readonly string[];
  readonly asks: readonly string[];
}

export function readRows({ block, isSuspect }: BookRows): ReadRow[] {
  return Array.from({ length: block.rows }, (_, row) => ({
    instrumentId: block.instrumentId[row]!,
    publisherId: block.publisherId[row]!,
    tsEvent: block.tsEvent.values[row]!,
    tsRecv: block.tsRecv.values[row]!,
    tsInDelta: block.tsInDelta[row]!,
    action: String.fromCharCode(block.action[row]!),
    side: String.fromCharCode(block.side[row]!),
    price: block.price.values[row]!,
    size: block.size[row]!,
    flags: block.flags[row]!,
    depth: block.depth[row]!,
    sequence: block.sequence[row]!,
    isSuspect: isSuspect[row] === 1,
    bids: block.levels.map(({ bidPx, bidSz, bidCt }) => `${bidPx.values[row]} ${bidSz[row]} ${bidCt[row]}`),
    asks: block.levels.map(({ askPx, askSz, askCt }) => `${askPx.values[row]} ${askSz[row]} ${askCt[row]}`),
  }));
}

const ABSENT = `${UNDEF_PRICE} 0 0`;

export const displayed = (levels: readonly string[]): string[] => levels.filter((level) => level !== ABSENT);
