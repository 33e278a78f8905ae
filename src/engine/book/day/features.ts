/** What the book says after each event: one row of numbers a canonical row (umiki.md 4.4). */
import { assert } from '#base/assert.js';
import { ACTION, type BookRows, type BookSide, isTwoSided, LEVELS, NANOS, SIDE } from './book-rows.js';

/** Columns of the features file, in its order. */
export const FEATURES = [
  'mid_price',
  'spread',
  'imbalance_l1',
  'imbalance_l5',
  'imbalance',
  'depth_bid',
  'depth_ask',
  'book_slope_bid',
  'book_slope_ask',
  'ct_sz_ratio_bid',
  'ct_sz_ratio_ask',
  'r_value',
  'delta_r',
  'hidden_trade_sz',
  'boundary_bid',
  'boundary_ask',
  'is_trade',
  'trade_size',
  'delta_mid_price',
  'delta_spread',
  'delta_bid_sz_00',
  'delta_ask_sz_00',
] as const;

export type FeatureName = (typeof FEATURES)[number];

export type FeatureColumns = Readonly<Record<FeatureName, Float64Array>>;

/** NaN in every column where the row is not two-sided. Columns may be longer than `rows`. */
export interface FeatureRows {
  readonly rows: number;
  readonly columns: FeatureColumns;
}

/** Columns to be filled again and again. */
export const newFeatureColumns = (rows: number): FeatureColumns =>
  Object.fromEntries(FEATURES.map((name) => [name, new Float64Array(rows)])) as Record<FeatureName, Float64Array>;

/** What the next row of an instrument is compared with. */
interface Before {
  hasRow: boolean;
  wasClear: boolean;
  bids: SideBefore;
  asks: SideBefore;
  hasTwoSided: boolean;
  r: number;
  mid: number;
  spread: number;
  bidSize: number;
  askSize: number;
}

interface SideBefore {
  readonly px: Float64Array;
  readonly sz: Float64Array;
  depth: number;
}

/** Sums over the displayed levels of one side; distances are from the mid, in ticks. */
interface SideSums {
  depth: number;
  depth5: number;
  orders: number;
  weighted: number;
  slope: number;
}

const DEFAULT_TICK = 0.01;
const SUB_DOLLAR_TICK = 0.0001;

/**
 * Features of a file's rows, stretch by stretch in file order; the state of each instrument goes over the cuts.
 *
 * `tick` in dollars, by default 0.01, or 0.0001 where the mid is below a dollar. `isHidden` is what `HiddenTrades` found, by record_index.
 * `r_value` (the radius of the star graph), `boundary` and hidden size are named by the seed and defined by the contract.
 */
export class BookFeatures {
  readonly #tick: number | undefined;
  readonly #isHidden: Uint8Array;
  readonly #before = new Map<number, Before>();
  readonly #bid: SideSums = { depth: 0, depth5: 0, orders: 0, weighted: 0, slope: 0 };
  readonly #ask: SideSums = { depth: 0, depth5: 0, orders: 0, weighted: 0, slope: 0 };

  constructor({ tick, isHidden }: { readonly tick?: number | undefined; readonly isHidden: Uint8Array }) {
    assert(tick === undefined || tick > 0, 'a tick is a positive number of dollars');
    this.#tick = tick;
    this.#isHidden = isHidden;
  }

  /** Into columns of their own, or into `columns`, which have room for all rows: they are as good as gone with the next push. */
  push(rows: BookRows, columns: FeatureColumns = newFeatureColumns(rows.rows)): FeatureRows {
    assert(columns.mid_price.length >= rows.rows, 'columns to fill have room');
    let instrumentId = -1;
    let before: Before = newBefore();
    for (let i = 0; i < rows.rows; i++) {
      if (rows.instrumentId[i]! !== instrumentId) {
        instrumentId = rows.instrumentId[i]!;
        before = this.#before.get(instrumentId) ?? newBefore();
        this.#before.set(instrumentId, before);
      }
      if (isTwoSided(rows, i)) this.#write(columns, rows, i, before);
      else for (const name of FEATURES) columns[name][i] = Number.NaN;
      remember(before, rows, i);
    }
    return { rows: rows.rows, columns };
  }

