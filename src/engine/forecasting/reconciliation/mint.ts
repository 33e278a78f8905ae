/**
 * MinT: of all coherent forecasts the one with the least expected squared error, given how the errors of the nodes vary together.
 * Wickramasuriya, Athanasopoulos & Hyndman (2019), with the covariance shrunk towards its diagonal by Schafer & Strimmer (2005).
 *
 * Computed as y - W C' (C W C')^-1 C y, where C y = 0 says that y is coherent: one system of as many unknowns as there are aggregates,
 * and the covariance W itself is never inverted.
 */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { factorCholesky, solveFactored } from '../../models/cholesky.js';
import { bottomUp } from './bottom-up.js';
import { type Hierarchy, nodeCount } from './hierarchy.js';

/** Beyond that many nodes the covariance alone would take more than a gigabyte. */
export const NODES_MAX = 10_000;

export interface Mint {
  /** How far the covariance was pulled to its diagonal: 0 not at all, 1 altogether. */
  readonly shrinkage: number;
  /** Coherent forecasts of one step ahead from those of every node; with `min`, none below it. */
  reconcile(forecasts: ArrayLike<number>, options?: { readonly min?: number }): Float64Array;
}

/**
 * Learns from one-step errors in training (actual - fitted), one list a node in the hierarchy's order, equally long. Moments at which
 * any node's error is not a number are left out. Throws `insufficientData` below two moments.
 */
export function fitMint(hierarchy: Hierarchy, residuals: readonly ArrayLike<number>[]): Mint {
  const nodes = nodeCount(hierarchy);
  assert(residuals.length === nodes, 'every node has its errors');
  assert(nodes <= NODES_MAX, `MinT takes at most ${NODES_MAX} nodes`);
  const { covariance, shrinkage } = shrunkCovariance(residuals);
  const aggregates = hierarchy.aggregates.length;
  const crossed = timesConstraints(hierarchy, covariance, nodes);
  const factor = factorCholesky(constraintCovariance(hierarchy, crossed, aggregates), aggregates);
  return {
    shrinkage,
    reconcile(forecasts, { min } = {}) {
      assert(forecasts.length === nodes, 'every node has a forecast');
      const gaps = Float64Array.from(hierarchy.aggregates, ({ members }, node) => {
        let sum = 0;
        for (const at of members) sum += forecasts[aggregates + at]!;
        return forecasts[node]! - sum;
      });
      const multipliers = solveFactored(factor, gaps);
      const moved = Float64Array.from({ length: nodes }, (_, node) => {
        let sum = forecasts[node]!;
        for (let a = 0; a < aggregates; a++) sum -= crossed[node * aggregates + a]! * multipliers[a]!;
        return min === undefined ? sum : Math.max(min, sum);
      });
      // Summed anew, so that the result is coherent to the last digit, and stays so where a floor was met.
      return bottomUp(hierarchy, moved);
    },
  };
}

/** W C', nodes x aggregates: row C_a is 1 at aggregate a and -1 at each of its members. */
function timesConstraints({ aggregates }: Hierarchy, covariance: Float64Array, nodes: number): Float64Array {
  const from = aggregates.length;
  const crossed = new Float64Array(nodes * from);
  for (let node = 0; node < nodes; node++) {
    const row = node * nodes;
    for (const [a, { members }] of aggregates.entries()) {
      let sum = covariance[row + a]!;
      for (const at of members) sum -= covariance[row + from + at]!;
      crossed[node * from + a] = sum;
    }
  }
  return crossed;
}

/** C W C', aggregates x aggregates. */
function constraintCovariance({ aggregates }: Hierarchy, crossed: Float64Array, from: number): Float64Array {
  const matrix = new Float64Array(from * from);
  for (const [a, { members }] of aggregates.entries()) {
    for (let b = 0; b <= a; b++) {
      let sum = crossed[a * from + b]!;
      for (const at of members) sum -= crossed[(from + at) * from + b]!;
      matrix[a * from + b] = sum;
      matrix[b * from + a] = sum;
    }
  }
  return matrix;
}

/**
 * Covariance of the errors about their means, its correlations shrunk towards none by the share that has the least expected error:
 * sum of the variances of the sample correlations over the sum of their squares.
 */
function shrunkCovariance(residuals: readonly ArrayLike<number>[]): { covariance: Float64Array; shrinkage: number } {
  const nodes = residuals.length;
  const standard = standardised(residuals);
  const moments = standard.moments;
  const covariance = new Float64Array(nodes * nodes);
  // Not by `**`, whose last digit differs between engines.
  const degrees = (moments - 1) * (moments - 1) * (moments - 1);
  let variances = 0;
  let squares = 0;
  for (let i = 0; i < nodes; i++) {
    for (let j = 0; j < i; j++) {
      const x = standard.columns[i]!;
      const y = standard.columns[j]!;
      let sum = 0;
      let sumSquares = 0;
      for (let t = 0; t < moments; t++) {
        const product = x[t]! * y[t]!;
        sum += product;
        sumSquares += product * product;
      }
      const mean = sum / moments;
      const correlation = sum / (moments - 1);
      // Var(r) = n / (n - 1)^3 * sum (w_t - mean w)^2, Schafer & Strimmer (2005), 4.
      variances += ((sumSquares - moments * mean * mean) * moments) / degrees;
      squares += correlation * correlation;
      covariance[i * nodes + j] = correlation;
    }
  }
  const shrinkage = squares > 0 ? Math.min(1, Math.max(0, variances / squares)) : 1;
  for (let i = 0; i < nodes; i++) {
    const si = standard.deviations[i]!;
    for (let j = 0; j < i; j++) {
      const value = (1 - shrinkage) * covariance[i * nodes + j]! * si * standard.deviations[j]!;
      covariance[i * nodes + j] = value;
      covariance[j * nodes + i] = value;
    }
    covariance[i * nodes + i] = si * si;
  }
  return { covariance, shrinkage };
}

interface Standardised {
  readonly moments: number;
  readonly columns: readonly Float64Array[];
  readonly deviations: Float64Array;
}

/** A node that never erred would be trusted without limit; it is given this share of the mean variance. */
const VARIANCE_SHARE_MIN = 1e-8;

function standardised(residuals: readonly ArrayLike<number>[]): Standardised {
  const length = residuals[0]?.length ?? 0;
  assert(
    residuals.every((series) => series.length === length),
    'errors of all nodes are equally long',
  );
  const known = Array.from({ length }, (_, t) => t).filter((t) =>
    residuals.every((series) => Number.isFinite(series[t]!)),
  );
  const moments = known.length;
  if (moments < 2)
    throw errors.insufficientData('reconciling by errors needs at least two moments at which every node has one', {
      moments,
    });
  const columns = residuals.map((series) => centred(Float64Array.from(known, (t) => series[t]!)));
  const variances = Float64Array.from(columns, (column) => {
    let sum = 0;
    for (const value of column) sum += value * value;
    return sum / (moments - 1);
  });
  const mean = variances.reduce((sum, variance) => sum + variance, 0) / variances.length;
  const floor = mean > 0 ? VARIANCE_SHARE_MIN * mean : 1;
  const deviations = variances.map((variance) => Math.sqrt(Math.max(variance, floor)));
  for (const [node, column] of columns.entries())
    for (let t = 0; t < moments; t++) column[t] = column[t]! / deviations[node]!;
  return { moments, columns, deviations };
}

function centred(column: Float64Array): Float64Array {
  let sum = 0;
  for (const value of column) sum += value;
  const mean = sum / column.length;
  return column.map((value) => value - mean);
}
