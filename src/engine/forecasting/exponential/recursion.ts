/** Exponential smoothing: what the states forecast, and how each observation moves them. */
import { assert } from '#base/assert.js';
import { log } from '../../math/log.js';

/**
 * One member of the family, as Hyndman, Koehler, Ord & Snyder, Forecasting with Exponential Smoothing (2008), name them: error, trend, season.
 *
 * A multiplicative trend is left out: its forecasts run away, and no automatic choice should make it.
 */
export interface SmoothingModel {
  readonly error: 'additive' | 'multiplicative';
  readonly trend: 'none' | 'additive' | 'damped';
  readonly season: 'none' | 'additive' | 'multiplicative';
  /** Observations a season; 1 without one. */
  readonly period: number;
}

/** What is learnt; survives JSON. Parameters that a model has not are null. */
export interface SmoothingWeights {
  readonly alpha: number;
  readonly beta: number | null;
  readonly gamma: number | null;
  readonly phi: number | null;
}

/** Level, slope (0 without a trend) and the next season's figures, the next observation's first. */
export interface SmoothingState {
  readonly level: number;
  readonly slope: number;
  readonly seasonal: readonly number[];
}

/** Below this a figure that divides counts as zero. */
const TINY = 1e-10;
/** What a ratio by zero is taken for: large enough to be chosen by no search, and still finite. */
const HUGE = 1e10;

/** How many numbers a point of the search has: weights, level, slope, all but one seasonal figure. */
export const pointSize = ({ trend, season, period }: SmoothingModel): number =>
  2 + (trend === 'none' ? 0 : 2) + (trend === 'damped' ? 1 : 0) + (season === 'none' ? 0 : period);

/** Takes a point of the search apart: alpha, [beta], [gamma], [phi], level, [slope], [seasonal figures but the first]. */
export interface PointLayout {
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
  readonly level: number;
  readonly slope: number;
  readonly seasonal: number;
}

/** Positions in a point; -1 for what the model has not. */
export function layoutOf({ trend, season }: SmoothingModel): PointLayout {
  let at = 1;
  const beta = trend === 'none' ? -1 : at++;
  const gamma = season === 'none' ? -1 : at++;
  const phi = trend === 'damped' ? at++ : -1;
  const level = at++;
  const slope = trend === 'none' ? -1 : at++;
  return { beta, gamma, phi, level, slope, seasonal: season === 'none' ? -1 : at };
}

/** Runs one model over one series again and again; holds the only memory that needs. */
export class SmoothingRun {
  readonly model: SmoothingModel;
  readonly layout: PointLayout;
  /** Sum of squared errors: relative ones under a multiplicative error. */
  squares = 0;
  /** Sum of squared differences between observation and forecast, whatever the error. */
  distances = 0;
  /** Sum of log |forecast|; 0 under an additive error. */
  logForecasts = 0;
  level = 0;
  slope = 0;
  /** A ring: `seasonal[(start + t) % period]` is the figure of the observation t steps ahead. */
  readonly seasonal: Float64Array;
  private seasonalAt = 0;

  constructor(model: SmoothingModel) {
    this.model = model;
    this.layout = layoutOf(model);
    this.seasonal = new Float64Array(model.season === 'none' ? 1 : model.period);
  }

  /**
   * Sets the states of a point. The first observation's seasonal figure is what the others leave of a sum of 0 (of `period` when they multiply).
   *
   * Returns false where that makes a multiplying figure negative.
   */
  begin(point: ArrayLike<number>): boolean {
    const { layout, seasonal, model } = this;
    this.level = point[layout.level];
    this.slope = layout.slope < 0 ? 0 : point[layout.slope];
    this.seasonalAt = 0;
    if (layout.seasonal < 0) return true;
    const multiplies = model.season === 'multiplicative';
    let rest = multiplies ? model.period : 0;
    let smallest = Infinity;
    for (let i = 1; i < model.period; i++) {
      const figure = point[layout.seasonal + i - 1];
      seasonal[i] = figure;
      rest -= figure;
      smallest = Math.min(smallest, figure);
    }
    seasonal[0] = rest;
    return !multiplies || Math.min(smallest, rest) >= 0;
  }

