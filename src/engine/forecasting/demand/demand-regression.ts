/** Demand of one product in one store from its past, its price, its promotions and the date: `regression` and `lightgbm` of forecastlab 9.3. */
import { errors } from '#base/errors.js';
import type { Rng } from '#base/rng.js';
import type { Control } from '../../models/model.js';
import { createRng } from '../../random/xoshiro128.js';
import { VALUE_MAX } from '../known-series.js';
import { type BoostedParams, type FittedTrees, fitTrees, treesPredictor } from '../lags/boosted-trees.js';
import {
  baselinePrice,
  DEMAND_COLUMNS,
  type DemandHistory,
  type DemandPlan,
  futureFrame,
  trainingFrame,
} from './demand-frame.js';

export interface FittedDemandRegression {
  readonly kind: 'demand_regression';
  readonly featureColumns: readonly string[];
  readonly baselinePrice: number;
  readonly launchDay: number | null;
  /** The last observed quantities and their days, oldest first. */
  readonly historyTail: readonly number[];
  readonly historyTailDays: readonly number[];
  readonly trees: FittedTrees;
}

const DEMAND_DAYS_MIN = 30;
const TAIL_DAYS = 90;

export interface DemandFit {
  readonly history: DemandHistory;
  readonly params: BoostedParams;
  readonly rng?: Rng;
  readonly control?: Control;
}

/** Same rows and settings, same bytes. Fewer than 30 observed days, and quantities that are not finite, are refused. */
export function fitDemandRegression({
  history,
  params,
  rng = createRng(1),
  control,
}: DemandFit): FittedDemandRegression {
  const { day, quantity, unitPrice, launchDay = null } = history;
  const rows = quantity.length;
  if (rows < DEMAND_DAYS_MIN) {
    throw errors.insufficientData(
      `A regression model needs at least ${DEMAND_DAYS_MIN} observed days; this series has ${rows}`,
      { needed: DEMAND_DAYS_MIN, rows },
    );
  }
  const bad = quantity.findIndex((value) => !(value >= -VALUE_MAX && value <= VALUE_MAX));
  if (bad >= 0) throw errors.seriesUnusable(bad, `${quantity[bad]} is no quantity`);
  const baseline = baselinePrice(unitPrice);
  const frame = trainingFrame(history, baseline);
  return {
    kind: 'demand_regression',
    featureColumns: DEMAND_COLUMNS,
    baselinePrice: baseline,
    launchDay,
    historyTail: Array.from(quantity.subarray(-TAIL_DAYS)),
    historyTailDays: Array.from(day.subarray(-TAIL_DAYS)),
    trees: fitTrees({ x: frame, y: quantity, params, rng, control }),
  };
}

/** One point a day of the plan, never below 0. The plan's first day is the first after the last observed one. */
export function forecastDemand(fitted: FittedDemandRegression, plan: DemandPlan): Float64Array {
  const frame = futureFrame(fitted.historyTail, fitted.launchDay, plan);
  return treesPredictor(fitted.trees)(frame).map((point) => Math.max(0, point));
}
