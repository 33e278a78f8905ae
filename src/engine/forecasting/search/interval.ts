/** The minimum of a function of one number within an interval: a coarse look around, then Brent's method in the deepest valley. */

export interface IntervalSearch {
  readonly low: number;
  readonly high: number;
  readonly objective: (x: number) => number;
  /** Both ends and this many points between them are looked at first: the function may have several valleys. */
  readonly looks: number;
  /** How far the answer may be from the valley's floor. */
  readonly tolerance: number;
}

export interface IntervalResult {
  readonly x: number;
  readonly value: number;
}

/** 2 - the golden ratio: the share of an interval at which golden section takes its next point. */
const GOLDEN = 0.3819660112501051;
/** Golden section alone would narrow any interval to a 10^-8 of itself within these steps. */
const STEPS_MAX = 40;

/** The lowest point seen; of equal ones the smallest x of the first look. NaN never wins over a number. */
export function searchInterval({ low, high, objective, looks, tolerance }: IntervalSearch): IntervalResult {
  const width = (high - low) / (looks + 1);
  let best = { x: low, value: objective(low) };
  for (let i = 1; i <= looks + 1; i++) {
    const x = i === looks + 1 ? high : low + i * width;
    const value = objective(x);
    if (value < best.value || Number.isNaN(best.value)) best = { x, value };
  }
  const inner = descend(Math.max(low, best.x - width), Math.min(high, best.x + width), best, objective, tolerance);
  return inner.value < best.value ? inner : best;
}

/**
 * Successive parabolas through the three best points, golden section where a parabola leads astray: Brent, Algorithms for
 * Minimization without Derivatives (1973), chapter 5. Begins at a point already known.
 */
function descend(
  from: number,
  to: number,
  known: IntervalResult,
  objective: (x: number) => number,
  tolerance: number,
): IntervalResult {
  let [a, b] = [from, to];
  let [x, fx] = [known.x, known.value];
  let [w, fw, v, fv] = [x, fx, x, fx];
  let [step, earlier] = [0, 0];
  for (let i = 0; i < STEPS_MAX; i++) {
    const middle = 0.5 * (a + b);
    if (Math.abs(x - middle) <= 2 * tolerance - 0.5 * (b - a)) break;
    let isParabolic = false;
    if (Math.abs(earlier) > tolerance) {
      const r = (x - w) * (fx - fv);
      let q = (x - v) * (fx - fw);
      let p = (x - v) * q - (x - w) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      else q = -q;
      const previous = earlier;
      earlier = step;
      // A parabola's step counts when it stays inside and is less than half of the step before the last.
      if (Math.abs(p) < Math.abs(0.5 * q * previous) && p > q * (a - x) && p < q * (b - x)) {
        step = p / q;
        isParabolic = true;
        const at = x + step;
        if (at - a < 2 * tolerance || b - at < 2 * tolerance) step = x < middle ? tolerance : -tolerance;
      }
    }
    if (!isParabolic) {
      earlier = (x < middle ? b : a) - x;
      step = GOLDEN * earlier;
    }
    const u = x + (Math.abs(step) >= tolerance ? step : step > 0 ? tolerance : -tolerance);
    const fu = objective(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return { x, value: fx };
}
