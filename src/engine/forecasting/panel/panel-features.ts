/** What a regression over many series sees of one day of one series: its past, its plan and its date. */
import { civilDate, weekday } from '../../calendar/civil-date.js';
import type { DailySeries } from './daily-series.js';

/** Reads quantities before `at` only, and the plan of `at` itself. */
interface PanelFeature {
  readonly name: string;
  readonly valueAt: (series: DailySeries, at: number) => number;
}

const LAGS = [1, 7, 14, 28] as const;
const WINDOWS = [7, 28, 91, 364] as const;
/** Weeks over which the same day of the week is averaged. */
const WEEKS = [4, 8] as const;
/** A price is compared with those of about a year. */
const PRICE_DAYS = 364;
/** The longest past any feature reads. */
const MEMORY_DAYS = 364;

const lag = (days: number): PanelFeature => ({
  name: `lag_${days}`,
  valueAt: ({ quantity }, at) => (at < days ? NaN : quantity[at - days]),
});

/** Mean of what is known of every `step`th day back, `count` of them. */
function meanBack(values: Float64Array, at: number, step: number, count: number): number {
  let [sum, known] = [0, 0];
  for (let i = 1; i <= count && at - i * step >= 0; i++) {
    const value = values[at - i * step];
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return known === 0 ? NaN : sum / known;
}

function shareOfZeros(values: Float64Array, at: number, days: number): number {
  let [zeros, known] = [0, 0];
  for (let i = Math.max(0, at - days); i < at; i++) {
    if (Number.isNaN(values[i])) continue;
    known++;
    if (values[i] === 0) zeros++;
  }
  return known === 0 ? NaN : zeros / known;
}

/** Days since something was sold, up to the memory. */
function daysSinceSale(values: Float64Array, at: number): number {
  for (let i = 1; i <= MEMORY_DAYS && i <= at; i++) if (values[at - i] > 0) return i;
  return NaN;
}

const finite = (value: number): number => (value - value === 0 ? value : NaN);

const dateOf = ({ firstDay }: DailySeries, at: number): number => firstDay + at;

/** In the order of the matrix. */
export const PANEL_FEATURES: readonly PanelFeature[] = [
  ...LAGS.map(lag),
  ...WINDOWS.map((days) => ({
    name: `mean_${days}`,
    valueAt: ({ quantity }: DailySeries, at: number) => meanBack(quantity, at, 1, days),
  })),
  ...WEEKS.map((weeks) => ({
    name: `weekday_mean_${weeks}`,
    valueAt: ({ quantity }: DailySeries, at: number) => meanBack(quantity, at, 7, weeks),
  })),
  { name: 'zeros_28', valueAt: ({ quantity }, at) => shareOfZeros(quantity, at, 28) },
  { name: 'days_since_sale', valueAt: ({ quantity }, at) => daysSinceSale(quantity, at) },
  { name: 'day_of_week', valueAt: (series, at) => weekday(dateOf(series, at)) },
  { name: 'day_of_month', valueAt: (series, at) => civilDate(dateOf(series, at)).day },
  { name: 'month', valueAt: (series, at) => civilDate(dateOf(series, at)).month },
  { name: 'price', valueAt: ({ price }, at) => price[at] },
  {
    name: 'price_factor',
    valueAt: ({ price }, at) => finite(price[at] / meanBack(price, at, 1, PRICE_DAYS)),
  },
  { name: 'promo_active', valueAt: ({ isPromoted }, at) => isPromoted[at] },
  { name: 'is_holiday', valueAt: ({ isHoliday }, at) => isHoliday[at] },
];
