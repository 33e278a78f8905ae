/** The list of all demand features (forecastlab 8). To add one, write its file and name it here: documentation and tests follow. */
import { calendar } from './calendar.js';
import type { DemandFeature } from './demand-feature.js';
import { ewm } from './ewm.js';
import { lag } from './lag.js';
import { holiday, promotion } from './planned-day.js';
import { price } from './price.js';
import { rolling } from './rolling.js';
import { inventory, stockout } from './stock.js';

/** In the order of a feature set's columns. */
export const demandFeatures: readonly DemandFeature<never>[] = [
  lag,
  rolling,
  ewm,
  calendar,
  holiday,
  price,
  promotion,
  inventory,
  stockout,
];
