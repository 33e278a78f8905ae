/** From wanted sizes to positions, fills, costs and net returns, bar by bar (sigma.md 12.4). */
import type { LabelledMatrix } from '../frame/matrix.js';

export interface Trade {
  /** The row whose decision opened it, and the one whose decision (or end, when forced) closed it. */
  readonly entryRow: number;
  readonly exitRow: number;
  readonly side: 1 | -1;
  /** Bars held. */
  readonly bars: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Compounded over its bars, after costs, per unit of capital. */
  readonly netReturn: number;
  /** Largest position held. */
  readonly size: number;
  /** Closed because the session, the contiguous rows or the data ended. */
  readonly isForced: boolean;
}

/** One entry a row, in order. */
export interface Ledger {
  readonly rows: Int32Array;
  readonly position: Float64Array;
  readonly gross: Float64Array;
  readonly cost: Float64Array;
  readonly net: Float64Array;
  /** Amount traded at this row, forced exits included. */
  readonly traded: Float64Array;
  readonly trades: readonly Trade[];
}

export interface FillRules {
  /** Cost of trading one unit of capital, one side. */
  readonly costRate: number;
  readonly fill: 'next_open' | 'close';
}

/** Whether a position can be carried from one row to the other: neighbouring bars, of one session for intraday models. */
export const isContinued = (matrix: LabelledMatrix, from: number, to: number): boolean =>
  matrix.barIndex[to] === matrix.barIndex[from]! + 1 &&
  (!matrix.isIntraday || matrix.session[to] === matrix.session[from]);

// Tranches that cancel leave rounding dust, which is no position.
const DUST = 1e-12;

/**
 * Position P_t = mean of the last h wanted sizes (overlapping tranches over the label's horizon).
 *
 * `next_open`: gross = P_prev * gap + P_t * day, with gap = next open / close - 1 and day = next close / next open - 1: what is held
 * earns the gap, what is new is bought at the next open. `close`: gross = P_t * bar return. Cost = rate * |P_t - P_prev|. Where rows are
 * not contiguous (session end of intraday models, missing rows, end of the data) the position is closed at the end of the last row's bar,
 * and that exit is charged to that row. A row without a next price opens nothing and closes what is held at its close.
 */
export function holdPositions(
  matrix: LabelledMatrix,
  rows: Int32Array,
  wanted: Float64Array,
  rules: FillRules,
): Ledger {
  const size = rows.length;
  const ledger = {
    rows,
    position: new Float64Array(size),
    gross: new Float64Array(size),
    cost: new Float64Array(size),
    net: new Float64Array(size),
    traded: new Float64Array(size),
  };
  const book = new TradeBook(matrix, rules);
  let held = 0;
  // First row whose tranche is still counted; moved forward by every break.
  let segmentStart = 0;
  for (let k = 0; k < size; k++) {
    const row = rows[k]!;
    if (k > 0 && !isContinued(matrix, rows[k - 1]!, row)) segmentStart = k;
    const { gap, day, isTradable } = moveOf(matrix, row, rules.fill);
    if (!isTradable) segmentStart = k + 1;
    const target = isTradable ? meanOfTranches(wanted, segmentStart, k, matrix.horizonBars) : 0;
    const ends = k + 1 === size || !isContinued(matrix, row, rows[k + 1]!);
    const forced = ends ? Math.abs(target) : 0;
    const traded = Math.abs(target - held) + forced;
    ledger.position[k] = target;
    ledger.gross[k] = held * gap + target * day;
    ledger.traded[k] = traded;
    ledger.cost[k] = rules.costRate * traded;
    ledger.net[k] = ledger.gross[k]! - ledger.cost[k]!;
    book.move(row, held, target, gap, day, isTradable);
    if (ends) book.closeAtEnd(row, target);
    held = ends ? 0 : target;
  }
  return { ...ledger, trades: book.trades };
}

