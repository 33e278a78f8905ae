/** Daily demand of stores and products whose effects are known, because we put them there (forecastlab 18). */
import type { Rng } from '#base/rng.js';
import { civilDate, weekday } from '../calendar/civil-date.js';
import type { DemandPanel } from '../features/demand-panel.js';
import { exp } from '../math/exp.js';
import { drawNormal, shuffle } from '../random/draws.js';
import { happens } from './chance.js';
import { federalHolidays } from './federal-holidays.js';
import { type ProductPlan, planProduct, priceOn, promotionOn } from './product-plan.js';
import { RETAIL_DEFAULTS, type RetailParams } from './retail-params.js';

/** Factors of demand; their product with the base, rounded, is what customers wanted. */
export const EFFECTS = [
  'trend',
  'weekday',
  'month',
  'holiday',
  'promotion',
  'price',
  'launch',
  'noise',
  'anomaly',
  'occurrence',
] as const;
export type Effect = (typeof EFFECTS)[number];

export interface SimulatedRetail {
  /** One series a pair of store and product that sells, by store, then product; `quantity` is NaN on the days of an empty shelf. */
  readonly panel: Required<DemandPanel>;
  /** Store and product (from 0) of each series. */
  readonly store: Int32Array;
  readonly product: Int32Array;
  /** Units on their way, by row. */
  readonly onOrder: Int32Array;
  readonly plans: readonly ProductPlan[];
  /** What a model should find out; it is not to be learnt from. */
  readonly truth: {
    readonly params: RetailParams;
    /** What customers wanted, also on days when the shelf was empty. */
    readonly demand: Float64Array;
    /** By row. */
    readonly effects: Readonly<Record<Effect, Float64Array>>;
  };
}

const STOCK_MEAN = 500;
const STOCK_SPREAD = 0.3;
const REORDER_BELOW = 150;

/**
 * Rows of a seeded chain of stores. Each product and each pair draws from generators of its own (`fork`), so more products leave the
 * rows of the others as they are. A day of an empty shelf has its row with stock 0 and no quantity: sales are censored,
 * and `truth.demand` says by how much. A negative elasticity times the relative price change shifts demand; it never falls below zero.
 */
export function simulateRetail(
  given: Partial<RetailParams> & Pick<RetailParams, 'fromDay' | 'days'>,
  rng: Rng,
): SimulatedRetail {
  const params: RetailParams = { ...RETAIL_DEFAULTS, ...given };
  const plans = Array.from({ length: params.products }, (_, product) =>
    planProduct(product, params, rng.fork(`product:${product}`)),
  );
  const dates = describeDates(params);
  const rows = collectRows();
  for (const [store, product] of sellingPairs(params, rng.fork('pairs'))) {
    const pair = rng.fork(`store:${store}:product:${product}`);
    addSeries({ params, plan: plans[product]!, store, dates, rng: pair, rows });
  }
  return { ...rows.finish(), plans, truth: { params, ...rows.truth() } };
}

/** Every pair but the share that never sells, which is exact and spread by chance. */
function sellingPairs({ stores, products, sparsity }: RetailParams, rng: Rng): [store: number, product: number][] {
  const order = Array.from({ length: stores * products }, (_, i) => i);
  shuffle(order, rng);
  const kept = order.slice(Math.round(order.length * sparsity)).sort((a, b) => a - b);
  return kept.map((i) => [Math.floor(i / products), i % products]);
}

interface DateEffects {
  readonly day: number;
  readonly isHoliday: boolean;
  readonly trend: number;
  readonly weekday: number;
  readonly month: number;
  readonly holiday: number;
}

function describeDates(params: RetailParams): DateEffects[] {
  const { fromDay, days, trend, slopePerDay, trendFromDay = fromDay } = params;
  return Array.from({ length: days }, (_, i) => {
    const day = fromDay + i;
    const { year, month, day: dayOfMonth } = civilDate(day);
    const effect = params.holidays.find((one) => one.month === month && one.dayOfMonth === dayOfMonth);
    const since = day - trendFromDay;
    return {
      day,
      isHoliday: effect !== undefined || federalHolidays(year).some((holiday) => holiday.day === day),
      trend:
        trend === 'none' ? 1 : trend === 'linear' ? Math.max(0, 1 + slopePerDay * since) : exp(slopePerDay * since),
      weekday: params.weekdays[weekday(day)]!,
      month: params.months[month - 1]!,
      holiday: effect?.factor ?? 1,
    };
  });
}

interface SeriesTerms {
  readonly params: RetailParams;
  readonly plan: ProductPlan;
  readonly store: number;
  readonly dates: readonly DateEffects[];
  readonly rng: Rng;
  readonly rows: RowCollector;
}