  #write(out: FeatureColumns, rows: BookRows, i: number, before: Before): void {
    const { bids, asks } = rows;
    const bestBid = bids.px[0]![i]!;
    const bestAsk = asks.px[0]![i]!;
    const midNanos = (bestBid + bestAsk) / 2;
    const mid = midNanos / NANOS;
    const spread = (bestAsk - bestBid) / NANOS;
    const tick = this.#tick ?? (mid < 1 ? SUB_DOLLAR_TICK : DEFAULT_TICK);
    const bid = sumSide(bids, i, midNanos, tick * NANOS, this.#bid);
    const ask = sumSide(asks, i, midNanos, tick * NANOS, this.#ask);
    const bidSize = bids.sz[0]![i]!;
    const askSize = asks.sz[0]![i]!;
    const size = bid.depth + ask.depth;
    const r = size === 0 ? 0 : (bid.weighted + ask.weighted) / size;
    const isTrade = rows.action[i] === ACTION.trade;
    out.mid_price[i] = mid;
    out.spread[i] = spread;
    out.imbalance_l1[i] = imbalance(bidSize, askSize);
    out.imbalance_l5[i] = imbalance(bid.depth5, ask.depth5);
    out.imbalance[i] = imbalance(bid.depth, ask.depth);
    out.depth_bid[i] = bid.depth;
    out.depth_ask[i] = ask.depth;
    out.book_slope_bid[i] = bid.slope;
    out.book_slope_ask[i] = ask.slope;
    out.ct_sz_ratio_bid[i] = bid.depth === 0 ? 0 : bid.orders / bid.depth;
    out.ct_sz_ratio_ask[i] = ask.depth === 0 ? 0 : ask.orders / ask.depth;
    out.r_value[i] = r;
    out.hidden_trade_sz[i] = isTrade && this.#isHidden[rows.firstIndex + i] === 1 ? rows.size[i]! : 0;
    const hasPast = before.hasRow && !before.wasClear;
    out.boundary_bid[i] = hasPast ? bid.depth - before.bids.depth - insideChange(rows, i, SIDE.bid, before.bids) : 0;
    out.boundary_ask[i] = hasPast ? ask.depth - before.asks.depth - insideChange(rows, i, SIDE.ask, before.asks) : 0;
    out.is_trade[i] = isTrade ? 1 : 0;
    out.trade_size[i] = isTrade ? rows.size[i]! : 0;
    const { hasTwoSided } = before;
    out.delta_r[i] = hasTwoSided ? r - before.r : 0;
    out.delta_mid_price[i] = hasTwoSided ? mid - before.mid : 0;
    out.delta_spread[i] = hasTwoSided ? spread - before.spread : 0;
    out.delta_bid_sz_00[i] = hasTwoSided ? bidSize - before.bidSize : 0;
    out.delta_ask_sz_00[i] = hasTwoSided ? askSize - before.askSize : 0;
    before.hasTwoSided = true;
    before.r = r;
    before.mid = mid;
    before.spread = spread;
    before.bidSize = bidSize;
    before.askSize = askSize;
  }
}

const imbalance = (bid: number, ask: number): number => (bid + ask === 0 ? 0 : (bid - ask) / (bid + ask));

/** Depth, orders, size-weighted distance, and the least-squares slope (with intercept) of cumulative size on distance. */
function sumSide(side: BookSide, i: number, midNanos: number, tickNanos: number, into: SideSums): SideSums {
  let levels = 0;
  let depth = 0;
  let depth5 = 0;
  let orders = 0;
  let weighted = 0;
  let sumD = 0;
  let sumC = 0;
  let sumDD = 0;
  let sumDC = 0;
  for (let k = 0; k < LEVELS; k++) {
    const px = side.px[k]![i]!;
    if (Number.isNaN(px)) continue;
    const size = side.sz[k]![i]!;
    const distance = Math.abs(px - midNanos) / tickNanos;
    levels++;
    depth += size;
    if (k < 5) depth5 += size;
    orders += side.ct[k]![i]!;
    weighted += size * distance;
    sumD += distance;
    sumC += depth;
    sumDD += distance * distance;
    sumDC += distance * depth;
  }
  const variance = levels * sumDD - sumD * sumD;
  // Levels at one distance only differ by rounding.
  const varies = levels >= 2 && variance > 1e-9 * sumDD;
  into.slope = varies ? (levels * sumDC - sumD * sumC) / variance : 0;
  into.depth = depth;
  into.depth5 = depth5;
  into.orders = orders;
  into.weighted = weighted;
  return into;
}

/** How much of a side's change of depth the event itself explains; what is left came in or went out through the tenth level. */
function insideChange(rows: BookRows, i: number, which: number, before: SideBefore): number {
  if (rows.side[i] !== which) return 0;
  const action = rows.action[i]!;
  if (action === ACTION.add) return rows.size[i]!;
  if (action === ACTION.cancel) return -rows.size[i]!;
  if (action !== ACTION.modify) return 0;
  const side = which === SIDE.bid ? rows.bids : rows.asks;
  let change = 0;
  for (let k = 0; k < LEVELS; k++) {
    const px = side.px[k]![i]!;
    if (Number.isNaN(px)) continue;
    const at = before.px.indexOf(px);
    if (at >= 0) change += side.sz[k]![i]! - before.sz[at]!;
  }
  return change;
}

const newSide = (): SideBefore => ({
  px: new Float64Array(LEVELS).fill(Number.NaN),
  sz: new Float64Array(LEVELS),
  depth: 0,
});

const newBefore = (): Before => ({
  hasRow: false,
  wasClear: false,
  bids: newSide(),
  asks: newSide(),
  hasTwoSided: false,
  r: 0,
  mid: 0,
  spread: 0,
  bidSize: 0,
  askSize: 0,
});

function remember(before: Before, rows: BookRows, i: number): void {
  before.hasRow = true;
  before.wasClear = rows.action[i] === ACTION.clear;
  rememberSide(before.bids, rows.bids, i);
  rememberSide(before.asks, rows.asks, i);
}

function rememberSide(before: SideBefore, side: BookSide, i: number): void {
  let depth = 0;
  for (let k = 0; k < LEVELS; k++) {
    const px = side.px[k]![i]!;
    before.px[k] = px;
    before.sz[k] = side.sz[k]![i]!;
    if (!Number.isNaN(px)) depth += side.sz[k]![i]!;
  }
  before.depth = depth;
}
