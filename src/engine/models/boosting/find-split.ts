/** The best cut of a node, from its histogram. */
import { type Layout, type NodeSums, STEPS } from './histogram.js';

export interface Split {
  /** Position among the tree's features. */
  readonly at: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  /** Sums of the left child, in steps. */
  readonly leftGradient: number;
  readonly leftHessian: number;
}

export interface SplitRules {
  readonly lambda: number;
  readonly gamma: number;
  readonly minChildWeight: number;
  readonly minRowsLeaf: number;
}

// A gain below this is rounding.
const GAIN_MIN = 1e-9;

/**
 * gain = 1/2 [GL^2/(HL+l) + GR^2/(HR+l) - G^2/(H+l)] - gamma, the largest over features and bins; ties go to the lower feature, then the
 * lower bin, then to missing values on the left (Chen & Guestrin 2016). Where a node has nothing missing, a later missing value follows
 * the heavier side. Undefined when no cut gains.
 */
export function findSplit(
  { sums, counts }: NodeSums,
  { features, start }: Layout,
  gradient: number,
  hessian: number,
  rows: number,
  rules: SplitRules,
): Split | undefined {
  // Everything below is in steps: lambda and weights are scaled instead of dividing every sum.
  const lambda = rules.lambda * STEPS;
  const weightMin = rules.minChildWeight * STEPS;
  const parentScore = (gradient * gradient) / (hessian + lambda);
  // A score is over / under; comparing across (a/b > c/d as ad > cb) spares the division, and equal cuts stay exactly equal.
  let over = parentScore + 2 * (rules.gamma + GAIN_MIN) * STEPS;
  let under = 1;
  // One by one: V8 keeps doubles that were unpacked from a list in boxes.
  let bestAt = -1;
  let bestBin = 0;
  let bestGradient = 0;
  let bestHessian = 0;
  let bestMissingLeft = false;
  for (let f = 0; f < features.length; f++) {
    const base = start[f]! * 2;
    // The last value bin has no cut above it; after it stands the bin of missing values.
    const cuts = start[f + 1]! - start[f]! - 2;
    const missingGradient = sums[base + (cuts + 1) * 2]!;
    const missingHessian = sums[base + (cuts + 1) * 2 + 1]!;
    const hasMissing = missingHessian !== 0 || missingGradient !== 0;
    let leftGradient = 0;
    let leftHessian = 0;
    for (let bin = 0; bin < cuts; bin++) {
      const g = sums[base + bin * 2]!;
      const h = sums[base + bin * 2 + 1]!;
      if (h === 0 && g === 0) continue;
      leftGradient += g;
      leftHessian += h;
      if (hasMissing) {
        const HL = leftHessian + missingHessian;
        const HR = hessian - HL;
        if (HL >= weightMin && HR >= weightMin) {
          const GL = leftGradient + missingGradient;
          const GR = gradient - GL;
          const sum = GL * GL * (HR + lambda) + GR * GR * (HL + lambda);
          const product = (HL + lambda) * (HR + lambda);
          if (sum * under > over * product && hasRows(counts, start[f]!, cuts, bin, true, rows, rules.minRowsLeaf)) {
            over = sum;
            under = product;
            bestAt = f;
            bestBin = bin;
            bestGradient = GL;
            bestHessian = HL;
            bestMissingLeft = true;
          }
        }
      }
      const HR = hessian - leftHessian;
      if (HR < weightMin) {
        // What is right of here only gets lighter; with missing values on the left it was lighter still.
        break;
      }
      if (leftHessian < weightMin) continue;
      const GR = gradient - leftGradient;
      const sum = leftGradient * leftGradient * (HR + lambda) + GR * GR * (leftHessian + lambda);
      const product = (leftHessian + lambda) * (HR + lambda);
      if (sum * under > over * product && hasRows(counts, start[f]!, cuts, bin, false, rows, rules.minRowsLeaf)) {
        over = sum;
        under = product;
        bestAt = f;
        bestBin = bin;
        bestGradient = leftGradient;
        bestHessian = leftHessian;
        bestMissingLeft = !hasMissing && leftHessian >= HR;
      }
    }
  }
  if (bestAt < 0) return undefined;
  return {
    at: bestAt,
    bin: bestBin,
    missingLeft: bestMissingLeft,
    gain: (0.5 * (over / under - parentScore)) / STEPS - rules.gamma,
    leftGradient: bestGradient,
    leftHessian: bestHessian,
  };
}

function hasRows(
  counts: Int32Array | undefined,
  start: number,
  cuts: number,
  bin: number,
  missingLeft: boolean,
  rows: number,
  rowsMin: number,
): boolean {
  if (counts === undefined) return true;
  let left = missingLeft ? counts[start + cuts + 1]! : 0;
  for (let b = 0; b <= bin; b++) left += counts[start + b]!;
  return left >= rowsMin && rows - left >= rowsMin;
}
