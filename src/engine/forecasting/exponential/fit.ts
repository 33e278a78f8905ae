/** Learning one smoothing model from one series: weights and first states together, by simplex search. */
import { log } from '../../math/log.js';
import { exponentOf, powerOfTwo } from '../../math/powers-of-two.js';
import { searchSimplex } from '../search/nelder-mead.js';
import { forecastability, isInBox } from './admissible.js';
import {
  pointSize,
  type SmoothingModel,
  SmoothingRun,
  type SmoothingState,
  type SmoothingWeights,
} from './recursion.js';
import { startingPoint } from './start.js';

/** What is made small: the squared one-step errors, or twice the negative Gaussian log-likelihood without its constants. */
export type SmoothingCriterion = 'squares' | 'likelihood';

export interface FittedSmoothing {
  readonly model: SmoothingModel;
  readonly weights: SmoothingWeights;
  /** Before the first observation, and after the last. */
  readonly first: SmoothingState;
  readonly last: SmoothingState;
  readonly observations: number;
  /** Mean of the squared one-step errors. */
  readonly meanSquare: number;
  /** n log(sum of squared errors) + 2 sum log |forecast| where errors are relative: -2 log-likelihood but for constants. */
  readonly deviance: number;
}

/** Observations, from which on a model can be told from noise: more than it has parameters. */
export const canFit = (observations: number, model: SmoothingModel): boolean =>
  observations > pointSize(model) + 1 && (model.season === 'none' || observations >= 2 * model.period);

/**
 * Needs `canFit`, and positive values where errors or season multiply. Undefined where even the start has no finite value.
 *
 * The search knows sizes (its first step, its tolerance), so a series far below 1 is looked at enlarged by a power of two, which is exact.
 */
export function fitSmoothing(
  values: Float64Array,
  model: SmoothingModel,
  criterion: SmoothingCriterion,
): FittedSmoothing | undefined {
  const scale = enlargement(values);
  const seen = scale === 1 ? values : values.map((value) => value * scale);
  const run = new SmoothingRun(model);
  const { layout } = run;
  const isForecastable = forecastability(layout, model);
  const rows = values.length;
  const measure = (point: Float64Array): number => {
    if (!isInBox(point, layout) || !isForecastable(point) || !run.begin(point)) return Infinity;
    run.walk(seen, point);
    return criterion === 'squares' ? run.distances / rows : devianceOf(run, rows);
  };
  const start = startingPoint(seen, model);
  if (!Number.isFinite(measure(start))) return undefined;
  const { point } = searchSimplex({ start, objective: measure });
  for (let i = layout.level; i < point.length; i++) {
    const isFactor = layout.seasonal >= 0 && i >= layout.seasonal && model.season === 'multiplicative';
    if (!isFactor) point[i] /= scale;
  }
  return describe(values, run, point);
}

/** 1 for series of ordinary size, else the power of two that lifts their mean size to between 1 and 2. */
function enlargement(values: Float64Array): number {
  let size = 0;
  for (const value of values) size += Math.abs(value) / values.length;
  return size >= 1 || size < SIZE_MIN ? 1 : powerOfTwo(-exponentOf(size));
}

/** Below this a power of two that lifts it would leave the doubles: such a series is as good as zero. */
const SIZE_MIN = 1e-290;

/** A perfect fit has no likelihood; the bound keeps it comparable, and better than all others. */
const SQUARES_MIN = 1e-300;

const devianceOf = (run: SmoothingRun, rows: number): number =>
  rows * log(Math.max(run.squares, SQUARES_MIN)) + 2 * run.logForecasts;

function describe(values: Float64Array, run: SmoothingRun, point: Float64Array): FittedSmoothing {
  run.begin(point);
  const first = run.state();
  run.walk(values, point);
  const { layout, model } = run;
  const at = (place: number) => (place < 0 ? null : point[place]);
  return {
    model,
    weights: { alpha: point[0], beta: at(layout.beta), gamma: at(layout.gamma), phi: at(layout.phi) },
    first,
    last: run.state(),
    observations: values.length,
    meanSquare: run.distances / values.length,
    deviance: devianceOf(run, values.length),
  };
}