/** Each effect draws on every day, whether the row stays or not: switching one off does not move the others. */
function addSeries({ params, plan, store, dates, rng, rows }: SeriesTerms): void {
  const [noise, anomalies, shelf, stock, days] = ['noise', 'anomaly', 'shelf', 'stock', 'days'].map((part) =>
    rng.fork(part),
  ) as [Rng, Rng, Rng, Rng, Rng];
  const missing = drawGaps(params, rng.fork('gaps'));
  rows.beginSeries(store, plan.product);
  for (const date of dates) {
    const { day } = date;
    const regular = priceOn(plan, store, day);
    const promotion = promotionOn(plan, store, day);
    const isEmpty = happens(shelf, params.stockoutPerDay);
    const onHand = Math.max(0, Math.round(STOCK_MEAN * (1 + STOCK_SPREAD * drawNormal(stock))));
    const reordered = 100 + stock.below(401);
    const effects: Record<Effect, number> = {
      trend: date.trend,
      weekday: date.weekday,
      month: date.month,
      holiday: date.holiday,
      promotion: promotion === undefined ? 1 : params.promotion.lift,
      price: Math.max(0, 1 + params.price.elasticity * (regular / plan.basePrice - 1)),
      launch: rampOf(params, plan, day),
      noise: Math.max(0, 1 + params.noise * drawNormal(noise)),
      anomaly: drawAnomaly(params, anomalies),
      occurrence: happens(days, params.intermittent.dayProbability) || !plan.isIntermittent ? 1 : 0,
    };
    if (missing.has(day) || day < (plan.launchDay ?? day)) continue;
    let demand = params.base;
    for (const effect of EFFECTS) demand *= effects[effect];
    const held = isEmpty ? 0 : onHand;
    rows.addRow({
      day,
      demand: Math.round(demand),
      effects,
      isEmpty,
      isHoliday: date.isHoliday,
      isPromoted: promotion !== undefined,
      price: Math.round(regular * (1 - (promotion?.discount ?? 0)) * 100) / 100,
      onHand: held,
      onOrder: held < REORDER_BELOW ? reordered : 0,
    });
  }
}

function rampOf({ launchRampDays }: RetailParams, { launchDay }: ProductPlan, day: number): number {
  if (launchDay === undefined || day < launchDay) return 1;
  return Math.min(1, (day - launchDay + 1) / launchRampDays);
}

/** Mostly 1; an anomaly multiplies or divides, as often the one as the other. */
function drawAnomaly({ anomaly }: RetailParams, rng: Rng): number {
  const isAnomaly = happens(rng, anomaly.probability);
  const isUp = happens(rng, 0.5);
  if (!isAnomaly) return 1;
  return isUp ? anomaly.factor : 1 / anomaly.factor;
}

function drawGaps({ gapsPerSeries, fromDay, days }: RetailParams, rng: Rng): Set<number> {
  const missing = new Set<number>();
  for (let gap = 0; gap < gapsPerSeries; gap++) {
    const start = fromDay + rng.below(days);
    const length = 2 + rng.below(9);
    for (let day = start; day < start + length; day++) missing.add(day);
  }
  return missing;
}

interface RetailRow {
  readonly day: number;
  readonly demand: number;
  readonly effects: Readonly<Record<Effect, number>>;
  readonly isEmpty: boolean;
  readonly isHoliday: boolean;
  readonly isPromoted: boolean;
  readonly price: number;
  readonly onHand: number;
  readonly onOrder: number;
}

type RowCollector = ReturnType<typeof collectRows>;

/** Rows become columns at the end, when their number is known. */
function collectRows() {
  const rows: RetailRow[] = [];
  const [starts, stores, products]: [number[], number[], number[]] = [[], [], []];
  const measured = (read: (row: RetailRow) => number) => Float64Array.from(rows, read);
  const flags = (read: (row: RetailRow) => boolean) => Uint8Array.from(rows, (row) => Number(read(row)));
  return {
    beginSeries(store: number, product: number) {
      starts.push(rows.length);
      stores.push(store);
      products.push(product);
    },
    addRow: (row: RetailRow) => {
      rows.push(row);
    },
    finish: () => ({
      panel: {
        rows: rows.length,
        offsets: Int32Array.from([...starts, rows.length]),
        day: Int32Array.from(rows, ({ day }) => day),
        quantity: measured(({ demand, isEmpty }) => (isEmpty ? Number.NaN : demand)),
        unitPrice: measured(({ price }) => price),
        totalAmount: measured(({ demand, price, isEmpty }) =>
          isEmpty ? Number.NaN : Math.round(demand * price * 100) / 100,
        ),
        onHand: measured(({ onHand }) => onHand),
        isStockout: measured(({ isEmpty }) => Number(isEmpty)),
        isPromoted: flags(({ isPromoted }) => isPromoted),
        isHoliday: flags(({ isHoliday }) => isHoliday),
      },
      store: Int32Array.from(stores),
      product: Int32Array.from(products),
      onOrder: Int32Array.from(rows, ({ onOrder }) => onOrder),
    }),
    truth: () => ({
      demand: measured(({ demand }) => demand),
      effects: Object.fromEntries(EFFECTS.map((name) => [name, measured(({ effects }) => effects[name])])) as Record<
        Effect,
        Float64Array
      >,
    }),
  };
}