/** What the fill at a row leads to: `gap` until it, `day` after it; both 0 where nothing can be filled. */
export function moveOf(matrix: LabelledMatrix, row: number, fill: FillRules['fill']) {
  if (fill === 'close') {
    const day = matrix.barReturn[row]!;
    return Number.isFinite(day) ? { gap: 0, day, isTradable: true } : { gap: 0, day: 0, isTradable: false };
  }
  const nextOpen = matrix.nextOpen[row]!;
  const gap = nextOpen / matrix.close[row]! - 1;
  const day = matrix.nextClose[row]! / nextOpen - 1;
  return Number.isFinite(gap) && Number.isFinite(day)
    ? { gap, day, isTradable: true }
    : { gap: 0, day: 0, isTradable: false };
}

/** The position at a bar: the mean of the last `horizon` wanted sizes, those before `segmentStart` left out. */
export function meanOfTranches(wanted: Float64Array, segmentStart: number, at: number, horizon: number): number {
  if (horizon === 1) return wanted[at]!;
  let sum = 0;
  for (let k = Math.max(segmentStart, at - horizon + 1); k <= at; k++) sum += wanted[k]!;
  const mean = sum / horizon;
  return Math.abs(mean) < DUST ? 0 : mean;
}

/** Keeps the one open trade: a maximal run of same-sign positions. */
class TradeBook {
  readonly trades: Trade[] = [];
  readonly #matrix: LabelledMatrix;
  readonly #rules: FillRules;
  #open: { entryRow: number; side: 1 | -1; growth: number; bars: number; size: number } | undefined;
  /** The newest bar's 1 + return, kept apart from the growth before it until no more cost can join it. */
  #lastFactor = 1;

  constructor(matrix: LabelledMatrix, rules: FillRules) {
    this.#matrix = matrix;
    this.#rules = rules;
  }

  move(row: number, held: number, target: number, gap: number, day: number, isTradable: boolean): void {
    const isSameSide = held !== 0 && Math.sign(held) === Math.sign(target);
    const { costRate } = this.#rules;
    if (held !== 0 && !isSameSide) {
      this.#earn(held * gap - costRate * Math.abs(held));
      this.#close(row, isTradable ? this.#fillPrice(row) : this.#matrix.close[row]!, !isTradable);
    }
    if (target === 0) return;
    if (isSameSide) this.#earn(held * gap + target * day - costRate * Math.abs(target - held));
    else {
      this.#open = { entryRow: row, side: target > 0 ? 1 : -1, growth: 1, bars: 0, size: 0 };
      this.#earn(target * day - costRate * Math.abs(target));
    }
    this.#open!.bars++;
    this.#open!.size = Math.max(this.#open!.size, Math.abs(target));
  }

  /** The position is closed at the end of this row's bar. The exit belongs to the row's return, not to a row of its own. */
  closeAtEnd(row: number, target: number): void {
    if (target === 0) return;
    // The row's net return is one number, so the exit cost joins the last factor instead of making a new one.
    this.#lastFactor -= this.#rules.costRate * Math.abs(target);
    const price =
      this.#rules.fill === 'next_open'
        ? this.#matrix.nextClose[row]!
        : this.#matrix.close[row]! * (1 + this.#matrix.barReturn[row]!);
    this.#close(row, price, true);
  }

  #earn(contribution: number): void {
    this.#open!.growth *= this.#lastFactor;
    this.#lastFactor = 1 + contribution;
  }

  #close(exitRow: number, exitPrice: number, isForced: boolean): void {
    const { entryRow, side, growth, bars, size } = this.#open!;
    const netReturn = growth * this.#lastFactor - 1;
    this.trades.push({
      entryRow,
      exitRow,
      side,
      bars,
      entryPrice: this.#fillPrice(entryRow),
      exitPrice,
      netReturn,
      size,
      isForced,
    });
    this.#open = undefined;
    this.#lastFactor = 1;
  }

  #fillPrice(row: number): number {
    return this.#rules.fill === 'next_open' ? this.#matrix.nextOpen[row]! : this.#matrix.close[row]!;
  }
}
