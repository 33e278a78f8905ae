/**
 * Means, deviations and the shape of a series; null where a number would have no meaning, and where one of the values is not finite.
 *
 * Values of exactly 0 enter a sum of powers together, as one product. It loses fewer digits than adding them one by one, and what a
 * strategy earned while it held nothing need not be visited (`kernels/sweep.ts`).
 */

/** Below this a deviation is rounding noise of a constant series. */
export const STD_MIN = 1e-12;

export function meanOf(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return Number.isFinite(sum) ? sum / values.length : null;
}

/** Sample deviation (n - 1); null below two values, exactly 0 below 1e-12. */
export function stdOf(values: ArrayLike<number>): number | null {
  const mean = meanOf(values);
  if (mean === null || values.length < 2) return null;
  const std = Math.sqrt(squaresAround(values, mean) / (values.length - 1));
  return std < STD_MIN ? 0 : std;
}

function squaresAround(values: ArrayLike<number>, mean: number): number {
  let squares = 0;
  let zeros = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) zeros++;
    else squares += (values[i]! - mean) * (values[i]! - mean);
  }
  // Of none: a mean too large to be squared would make NaN of nothing.
  return zeros === 0 ? squares : squares + zeros * (mean * mean);
}

/** mean / std; null when the deviation is zero or unknown. */
export function ratioOf(values: ArrayLike<number>): number | null {
  const std = stdOf(values);
  return std === null || std === 0 ? null : meanOf(values)! / std;
}

/** Population skewness m3 / m2^1.5 and kurtosis m4 / m2^2 (3 for a normal series); null for a constant one. */
export function shapeOf(values: ArrayLike<number>): { skew: number | null; kurtosis: number | null } {
  const mean = meanOf(values);
  const std = stdOf(values);
  if (mean === null || std === null || std === 0) return { skew: null, kurtosis: null };
  let [m2, m3, m4] = [0, 0, 0];
  let zeros = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) {
      zeros++;
      continue;
    }
    const d = values[i]! - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
  }
  if (zeros > 0) {
    m2 += zeros * (mean * mean);
    m3 -= zeros * (mean * mean * mean);
    m4 += zeros * (mean * mean * mean * mean);
  }
  const n = values.length;
  const variance = m2 / n;
  const skew = m3 / n / (variance * Math.sqrt(variance));
  const kurtosis = m4 / n / (variance * variance);
  return Number.isFinite(skew + kurtosis) ? { skew, kurtosis } : { skew: null, kurtosis: null };
}
