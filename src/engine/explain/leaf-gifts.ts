/** What one leaf gives to each feature on its way, for every answer that rows give to the demands of that way. */
import { gaussLegendre, type Quadrature } from './gauss-legendre.js';
import type { Demand } from './leaf-paths.js';

export interface LeafGifts {
  /** One gift a demand, in the order of the demands, for each distinct answer. */
  readonly values: Float64Array;
  /** Where in `values` each row's gifts begin; `met` holds `stride` places a demand, 1 where the row meets it. Valid until the next call. */
  of(demands: readonly Demand[], leafValue: number, met: Uint8Array, stride: number, rows: number): Int32Array;
}

/** Up to so many demands every answer has its place in a table of 2^D; beyond it, rows are worked out one by one. */
const TABLE_DEMANDS_MAX = 12;

/**
 * Gifts of leaves with up to `demandsMax` demands to blocks of up to `rowsMax` rows.
 *
 * A leaf of value v with D demands gives to demand j
 *   v (o_j - z_j) * integral over t in [0, 1] of the product over s != j of (o_s t + z_s (1 - t)),
 * where o_s is 1 when the row meets s, else 0, and z_s is the share of training rows that meet it. As k! (D - 1 - k)! / D! is the
 * integral of t^k (1 - t)^(D - 1 - k), this is Shapley's weighted sum over all subsets, the value that Lundberg's recursion unwinds
 * term by term. Quadrature at D / 2 points has no error for this polynomial and never subtracts, so that deep trees keep their digits.
 */
export function leafGifts(demandsMax: number, rowsMax: number): LeafGifts {
  const points = pointsFor(demandsMax);
  const tableSize = 2 ** Math.min(demandsMax, TABLE_DEMANDS_MAX);
  const values = new Float64Array(Math.max(tableSize, rowsMax) * demandsMax);
  const answer = new Int32Array(rowsMax);
  const knownFor = new Int32Array(tableSize);
  // Factor of the product, and what turns the product into the gift, where a demand is met and where not: demand by demand.
  const scales: Scales = {
    factor: [new Float64Array(demandsMax * points), new Float64Array(demandsMax * points)],
    gift: [new Float64Array(demandsMax * points), new Float64Array(demandsMax * points)],
    product: new Float64Array(points),
  };
  const rules: Quadrature[] = [];
  let call = 0;
  return {
    values,
    of(demands, leafValue, met, stride, rows) {
      const count = demands.length;
      rules[count] ??= gaussLegendre(pointsFor(count));
      const rule = rules[count];
      setScales(scales, demands, rule);
      const isTable = count <= TABLE_DEMANDS_MAX;
      call++;
      for (let row = 0; row < rows; row++) answer[row] = isTable ? 0 : row;
      if (isTable) {
        for (let d = 0; d < count; d++) {
          for (let row = 0, m = d * stride; row < rows; row++, m++) answer[row] = answer[row]! | (met[m]! << d);
        }
      }
      for (let row = 0; row < rows; row++) {
        const place = answer[row]!;
        answer[row] = place * count;
        if (isTable) {
          if (knownFor[place] === call) continue;
          knownFor[place] = call;
        }
        give(scales, leafValue, { count, points: rule.points.length, met, stride, row, to: place * count }, values);
      }
      return answer;
    },
  };
}

/** The integrand has degree demands - 1, and a rule of q points is exact up to degree 2q - 1. */
const pointsFor = (demands: number): number => (demands + 1) >> 1;

interface Scales {
  /** [not met, met] */
  readonly factor: readonly [Float64Array, Float64Array];
  readonly gift: readonly [Float64Array, Float64Array];
  readonly product: Float64Array;
}

function setScales({ factor, gift }: Scales, demands: readonly Demand[], { points, weights }: Quadrature): void {
  for (let d = 0, at = 0; d < demands.length; d++) {
    const { share } = demands[d]!;
    for (let q = 0; q < points.length; q++, at++) {
      const t = points[q]!;
      const met = t + (1 - t) * share;
      factor[0][at] = (1 - t) * share;
      factor[1][at] = met;
      // The product without the demand's own factor, times (0 - z) or (1 - z): where it is not met the z cancels.
      gift[0][at] = -weights[q]! / (1 - t);
      gift[1][at] = (weights[q]! * (1 - share)) / met;
    }
  }
}

interface Place {
  readonly count: number;
  readonly points: number;
  readonly met: Uint8Array;
  readonly stride: number;
  readonly row: number;
  readonly to: number;
}

function give({ factor, gift, product }: Scales, leafValue: number, place: Place, values: Float64Array): void {
  const { count, points, met, stride, row, to } = place;
  product.fill(leafValue, 0, points);
  for (let d = 0, at = 0; d < count; d++) {
    const factors = factor[met[d * stride + row]!]!;
    for (let q = 0; q < points; q++, at++) product[q] = product[q]! * factors[at]!;
  }
  for (let d = 0, at = 0; d < count; d++) {
    const gifts = gift[met[d * stride + row]!]!;
    let sum = 0;
    for (let q = 0; q < points; q++, at++) sum += product[q]! * gifts[at]!;
    values[to + d] = sum;
  }
}
