/** Where a search for smoothing weights and states begins: Hyndman et al. (2008), section 2.6. */

import { fitLine } from '../line.js';
import { decompose, takeSeasonOut } from '../seasonal/decompose.js';
import { pointSize, type SmoothingModel } from './recursion.js';

/** The box that weights are looked for in, [low, high] each; beta also stays below alpha and gamma below 1 - alpha. */
export const WEIGHT_LOW = 1e-4;
export const WEIGHT_HIGH = 0.9999;
export const PHI_LOW = 0.8;
export const PHI_HIGH = 0.98;

/** Seasonal figures by which we divide or multiply are at least this. */
const FIGURE_MIN = 0.01;

/** How far into the box each weight begins. */
const WIDTH = WEIGHT_HIGH - WEIGHT_LOW;

/**
 * A point of the search. Level and slope come from a line through the first ten observations (or two seasons) without their season,
 * the season from a classical decomposition, which needs two whole seasons.
 */
export function startingPoint(values: Float64Array, model: SmoothingModel): Float64Array {
  const { trend, season, period } = model;
  const alpha = WEIGHT_LOW + (0.2 * WIDTH) / period;
  const point = [alpha];
  if (trend !== 'none') point.push(WEIGHT_LOW + 0.1 * (Math.min(WEIGHT_HIGH, alpha) - WEIGHT_LOW));
  if (season !== 'none') point.push(WEIGHT_LOW + 0.05 * (Math.min(WEIGHT_HIGH, 1 - alpha) - WEIGHT_LOW));
  if (trend === 'damped') point.push(PHI_LOW + 0.99 * (PHI_HIGH - PHI_LOW));

  const { adjusted, figures } = season === 'none' ? { adjusted: values, figures: [] } : splitSeason(values, model);
  const first = adjusted.subarray(0, Math.min(Math.max(10, 2 * period), adjusted.length));
  if (trend === 'none') point.push(meanOf(first));
  else {
    const line = fitLine(first);
    // Under a multiplicative error a first forecast of zero has no relative error.
    const isZero = Math.abs(line.level + line.slope) < 1e-8;
    point.push(isZero ? line.level * 1.001 : line.level, isZero ? line.slope * 0.999 : line.slope);
  }
  point.push(...figures);
  return Float64Array.from(point.slice(0, pointSize(model)));
}

/** The seasonal figures but the first observation's, and the series without its season. */
function splitSeason(values: Float64Array, { season, period }: SmoothingModel) {
  const multiplies = season === 'multiplicative';
  const { kind, figures } = decompose(values, period, multiplies ? 'multiplicative' : 'additive');
  // Not `Math.max`: a figure that is not a number must become the bound too.
  const bounded = multiplies ? figures.map((figure) => (figure > FIGURE_MIN ? figure : FIGURE_MIN)) : figures;
  const adjusted = takeSeasonOut(values, { kind, figures: bounded });
  const rest = [...bounded.subarray(1)];
  const sum = rest.reduce((total, figure) => total + figure, 0);
  if (!multiplies || sum <= period) return { adjusted, figures: rest };
  // The first figure is what the others leave of the period: it must stay positive.
  const bound = rest.reduce((total, figure) => total + figure + FIGURE_MIN, 0);
  return { adjusted, figures: rest.map((figure) => figure / bound) };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
