/** One-minute bars of a day's rows (umiki.md 4.5), with the forward return as label. */
import { ACTION, type BookRows, msClock, NANOS } from './book-rows.js';
import type { FeatureName, FeatureRows } from './features.js';

/** Means over a minute's two-sided rows: the bar's column and the feature it averages. */
const MEANS = [
  ['avg_spread', 'spread'],
  ['avg_imbalance', 'imbalance'],
  ['avg_imbalance_l1', 'imbalance_l1'],
  ['avg_imbalance_l5', 'imbalance_l5'],
  ['avg_depth_bid', 'depth_bid'],
  ['avg_depth_ask', 'depth_ask'],
  ['avg_book_slope_bid', 'book_slope_bid'],
  ['avg_book_slope_ask', 'book_slope_ask'],
  ['avg_ct_sz_ratio_bid', 'ct_sz_ratio_bid'],
  ['avg_ct_sz_ratio_ask', 'ct_sz_ratio_ask'],
  ['avg_r', 'r_value'],
  ['avg_delta_r', 'delta_r'],
  ['avg_boundary_bid', 'boundary_bid'],
  ['avg_boundary_ask', 'boundary_ask'],
] as const satisfies readonly (readonly [string, FeatureName])[];

type MeanName = (typeof MEANS)[number][0];

/** Columns of the bars file, in its order; `ts` is the minute's start in epoch milliseconds. */
export const BAR_COLUMNS = [
  'ts',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'n_events',
  'n_trades',
  ...MEANS.map(([name]) => name),
  'r_std',
  'delta_mid_std',
  'hidden_trade_volume',
  'trade_intensity',
  'return_1m',
  'direction_1m',
] as readonly BarColumn[];

export type BarColumn =
  | 'ts'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'n_events'
  | 'n_trades'
  | MeanName
  | 'r_std'
  | 'delta_mid_std'
  | 'hidden_trade_volume'
  | 'trade_intensity'
  | 'return_1m'
  | 'direction_1m';

/** Ascending by `ts`. NaN only in the two labels, where no bar follows 60 s later. */
export interface MinuteBars {
  readonly rows: number;
  readonly columns: Readonly<Record<BarColumn, Float64Array>>;
}

const MINUTE_MS = 60_000;

interface Prices {
  open: number;
  high: number;
  low: number;
  close: number;
  count: number;
}

/** Running mean and squares about it (Welford 1962): one pass, no cancellation. */
interface Spread {
  mean: number;
  squares: number;
}

interface Minute {
  readonly trades: Prices;
  readonly mids: Prices;
  volume: number;
  events: number;
  tradeRows: number;
  twoSided: number;
  hidden: number;
  readonly sums: Float64Array;
  readonly r: Spread;
  readonly deltaMid: Spread;
}

export interface BarRules {
  /** Which minutes count, by their start; all when not given. Rows outside are left out first. */
  readonly isInSession?: (minuteMs: number) => boolean;
  /** A return no larger than this, up or down, has direction 0. */
  readonly directionEps?: number;
}

/**
 * Bars of a file's rows, pushed stretch by stretch in file order with their features. Rows may go back in time a little:
 * they join the minute of their own time.
 */
export class MinuteBarsMaker {
  readonly #rules: BarRules;
  readonly #minutes = new Map<number, Minute | null>();

  constructor(rules: BarRules = {}) {
    this.#rules = rules;
  }

  push(rows: BookRows, features: FeatureRows): void {
    let atMs = Number.NaN;
    let minute: Minute | null = null;
    const msAt = msClock(rows);
    const read = readOf(features);
    for (let i = 0; i < rows.rows; i++) {
      const ms = Math.floor(msAt(i) / MINUTE_MS) * MINUTE_MS;
      if (ms !== atMs) {
        atMs = ms;
        minute = this.#minuteAt(ms);
      }
      if (minute !== null) addRow(minute, rows, read, i);
    }
  }

