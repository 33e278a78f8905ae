/** What simulated demand is made of; the defaults are those of forecastlab 18. */

export interface RetailParams {
  readonly stores: number;
  readonly products: number;
  /** Day number of the first day. */
  readonly fromDay: number;
  readonly days: number;
  /** Units a day of a plain product on a plain day. */
  readonly base: number;
  /** linear: 1 + slope d; exponential: e^(slope d), d days since `trendFromDay` (the first day unless sales are continued). */
  readonly trend: 'none' | 'linear' | 'exponential';
  readonly slopePerDay: number;
  readonly trendFromDay?: number;
  /** Monday to Sunday. */
  readonly weekdays: readonly number[];
  /** January to December. */
  readonly months: readonly number[];
  /** Holidays of every year that move demand, over the federal ones, which are only marked. */
  readonly holidays: readonly HolidayEffect[];
  readonly promotion: { readonly startsPerMonth: number; readonly lift: number };
  readonly price: { readonly changesPerDay: number; readonly elasticity: number };
  /** Deviation of the daily noise, as a share. */
  readonly noise: number;
  readonly anomaly: { readonly probability: number; readonly factor: number };
  readonly stockoutPerDay: number;
  /** Half of the products are launched within the first half of the days and take this many days to their full demand; 0: none. */
  readonly launchRampDays: number;
  /** Share of store and product pairs without any sales. */
  readonly sparsity: number;
  /** Runs of 2..10 days without rows in every series. */
  readonly gapsPerSeries: number;
  /** Share of products that sell on some days only, and the chance of a day. */
  readonly intermittent: { readonly share: number; readonly dayProbability: number };
}

export interface HolidayEffect {
  readonly month: number;
  readonly dayOfMonth: number;
  readonly name: string;
  readonly factor: number;
}

export const RETAIL_DEFAULTS: Omit<RetailParams, 'fromDay' | 'days'> = {
  stores: 10,
  products: 50,
  base: 100,
  trend: 'linear',
  slopePerDay: 0.0005,
  weekdays: [0.8, 0.9, 1, 1, 1.1, 1.3, 1.2],
  months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  holidays: [],
  promotion: { startsPerMonth: 0.1, lift: 1.3 },
  price: { changesPerDay: 0.1 / 30, elasticity: -0.5 },
  noise: 0.15,
  anomaly: { probability: 0.01, factor: 2 },
  stockoutPerDay: 0.02,
  launchRampDays: 0,
  sparsity: 0,
  gapsPerSeries: 0,
  intermittent: { share: 0, dayProbability: 0.2 },
};
