/** Percentiles as LightGBM takes them for the leaves and the start of its l1 and quantile losses. */

/**
 * The `alpha` percentile of some values, NaN-free; of none it is 0.
 *
 * Unweighted: linear between the two values around position (n - 1) alpha (LightGBM's PercentileFun; type 7 of Hyndman & Fan 1996).
 * Weighted: the first value whose running weight is above alpha of the total.
 */
export function percentile(values: Float64Array, weights: Float64Array | undefined, alpha: number): number {
  if (values.length <= 1) return values[0] ?? 0;
  return weights === undefined ? plain(values, alpha) : weighted(values, weights, alpha);
}

function plain(values: Float64Array, alpha: number): number {
  const sorted = values.slice().sort();
  const last = sorted.length - 1;
  // Counted from the largest, as LightGBM counts.
  const position = last * (1 - alpha);
  const whole = Math.floor(position);
  const above = sorted[last - whole]!;
  const below = sorted[Math.max(0, last - whole - 1)]!;
  return above - (above - below) * (position - whole);
}

function weighted(values: Float64Array, weights: Float64Array, alpha: number): number {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const running = new Float64Array(order.length);
  let sum = 0;
  for (let i = 0; i < order.length; i++) {
    sum += weights[order[i]!]!;
    running[i] = sum;
  }
  const found = running.findIndex((weight) => weight > sum * alpha);
  return values[order[found < 0 ? order.length - 1 : found]!]!;
}
