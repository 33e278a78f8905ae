/** One regression for many series: it learns from all of them, and forecasts each from its own past, step by step. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { Rng } from '#base/rng.js';
import { type DemandPanel, seriesCount } from '../../features/demand-panel.js';
import { placeNumbers } from '../../frame/column-block.js';
import type { Matrix } from '../../frame/matrix.js';
import type { Control } from '../../models/model.js';
import { type FittedRidge, fitRidge, predictRidge, RIDGE_DEFAULTS } from '../../models/ridge.js';
import { createRng } from '../../random/xoshiro128.js';
import type { ForecastParams } from '../forecaster.js';
import {
  BOOSTED_DEFAULTS,
  boostedParams,
  type DemandObjective,
  type FittedTrees,
  fitTrees,
  treesPredictor,
} from '../lags/boosted-trees.js';
import { type DailySeries, dailySeries } from './daily-series.js';
import { PANEL_FEATURES } from './panel-features.js';

export interface GlobalParams extends ForecastParams {
  /** How many of the last days of each series are learnt from. */
  readonly historyDays?: number;
  /** What boosting makes small; absent means `tweedie` where no quantity is below zero and one above, else `regression`. */
  readonly objective?: DemandObjective;
  /** Numbers that name a series' store, category and the like: one column each, one value a series. */
  readonly attributes?: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
}

export interface FittedGlobal<Learnt> {
  readonly kind: string;
  readonly columns: readonly string[];
  /** What no forecast falls below: 0 where nothing below was ever seen. */
  readonly floor: number | null;
  readonly learnt: Learnt;
}

/**
 * A forecaster of whole panels.
 *
 * `forecast` answers for each row of the plan, in its order: a plan holds the days to come of the same series, numbered alike, with what
 * is planned for them (price, promotion, holiday); its quantities are not read. Forecasts of earlier days stand for observations in later
 * ones. Nothing measured after the history's end can be seen: it is not handed in.
 */
export interface GlobalForecaster<Learnt> {
  readonly name: string;
  readonly defaults: GlobalParams;
  /** Throws `insufficient_data` when no series has 28 days before one that is known. */
  fit(history: DemandPanel, params?: GlobalParams, rng?: Rng, control?: Control): FittedGlobal<Learnt>;
  forecast(fitted: FittedGlobal<Learnt>, history: DemandPanel, plan: DemandPanel, params?: GlobalParams): Float64Array;
}

interface LearnableRows {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly params: GlobalParams;
  readonly rng: Rng;
  readonly control: Control | undefined;
}

interface Learner<Learnt> {
  readonly name: string;
  readonly defaults: ForecastParams;
  fit(rows: LearnableRows): Learnt;
  predictor(learnt: Learnt): (x: Matrix) => Float64Array;
}

/** Days that must lie before a row, so that a week and a month can be averaged. */
const PAST_DAYS = 28;
const HISTORY_DAYS = 730;

function globalWith<Learnt>(learner: Learner<Learnt>): GlobalForecaster<Learnt> {
  const defaults: GlobalParams = { historyDays: HISTORY_DAYS, ...learner.defaults };
  return {
    name: learner.name,
    defaults,
    fit(history, given = {}, rng = createRng(1), control) {
      const params = { ...defaults, ...given };
      const { x, y } = trainingRows(history, params);
      if (y.length === 0) {
        throw errors.insufficientData(`Need a series with more than ${PAST_DAYS} days after its first sale`, {
          forecaster: learner.name,
          needed: PAST_DAYS + 1,
        });
      }
      const learnt = learner.fit({ x, y, params, rng, control });
      const floor = y.some((value) => value < 0) ? null : 0;
      return { kind: learner.name, columns: x.names, floor, learnt };
    },
    forecast(fitted, history, plan, { attributes = [] } = {}) {
      assert(
        namesOf(attributes).every((name, j) => fitted.columns[j] === name),
        'the attributes are those of the fit',
      );
      const predict = learner.predictor(fitted.learnt);
      return goOnTogether({ history, plan, attributes, floor: fitted.floor ?? -Infinity, predict });
    },
  };
}

const namesOf = (attributes: NonNullable<GlobalParams['attributes']>): string[] => [
  ...PANEL_FEATURES.map(({ name }) => name),
  ...attributes.map(({ name }) => name),
];

