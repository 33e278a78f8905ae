/** Solves symmetric positive definite systems; only the lower triangle of the matrix is read. */

/** x with matrix * x = right, row-major n x n. */
export function choleskySolve(matrix: Float64Array, right: Float64Array): Float64Array {
  return solveFactored(factorCholesky(matrix, right.length), right);
}

/**
 * The lower triangle L with L L' = matrix, row-major n x n: factored once, solved for many right sides. A pivot that rounding made
 * (almost) zero is lifted to a small share of its diagonal: the step along a direction the data say nothing about is then short instead
 * of infinite.
 */
export function factorCholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i === j) lower[i * n + i] = Math.sqrt(Math.max(sum, 1e-12 * Math.abs(matrix[i * n + i]!), 1e-300));
      else lower[i * n + j] = sum / lower[j * n + j]!;
    }
  }
  return lower;
}

/** x with L L' x = right. */
export function solveFactored(lower: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = x[i]! - lower[i * n + k]! * x[k]!;
    x[i] = x[i]! / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = x[i]! - lower[k * n + i]! * x[k]!;
    x[i] = x[i]! / lower[i * n + i]!;
  }
  return x;
}
