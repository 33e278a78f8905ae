/** Canonical rows written by hand: dollars and strings in, columns out. */
import { type BookRows, type BookSide, LEVELS } from './book-rows.js';

export type MadeLevel = readonly [px: number, sz: number, ct: number];

export interface MadeRow {
  readonly ns: number;
  readonly action: string;
  readonly side?: string;
  /** Dollars; none is UNDEF. */
  readonly price?: number;
  readonly size?: number;
  readonly sequence?: number;
  readonly flags?: number;
  readonly instrumentId?: number;
  readonly isSuspect?: boolean;
  readonly bids?: readonly MadeLevel[];
  readonly asks?: readonly MadeLevel[];
}

/** 2026-02-02T14:30:00Z, 09:30 in New York. */
export const OPEN_NS = 1_770_042_600_000_000_000n;

const nanosOf = (dollars: number): number => Math.round(dollars * 1e9);

export function madeRows(rows: readonly MadeRow[], firstIndex = 0, originNs = OPEN_NS): BookRows {
  return {
    rows: rows.length,
    firstIndex,
    originNs,
    tsEventNs: Float64Array.from(rows, ({ ns }) => ns),
    instrumentId: Uint32Array.from(rows, ({ instrumentId }) => instrumentId ?? 1),
    sequence: Uint32Array.from(rows, ({ sequence }, i) => sequence ?? firstIndex + i + 1),
    flags: Uint8Array.from(rows, ({ flags }) => flags ?? 128),
    action: Uint8Array.from(rows, ({ action }) => action.charCodeAt(0)),
    side: Uint8Array.from(rows, ({ side }) => (side ?? 'N').charCodeAt(0)),
    price: Float64Array.from(rows, ({ price }) => (price === undefined ? Number.NaN : nanosOf(price))),
    size: Uint32Array.from(rows, ({ size }) => size ?? 0),
    isSuspect: Uint8Array.from(rows, ({ isSuspect }) => (isSuspect === true ? 1 : 0)),
    bids: sideOf(rows.map(({ bids }) => bids ?? [])),
    asks: sideOf(rows.map(({ asks }) => asks ?? [])),
  };
}

const sideOf = (rows: readonly (readonly MadeLevel[])[]): BookSide => {
  const levels = Array.from({ length: LEVELS }, (_, k) => k);
  return {
    px: levels.map((k) => Float64Array.from(rows, (row) => (row[k] === undefined ? Number.NaN : nanosOf(row[k][0])))),
    sz: levels.map((k) => Uint32Array.from(rows, (row) => row[k]?.[1] ?? 0)),
    ct: levels.map((k) => Uint32Array.from(rows, (row) => row[k]?.[2] ?? 0)),
  };
};

const MS = 1_000_000;
const A1: readonly MadeLevel[] = [[187.27, 400, 1]];
const A2: readonly MadeLevel[] = [
  [187.27, 400, 1],
  [187.28, 100, 1],
];
const A3: readonly MadeLevel[] = [
  [187.27, 250, 1],
  [187.28, 100, 1],
];
const B2: readonly MadeLevel[] = [
  [187.25, 300, 1],
  [187.24, 200, 1],
];
const B3: readonly MadeLevel[] = [
  [187.25, 400, 2],
  [187.24, 200, 1],
];
const B5: readonly MadeLevel[] = [
  [187.26, 200, 1],
  [187.25, 600, 2],
];

/** The 13 rows of the worked book of dbn.md 5: events 7, 8 and 9 share a sequence, all others have their own, 1 ms apart. */
export const WORKED_ROWS: readonly MadeRow[] = [
  { ns: 0, action: 'R', sequence: 1 },
  { ns: MS, action: 'A', side: 'B', price: 187.25, size: 300, sequence: 2, bids: [[187.25, 300, 1]] },
  { ns: 2 * MS, action: 'A', side: 'B', price: 187.24, size: 200, sequence: 3, bids: B2 },
  { ns: 3 * MS, action: 'A', side: 'B', price: 187.25, size: 100, sequence: 4, bids: B3 },
  { ns: 4 * MS, action: 'A', side: 'A', price: 187.27, size: 400, sequence: 5, bids: B3, asks: A1 },
  { ns: 5 * MS, action: 'A', side: 'A', price: 187.28, size: 100, sequence: 6, bids: B3, asks: A2 },
  { ns: 6 * MS, action: 'T', side: 'B', price: 187.27, size: 150, sequence: 7, flags: 0, bids: B3, asks: A2 },
  { ns: 8 * MS, action: 'C', side: 'A', price: 187.27, size: 150, sequence: 7, bids: B3, asks: A3 },
  { ns: 9 * MS, action: 'T', side: 'N', price: 187.26, size: 50, sequence: 8, bids: B3, asks: A3 },
  {
    ns: 10 * MS,
    action: 'M',
    side: 'B',
    price: 187.25,
    size: 500,
    sequence: 9,
    bids: [
      [187.25, 600, 2],
      [187.24, 200, 1],
    ],
    asks: A3,
  },
  { ns: 11 * MS, action: 'M', side: 'B', price: 187.26, size: 200, sequence: 10, bids: B5, asks: A3 },
  { ns: 12 * MS, action: 'C', side: 'A', price: 187.28, size: 100, sequence: 11, bids: B5, asks: [[187.27, 250, 1]] },
  {
    ns: 13 * MS,
    action: 'M',
    side: 'A',
    price: 187.29,
    size: 10,
    sequence: 12,
    bids: B5,
    asks: [
      [187.27, 250, 1],
      [187.29, 10, 1],
    ],
  },
];