  /** Walks over the series from the states set by `begin`, adding up errors; `forecasts` takes each one-step forecast. */
  walk(values: Float64Array, point: ArrayLike<number>, forecasts?: Float64Array): void {
    const { layout, model } = this;
    const alpha = point[0];
    const beta = layout.beta < 0 ? 0 : point[layout.beta];
    const gamma = layout.gamma < 0 ? 0 : point[layout.gamma];
    const phi = layout.phi < 0 ? 1 : point[layout.phi];
    if (model.season === 'none' && model.error === 'additive') this.walkPlain(values, alpha, beta, phi, forecasts);
    else this.walkAny(values, { alpha, beta, gamma, phi }, forecasts);
  }

  /** Additive errors and no season: most of all searches, so it has a loop of its own. */
  private walkPlain(
    values: Float64Array,
    alpha: number,
    beta: number,
    phi: number,
    forecasts: Float64Array | undefined,
  ): void {
    let { level, slope } = this;
    let squares = 0;
    for (let t = 0; t < values.length; t++) {
      const damped = phi * slope;
      const expected = level + damped;
      if (forecasts !== undefined) forecasts[t] = expected;
      const error = values[t] - expected;
      squares += error * error;
      level = expected + alpha * error;
      slope = damped + beta * error;
    }
    this.level = level;
    this.slope = slope;
    this.squares = squares;
    this.distances = squares;
    this.logForecasts = 0;
  }

  private walkAny(
    values: Float64Array,
    { alpha, beta, gamma, phi }: { alpha: number; beta: number; gamma: number; phi: number },
    forecasts: Float64Array | undefined,
  ): void {
    const { model, seasonal } = this;
    const period = seasonal.length;
    const adds = model.season === 'additive';
    const multiplies = model.season === 'multiplicative';
    const isRelative = model.error === 'multiplicative';
    let { level, slope, seasonalAt } = this;
    let [squares, distances, logs, product] = [0, 0, 0, 1];
    for (let t = 0; t < values.length; t++) {
      const y = values[t];
      const figure = seasonal[seasonalAt];
      const damped = phi * slope;
      const base = level + damped;
      const expected = adds ? base + figure : multiplies ? base * figure : base;
      if (forecasts !== undefined) forecasts[t] = expected;
      const distance = y - expected;
      distances += distance * distance;
      if (isRelative) {
        const size = Math.abs(expected);
        // By zero it is infinite or not a number, and the search turns away.
        const relative = distance / expected;
        squares += relative * relative;
        product *= size;
        // Logarithms are dear: one of a product of many, taken before it leaves the range of doubles.
        if (!(product < 1e100 && product > 1e-100)) {
          logs += log(product);
          product = 1;
        }
      }
      const adjusted = adds ? y - figure : multiplies ? (Math.abs(figure) < TINY ? HUGE : y / figure) : y;
      const surprise = adjusted - base;
      level = base + alpha * surprise;
      // beta / alpha times what the level moved beyond the slope, which was alpha times the surprise: the shorter way for the processor.
      slope = damped + beta * surprise;
      if (adds || multiplies) {
        const share = adds ? y - base : base === 0 ? HUGE : y / base;
        seasonal[seasonalAt] = figure + gamma * (share - figure);
        seasonalAt = seasonalAt + 1 === period ? 0 : seasonalAt + 1;
      }
    }
    this.level = level;
    this.slope = slope;
    this.seasonalAt = seasonalAt;
    this.squares = isRelative ? squares : distances;
    this.distances = distances;
    this.logForecasts = logs + (product === 1 ? 0 : log(product));
  }

  state(): SmoothingState {
    const period = this.seasonal.length;
    const seasonal =
      this.layout.seasonal < 0
        ? []
        : Array.from({ length: period }, (_, i) => this.seasonal[(this.seasonalAt + i) % period]);
    return { level: this.level, slope: this.slope, seasonal };
  }
}

/** The point forecasts of a state: level + slope (phi + phi^2 + ...), with the season's figure added or multiplied. */
export function forecastState(
  { trend, season, period }: SmoothingModel,
  { level, slope, seasonal }: SmoothingState,
  phi: number,
  horizon: number,
): Float64Array {
  assert(season === 'none' || seasonal.length === period, 'a season has a figure for each of its observations');
  const out = new Float64Array(horizon);
  let power = 1;
  let sum = 0;
  for (let h = 0; h < horizon; h++) {
    power *= phi;
    sum += trend === 'none' ? 0 : power;
    const base = level + sum * slope;
    const figure = season === 'none' ? 0 : seasonal[h % period];
    out[h] = season === 'additive' ? base + figure : season === 'multiplicative' ? base * figure : base;
  }
  return out;
}
