/** Gauss and Legendre's quadrature on [0, 1]: the points and weights that integrate polynomials without error. */

export interface Quadrature {
  /** Strictly between 0 and 1, ascending. */
  readonly points: Float64Array;
  /** Positive; they sum to 1. */
  readonly weights: Float64Array;
}

/**
 * The rule with `count` points, exact (but for rounding) up to degree 2 count - 1.
 *
 * Newton's method on the Legendre polynomial P_n from Tricomi's first guesses; w = 2 / ((1 - x^2) P_n'(x)^2), both mapped from [-1, 1].
 * Only + - * / are used, so the same bits come out everywhere. Golub & Welsch (1969); Press et al., Numerical Recipes, gauleg.
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  // The points lie symmetrically; x runs over the upper half from the outside in.
  for (let i = 0; i < (count + 1) >> 1; i++) {
    let x = cosine((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    // Newton doubles the digits: from a guess good to 1e-3 five steps are enough; a fixed number keeps the bits fixed.
    for (let step = 0; step < 8; step++) {
      let value = x;
      let before = 1;
      for (let n = 2; n <= count; n++) [value, before] = [((2 * n - 1) * x * value - (n - 1) * before) / n, value];
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    const weight = 1 / ((1 - x * x) * slope * slope);
    points[i] = (1 - x) / 2;
    points[count - 1 - i] = (1 + x) / 2;
    weights[i] = weight;
    weights[count - 1 - i] = weight;
  }
  return { points, weights };
}

/** cos x on [0, pi / 2] by its series, good enough for a first guess. */
function cosine(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 2; k <= 16; k += 2) {
    term *= (-x * x) / (k * (k - 1));
    sum += term;
  }
  return sum;
}
