/** The points and one-step forecasts of a smoothing model that was learnt before. */
import type { FittedSmoothing } from './fit.js';
import { forecastState, layoutOf, pointSize, SmoothingRun } from './recursion.js';

export const forecastSmoothing = ({ model, last, weights }: FittedSmoothing, horizon: number): Float64Array =>
  forecastState(model, last, weights.phi ?? 1, horizon);

/** Walks over a series from the learnt first states with the learnt weights. */
export function replaySmoothing({ model, weights, first }: FittedSmoothing, values: Float64Array): Float64Array {
  const layout = layoutOf(model);
  const point = new Float64Array(pointSize(model));
  point[0] = weights.alpha;
  if (layout.beta >= 0) point[layout.beta] = weights.beta ?? 0;
  if (layout.gamma >= 0) point[layout.gamma] = weights.gamma ?? 0;
  if (layout.phi >= 0) point[layout.phi] = weights.phi ?? 1;
  point[layout.level] = first.level;
  if (layout.slope >= 0) point[layout.slope] = first.slope;
  if (layout.seasonal >= 0) point.set(first.seasonal.slice(1), layout.seasonal);
  const run = new SmoothingRun(model);
  run.begin(point);
  const forecasts = new Float64Array(values.length);
  run.walk(values, point, forecasts);
  return forecasts;
}
