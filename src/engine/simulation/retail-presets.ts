/** The seeder's scenarios (forecastlab 18): what each changes of the defaults. */
import { RETAIL_DEFAULTS, type RetailParams } from './retail-params.js';

export interface RetailPreset {
  readonly name: string;
  readonly description: string;
  /** `YYYY-MM-DD`, both included; null: so many days that end today. */
  readonly dates: { readonly from: string; readonly to: string } | { readonly daysUntilToday: number };
  readonly params: Omit<RetailParams, 'fromDay' | 'days'>;
}

const YEAR_2024 = { from: '2024-01-01', to: '2024-12-31' } as const;

const flatNoise = { ...RETAIL_DEFAULTS, trend: 'none', slopePerDay: 0 } as const;

export const retailPresets: readonly RetailPreset[] = [
  {
    name: 'retail_standard',
    description: 'A year of ordinary trade: weekly seasons, a slow rise, some promotions and empty shelves.',
    dates: YEAR_2024,
    params: RETAIL_DEFAULTS,
  },
  {
    name: 'holiday_rush',
    description: 'The last quarter: exponential rise, many promotions, Thanksgiving to Christmas.',
    dates: { from: '2024-10-01', to: '2024-12-31' },
    params: {
      ...RETAIL_DEFAULTS,
      base: 80,
      trend: 'exponential',
      slopePerDay: 0.005,
      noise: 0.2,
      promotion: { startsPerMonth: 0.25, lift: 1.3 },
      stockoutPerDay: 0.15,
      months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.3, 1.8],
      holidays: [
        { month: 11, dayOfMonth: 28, name: 'Thanksgiving', factor: 2 },
        { month: 11, dayOfMonth: 29, name: 'Black Friday', factor: 3 },
        { month: 12, dayOfMonth: 24, name: 'Christmas Eve', factor: 1.5 },
        { month: 12, dayOfMonth: 25, name: 'Christmas Day', factor: 0.3 },
      ],
    },
  },
  {
    name: 'high_variance',
    description: 'Noise and outliers, no trend.',
    dates: YEAR_2024,
    params: {
      ...flatNoise,
      noise: 0.4,
      anomaly: { probability: 0.05, factor: 3 },
      promotion: { startsPerMonth: 0.15, lift: 1.3 },
      stockoutPerDay: 0.05,
    },
  },
  {
    name: 'stockout_heavy',
    description: 'Shelves are empty on every fourth day, so sales say less than demand.',
    dates: YEAR_2024,
    params: {
      ...flatNoise,
      base: 50,
      noise: 0.2,
      promotion: { startsPerMonth: 0.2, lift: 1.3 },
      stockoutPerDay: 0.25,
    },
  },
  {
    name: 'new_launches',
    description: 'Half of the products are new and ramp up over 45 days.',
    dates: YEAR_2024,
    params: {
      ...RETAIL_DEFAULTS,
      products: 100,
      base: 80,
      slopePerDay: 0.002,
      noise: 0.1,
      promotion: { startsPerMonth: 0.15, lift: 1.3 },
      launchRampDays: 45,
    },
  },
  {
    name: 'sparse',
    description: 'Half of the pairs never sell, the others have holes.',
    dates: YEAR_2024,
    params: {
      ...flatNoise,
      noise: 0.1,
      promotion: { startsPerMonth: 0.05, lift: 1.3 },
      sparsity: 0.5,
      gapsPerSeries: 3,
    },
  },
  {
    name: 'demo_minimal',
    description: 'Three stores, ten products, the last three months.',
    dates: { daysUntilToday: 92 },
    params: { ...RETAIL_DEFAULTS, stores: 3, products: 10, noise: 0.1 },
  },
];
