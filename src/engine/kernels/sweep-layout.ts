/** Where a sheet's columns stand in one memory, so that WebAssembly, if there is any, sees them too. */
import { FIGURES } from './sweep.js';
import type { SweepSheet } from './sweep-sheet.js';
import { BUCKETS } from './sweep-worst.js';

/** Two rates stand in one register of the kernel: an odd number of them is filled up. */
export const LANES = 2;

/** Bytes a bar. A bar that turns a position round is the last leg of one trade and the first of the next. */
const WIDTHS = {
  gross: 8,
  traded: 8,
  session: 4,
  earned: 16,
  filled: 16,
  expired: 16,
  end: 4,
  net: 8 * LANES,
  daily: 8 * LANES,
  losses: 8 * LANES,
  kept: 8 * LANES,
  up: 8,
  down: 8,
  gap: 8,
  day: 8,
  entry: 8,
  wanted: 8,
  segmentStart: 4,
  sessionAt: 4,
  candidates: 4,
  isTradable: 1,
  isFirst: 1,
  isLast: 1,
  direction: 1,
  eventSide: 1,
  closed: 1,
};

/** What the kernel is told of, in this order: each is the address of a column. */
export const HEAD = [
  'gross',
  'traded',
  'session',
  'earned',
  'filled',
  'expired',
  'end',
  'rates',
  'figures',
  'net',
  'daily',
  'losses',
  'kept',
  'sizes',
  'up',
  'down',
  'gap',
  'day',
  'entry',
  'wanted',
  'segmentStart',
  'sessionAt',
  'candidates',
  'isTradable',
  'isFirst',
  'isLast',
  'direction',
  'eventSide',
  'closed',
  'stance',
] as const;

export type Place = (typeof HEAD)[number] | 'head';

/** Numbers of a stance that the kernel gives back. */
export const STANCE_FIGURES = 7;

export interface Layout {
  readonly bars: number;
  readonly rates: number;
  /** In bytes from the start of the memory. */
  readonly start: Readonly<Record<Place, number>>;
  readonly bytes: number;
}

export function layOut(bars: number, rates: number, from: number): Layout {
  let end = from;
  const place = (bytes: number) => {
    const start = end;
    // 64 bytes more than asked: columns a power of two apart would fall on one another in the cache.
    end += Math.ceil(bytes / 64) * 64 + 64;
    return start;
  };
  const columns = Object.entries(WIDTHS).map(([name, width]) => [name, place(width * (bars + 1))]);
  const start: Layout['start'] = Object.fromEntries([
    ...columns,
    ['rates', place(8 * (rates + LANES))],
    ['figures', place(8 * FIGURES * (rates + LANES))],
    ['sizes', place(4 * BUCKETS)],
    ['stance', place(8 * STANCE_FIGURES)],
    ['head', place(4 * HEAD.length)],
  ]);
  return { bars, rates, start, bytes: end };
}

/** Views of the columns that the twin fills and reads. */
export function sheetOn(buffer: ArrayBufferLike, { bars, rates, start }: Layout): SweepSheet {
  const doubles = (name: Place, length: number) => new Float64Array(buffer, start[name], length);
  return {
    gross: doubles('gross', bars),
    traded: doubles('traded', bars),
    session: new Int32Array(buffer, start.session, bars),
    earned: doubles('earned', 2 * bars),
    filled: doubles('filled', 2 * bars),
    expired: doubles('expired', 2 * bars),
    end: new Int32Array(buffer, start.end, bars),
    rates: doubles('rates', rates + LANES),
    figures: doubles('figures', FIGURES * (rates + LANES)),
    scratch: {
      net: doubles('net', bars),
      daily: doubles('daily', bars),
      losses: doubles('losses', bars + 1),
      kept: doubles('kept', 2 * (bars + 1)),
      sizes: new Int32Array(buffer, start.sizes, BUCKETS),
      wanted: doubles('wanted', bars),
    },
  };
}