/** Rows of the last days of every series, from the first sale on. */
function trainingRows(history: DemandPanel, { historyDays = HISTORY_DAYS, attributes = [] }: GlobalParams) {
  const all = Array.from({ length: seriesCount(history) }, (_, s) => dailySeries(history, s));
  const rows = all.flatMap((series, s) => learnableDays(series, historyDays).map((at) => ({ series, s, at })));
  const names = namesOf(attributes);
  const columns = placeNumbers(names.length, rows.length);
  const y = new Float64Array(rows.length);
  rows.forEach(({ series, s, at }, row) => {
    y[row] = series.quantity[at];
    fillRow({ columns, row, series, s, at, attributes });
  });
  return { x: { rows: rows.length, names, columns }, y };
}

function learnableDays({ quantity, measured }: DailySeries, historyDays: number): number[] {
  const firstSale = quantity.findIndex((value) => value > 0);
  if (firstSale < 0) return [];
  const days: number[] = [];
  for (let at = Math.max(firstSale + PAST_DAYS, measured - historyDays); at < measured; at++) {
    if (!Number.isNaN(quantity[at])) days.push(at);
  }
  return days;
}

interface Row {
  readonly columns: readonly Float64Array[];
  readonly row: number;
  readonly series: DailySeries;
  readonly s: number;
  readonly at: number;
  readonly attributes: NonNullable<GlobalParams['attributes']>;
}

function fillRow({ columns, row, series, s, at, attributes }: Row): void {
  for (let j = 0; j < PANEL_FEATURES.length; j++) columns[j][row] = PANEL_FEATURES[j].valueAt(series, at);
  for (let j = 0; j < attributes.length; j++) columns[PANEL_FEATURES.length + j][row] = attributes[j].values[s];
}

interface Together {
  readonly history: DemandPanel;
  readonly plan: DemandPanel;
  readonly attributes: NonNullable<GlobalParams['attributes']>;
  readonly floor: number;
  readonly predict: (x: Matrix) => Float64Array;
}

/** All series step by step at once: the first day after each one's history, then the second. */
function goOnTogether({ history, plan, attributes, floor, predict }: Together): Float64Array {
  assert(seriesCount(history) === seriesCount(plan), 'a plan has the series of its history');
  const all = Array.from({ length: seriesCount(history) }, (_, s) => dailySeries(history, s, plan));
  const names = namesOf(attributes);
  const steps = Math.max(0, ...all.map(({ quantity, measured }) => quantity.length - measured));
  for (let step = 0; step < steps; step++) {
    const due = all.flatMap((series, s) => (series.measured + step < series.quantity.length ? [s] : []));
    const columns = placeNumbers(names.length, due.length);
    due.forEach((s, row) => {
      fillRow({ columns, row, series: all[s], s, at: all[s].measured + step, attributes });
    });
    const points = predict({ rows: due.length, names, columns });
    due.forEach((s, row) => {
      all[s].quantity[all[s].measured + step] = Math.max(floor, points[row]);
    });
  }
  const out = new Float64Array(plan.rows);
  for (let s = 0; s < all.length; s++) {
    for (let t = plan.offsets[s]; t < plan.offsets[s + 1]; t++) out[t] = all[s].quantity[plan.day[t] - all[s].firstDay];
  }
  return out;
}

/** Boosted trees over all series. Quantities below zero are refused under `poisson` and `tweedie`, by name. */
export const globalBoosted = globalWith<FittedTrees>({
  name: 'global_boosted',
  // A leaf of a hundred days of many series is still few of them, and less of it is chance.
  defaults: { ...BOOSTED_DEFAULTS, minRowsLeaf: 100 },
  fit: ({ x, y, params, rng, control }) =>
    fitTrees({ x, y, params: boostedParams(params), objective: params.objective ?? objectiveFor(y), rng, control }),
  predictor: treesPredictor,
});

const objectiveFor = (y: Float64Array): DemandObjective =>
  y.every((value) => value >= 0) && y.some((value) => value > 0) ? 'tweedie' : 'regression';

/** Ridge over all series. */
export const globalRidge = globalWith<FittedRidge>({
  name: 'global_ridge',
  defaults: { l2: RIDGE_DEFAULTS.l2 },
  fit: ({ x, y, params: { l2 = RIDGE_DEFAULTS.l2 } }) => fitRidge(x, y, { l2 }),
  predictor: (ridge) => (x) => predictRidge(ridge, x),
});
