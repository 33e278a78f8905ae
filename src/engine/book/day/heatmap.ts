/** Depth around the mid over time, as a picture is drawn from it (umiki.md 9.6). */
import { ACTION, type BookRows, type BookSide, LEVELS, NANOS, tsMsOf } from './book-rows.js';

export interface Heatmap {
  readonly timestampsMs: readonly number[];
  /** Highest first: price_range, ..., 0, ..., -price_range ticks from the mid. */
  readonly offsets: readonly number[];
  readonly mids: readonly number[];
  /** depth[offset row][sample column]. */
  readonly depth: readonly (readonly number[])[];
  readonly trades: readonly HeatmapTrade[];
}

export interface HeatmapTrade {
  readonly tsMs: number;
  readonly sample: number;
  readonly priceOffset: number;
  readonly side: string;
  readonly size: number;
}

const TRADES_MAX = 5000;
const GATHERED_MAX = 4 * TRADES_MAX;

/** Which of `total` two-sided rows are drawn: all, or `max` spread evenly. */
export const sampledRows = (total: number, max: number): number[] =>
  Array.from({ length: Math.min(total, max) }, (_, i) => (total <= max ? i : Math.floor((i * total) / max)));

/**
 * Columns are added in time order, trades at any moment after; `finish` gives the picture. Bids lie below the mid at
 * -max(1, ceil(distance / tick)), asks above likewise, so row 0 stays empty. Sizes that fall into one cell add up.
 */
export class HeatmapMaker {
  readonly #range: number;
  readonly #tickNanos: number;
  readonly #timestampsMs: number[] = [];
  readonly #mids: number[] = [];
  readonly #columns: Float64Array[] = [];
  #trades: HeatmapTrade[] = [];
  /** Trades of this size and smaller are not among the largest any more. */
  #tooSmall = -1;

  constructor({ priceRange, tick }: { readonly priceRange: number; readonly tick: number }) {
    this.#range = priceRange;
    this.#tickNanos = tick * NANOS;
  }

  /** A two-sided row becomes a column. */
  addSample(rows: BookRows, i: number): void {
    const mid = (rows.bids.px[0]![i]! + rows.asks.px[0]![i]!) / 2;
    const column = new Float64Array(2 * this.#range + 1);
    this.#addSide(column, rows.bids, i, mid, -1);
    this.#addSide(column, rows.asks, i, mid, 1);
    this.#timestampsMs.push(tsMsOf(rows, i));
    this.#mids.push(mid / NANOS);
    this.#columns.push(column);
  }

  /** Measured against the last sample at or before it; dropped outside the range or without a price. */
  addTrade(rows: BookRows, i: number): void {
    if (rows.action[i] !== ACTION.trade || this.#mids.length === 0) return;
    // A later one of equal size comes after the earlier ones.
    if (rows.size[i]! <= this.#tooSmall) return;
    const tsMs = tsMsOf(rows, i);
    const sample = Math.max(0, lastAtOrBefore(this.#timestampsMs, tsMs));
    const offset = roundAway((rows.price[i]! - this.#mids[sample]! * NANOS) / this.#tickNanos);
    if (!(Math.abs(offset) <= this.#range)) return;
    const side = String.fromCharCode(rows.side[i]!);
    this.#trades.push({ tsMs, sample, priceOffset: offset, side, size: rows.size[i]! });
    if (this.#trades.length === GATHERED_MAX) this.#dropSmall();
  }

  finish(): Heatmap {
    const range = this.#range;
    const offsets = Array.from({ length: 2 * range + 1 }, (_, row) => range - row);
    const depth = offsets.map((_, row) => this.#columns.map((column) => column[row]!));
    return { timestampsMs: this.#timestampsMs, offsets, mids: this.#mids, depth, trades: largest(this.#trades) };
  }

  /** Millions of trades may pass by; whoever has five thousand larger ones before it is out, whatever comes. */
  #dropSmall(): void {
    this.#trades = largest(this.#trades);
    this.#tooSmall = this.#trades.reduce((least, { size }) => Math.min(least, size), Number.POSITIVE_INFINITY);
  }

  #addSide(column: Float64Array, side: BookSide, i: number, mid: number, sign: 1 | -1): void {
    for (let k = 0; k < LEVELS; k++) {
      const px = side.px[k]![i]!;
      if (Number.isNaN(px)) continue;
      const distance = sign * Math.max(1, Math.ceil((sign * (px - mid)) / this.#tickNanos - ROUNDING));
      const row = this.#range - distance;
      if (row >= 0 && row < column.length) column[row] = column[row]! + side.sz[k]![i]!;
    }
  }
}

/** A tick such as 0.01 is no binary fraction: a whole number of ticks must not be counted as one more. */
const ROUNDING = 1e-9;

/** Halves go away from zero, the same above and below the mid. */
const roundAway = (value: number): number => {
  const rounded = Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
  return rounded === 0 ? 0 : rounded;
};

function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The largest trades, in their order of time; among equal ones the earlier. */
function largest(trades: HeatmapTrade[]): HeatmapTrade[] {
  if (trades.length <= TRADES_MAX) return trades;
  const bySize = trades.map((trade, at) => ({ trade, at })).sort((a, b) => b.trade.size - a.trade.size || a.at - b.at);
  return bySize
    .slice(0, TRADES_MAX)
    .sort((a, b) => a.at - b.at)
    .map(({ trade }) => trade);
}
