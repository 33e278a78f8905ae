/** A client's feature set (forecastlab 8) as requests, in the order of its columns. */
import { calendar } from './calendar.js';
import type { FeatureRequest } from './demand-feature.js';
import type { TargetName } from './demand-panel.js';
import { lag } from './lag.js';
import { holiday, promotion } from './planned-day.js';
import { price } from './price.js';
import { type Aggregation, rolling } from './rolling.js';
import { inventory, stockout } from './stock.js';

/** The parts of FeatureSetConfig that make columns; a part that is null makes none. */
export interface FeatureSet {
  readonly lag: {
    readonly lags: readonly number[];
    readonly target: TargetName;
    readonly fillValue: number | null;
  } | null;
  readonly rolling: {
    readonly windows: readonly number[];
    readonly aggregations: readonly Aggregation[];
    readonly target: TargetName;
    readonly minPeriods: number | null;
  } | null;
  readonly calendar: {
    readonly dayOfWeek: boolean;
    readonly month: boolean;
    readonly quarter: boolean;
    readonly year: boolean;
    readonly isWeekend: boolean;
    readonly isMonthEnd: boolean;
    readonly isHoliday: boolean;
    readonly isCyclical: boolean;
  } | null;
  readonly exogenous: {
    readonly price: boolean;
    readonly priceLags: readonly number[];
    readonly priceChange: boolean;
    readonly promotion: boolean;
    readonly inventory: boolean;
    readonly stockout: boolean;
  } | null;
}

/** Lag, rolling, calendar with the holiday last, then price, promotion, inventory, stock-out. */
export function requestsOf({ lag: lags, rolling: windows, calendar: dates, exogenous }: FeatureSet): FeatureRequest[] {
  const requests: FeatureRequest[] = [];
  if (lags !== null) requests.push(lag.request(lags));
  if (windows !== null) requests.push(rolling.request(windows));
  if (dates !== null) requests.push(calendar.request(dates));
  if (dates?.isHoliday) requests.push(holiday.requestDefaults());
  if (exogenous === null) return requests;
  const { priceLags, priceChange } = exogenous;
  if (exogenous.price || priceChange)
    requests.push(price.request({ lags: exogenous.price ? priceLags : [], hasChange: priceChange }));
  if (exogenous.promotion) requests.push(promotion.requestDefaults());
  if (exogenous.inventory) requests.push(inventory.requestDefaults());
  if (exogenous.stockout) requests.push(stockout.requestDefaults());
  return requests;
}