  #minuteAt(ms: number): Minute | null {
    const known = this.#minutes.get(ms);
    if (known !== undefined) return known;
    const minute = this.#rules.isInSession?.(ms) === false ? null : newMinute();
    this.#minutes.set(ms, minute);
    return minute;
  }

  /** A minute before the first price has no bar; a later one without a price stands at the close before it. */
  finish(): MinuteBars {
    const minutes = [...this.#minutes].filter((entry): entry is [number, Minute] => entry[1] !== null);
    minutes.sort(([a], [b]) => a - b);
    const bars: Bar[] = [];
    let close = Number.NaN;
    for (const [ms, minute] of minutes) {
      const prices = minute.trades.count > 0 ? minute.trades : minute.mids;
      if (prices.count === 0 && Number.isNaN(close)) continue;
      const flat = { open: close, high: close, low: close, close };
      const bar: Bar = { ms, minute, ...(prices.count > 0 ? prices : flat) };
      close = bar.close;
      bars.push(bar);
    }
    return toColumns(bars, this.#rules.directionEps ?? 0);
  }
}

interface Bar {
  readonly ms: number;
  readonly minute: Minute;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

const newPrices = (): Prices => ({ open: 0, high: 0, low: 0, close: 0, count: 0 });

const newMinute = (): Minute => ({
  trades: newPrices(),
  mids: newPrices(),
  volume: 0,
  events: 0,
  tradeRows: 0,
  twoSided: 0,
  hidden: 0,
  sums: new Float64Array(MEANS.length),
  r: { mean: 0, squares: 0 },
  deltaMid: { mean: 0, squares: 0 },
});

/** The columns that bars are made of, looked up by name once a stretch. */
interface ReadColumns {
  readonly mid: Float64Array;
  readonly hidden: Float64Array;
  readonly r: Float64Array;
  readonly deltaMid: Float64Array;
  readonly means: readonly Float64Array[];
}

const readOf = ({ columns }: FeatureRows): ReadColumns => ({
  mid: columns.mid_price,
  hidden: columns.hidden_trade_sz,
  r: columns.r_value,
  deltaMid: columns.delta_mid_price,
  means: MEANS.map(([, feature]) => columns[feature]),
});

function addRow(minute: Minute, rows: BookRows, read: ReadColumns, i: number): void {
  minute.events++;
  if (rows.action[i] === ACTION.trade) {
    minute.tradeRows++;
    minute.volume += rows.size[i]!;
    const price = rows.price[i]!;
    if (!Number.isNaN(price)) addPrice(minute.trades, price / NANOS);
  }
  const mid = read.mid[i]!;
  if (Number.isNaN(mid)) return;
  addPrice(minute.mids, mid);
  minute.twoSided++;
  minute.hidden += read.hidden[i]!;
  const { means } = read;
  for (let m = 0; m < means.length; m++) minute.sums[m] = minute.sums[m]! + means[m]![i]!;
  addTo(minute.r, read.r[i]!, minute.twoSided);
  addTo(minute.deltaMid, read.deltaMid[i]!, minute.twoSided);
}

function addPrice(prices: Prices, price: number): void {
  if (prices.count === 0) {
    prices.open = price;
    prices.high = price;
    prices.low = price;
  }
  if (price > prices.high) prices.high = price;
  if (price < prices.low) prices.low = price;
  prices.close = price;
  prices.count++;
}

function addTo(spread: Spread, value: number, count: number): void {
  const distance = value - spread.mean;
  spread.mean += distance / count;
  spread.squares += distance * (value - spread.mean);
}

function toColumns(bars: readonly Bar[], directionEps: number): MinuteBars {
  const column = (value: (bar: Bar, at: number) => number) => Float64Array.from(bars, value);
  const perTwoSided = (sum: number, { twoSided }: Minute) => (twoSided === 0 ? 0 : sum / twoSided);
  const deviation = (spread: Spread, minute: Minute) => Math.sqrt(Math.max(0, perTwoSided(spread.squares, minute)));
  const returns = column(({ ms, close }, at) => {
    const next = bars[at + 1];
    return next !== undefined && next.ms === ms + MINUTE_MS ? next.close / close - 1 : Number.NaN;
  });
  const means = MEANS.map(([name], m) => [name, column(({ minute }) => perTwoSided(minute.sums[m]!, minute))] as const);
  const columns = {
    ts: column(({ ms }) => ms),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ minute }) => minute.volume),
    n_events: column(({ minute }) => minute.events),
    n_trades: column(({ minute }) => minute.tradeRows),
    ...(Object.fromEntries(means) as Record<MeanName, Float64Array>),
    r_std: column(({ minute }) => deviation(minute.r, minute)),
    delta_mid_std: column(({ minute }) => deviation(minute.deltaMid, minute)),
    hidden_trade_volume: column(({ minute }) => minute.hidden),
    trade_intensity: column(({ minute }) => minute.tradeRows / 60),
    return_1m: returns,
    direction_1m: returns.map((change) => (Math.abs(change) <= directionEps ? 0 : Math.sign(change))),
  };
  return { rows: bars.length, columns };
}
