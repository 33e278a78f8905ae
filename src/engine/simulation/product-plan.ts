/** What is decided about products before a day is sold: prices, promotions, launches. */
import type { Rng } from '#base/rng.js';
import { drawBetween, happens } from './chance.js';
import type { RetailParams } from './retail-params.js';

/** A price from one day to another (included; null: until further notice), of one store or of the whole chain (null). */
export interface PricePeriod {
  readonly product: number;
  readonly store: number | null;
  readonly fromDay: number;
  readonly toDay: number | null;
  readonly price: number;
}

export interface Promotion {
  readonly product: number;
  readonly store: number | null;
  readonly fromDay: number;
  /** Included. */
  readonly toDay: number;
  /** Taken off the price, as a share; demand answers by the lift alone. */
  readonly discount: number;
}

export interface ProductPlan {
  readonly product: number;
  readonly basePrice: number;
  readonly baseCost: number;
  /** Undefined for a product that was always there. */
  readonly launchDay: number | undefined;
  readonly isIntermittent: boolean;
  readonly prices: readonly PricePeriod[];
  readonly promotions: readonly Promotion[];
}

const CHAIN_WIDE_PRICES = 0.9;
const CHAIN_WIDE_PROMOTIONS = 0.7;
const PRICE_STEP = 0.2;
const DAYS_A_MONTH = 30;

const toCents = (amount: number) => Math.round(amount * 100) / 100;

/** The plan of one product; each part has a generator of its own, so a change of one parameter leaves the others as they are. */
export function planProduct(product: number, params: RetailParams, rng: Rng): ProductPlan {
  const money = rng.fork('money');
  const basePrice = toCents(drawBetween(money, 0.99, 29.99));
  const launch = rng.fork('launch');
  const isNew = params.launchRampDays > 0 && happens(launch, 0.5);
  return {
    product,
    basePrice,
    baseCost: toCents(basePrice * drawBetween(money, 0.4, 0.7)),
    launchDay: isNew ? params.fromDay + launch.below(Math.max(1, Math.floor(params.days / 2))) : undefined,
    isIntermittent: happens(rng.fork('intermittent'), params.intermittent.share),
    prices: planPrices(product, basePrice, params, rng.fork('prices')),
    promotions: planPromotions(product, params, rng.fork('promotions')),
  };
}

function planPrices(product: number, basePrice: number, params: RetailParams, rng: Rng): PricePeriod[] {
  const store = happens(rng, CHAIN_WIDE_PRICES) ? null : rng.below(params.stores);
  const periods: PricePeriod[] = [];
  let [price, fromDay] = [basePrice, params.fromDay];
  for (let day = params.fromDay + 1; day < params.fromDay + params.days; day++) {
    if (!happens(rng, params.price.changesPerDay)) continue;
    periods.push({ product, store, fromDay, toDay: day - 1, price });
    price = Math.max(0.01, toCents(price * (1 + drawBetween(rng, -PRICE_STEP, PRICE_STEP))));
    fromDay = day;
  }
  periods.push({ product, store, fromDay, toDay: null, price });
  return periods;
}

function planPromotions(product: number, params: RetailParams, rng: Rng): Promotion[] {
  const promotions: Promotion[] = [];
  const end = params.fromDay + params.days;
  for (let day = params.fromDay; day < end; day++) {
    if (!happens(rng, params.promotion.startsPerMonth / DAYS_A_MONTH)) continue;
    const store = happens(rng, CHAIN_WIDE_PROMOTIONS) ? null : rng.below(params.stores);
    const toDay = Math.min(end - 1, day + 2 + rng.below(12));
    promotions.push({ product, store, fromDay: day, toDay, discount: toCents(drawBetween(rng, 0.1, 0.3)) });
    // One at a time: two promotions of a product never overlap.
    day = toDay;
  }
  return promotions;
}

/** The regular price that a store asks on a day. */
export function priceOn({ prices, basePrice }: ProductPlan, store: number, day: number): number {
  const valid = prices.find(
    (period) =>
      (period.store === null || period.store === store) &&
      period.fromDay <= day &&
      (period.toDay === null || day <= period.toDay),
  );
  return valid?.price ?? basePrice;
}

export const promotionOn = ({ promotions }: ProductPlan, store: number, day: number): Promotion | undefined =>
  promotions.find(
    (promotion) =>
      (promotion.store === null || promotion.store === store) && promotion.fromDay <= day && day <= promotion.toDay,
  );
