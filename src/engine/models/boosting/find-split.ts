/** The best cut of a node, from its histogram. */
import { BINS_MAX, MISSING_BIN } from './bins.js';
import { FEATURE_STRIDE, type NodeSums, STEPS } from './histogram.js';

export interface Split {
  /** Position among the tree's features. */
  readonly at: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  /** Sums of the left child, in steps. */
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly leftRows: number;
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
  cuts: readonly number[],
  gradient: number,
  hessian: number,
  rows: number,
  rules: SplitRules,
): Split | undefined {
  // Everything below is in steps: lambda and weights are scaled instead of dividing every sum.
  const lambda = rules.lambda * STEPS;
  const weightMin = rules.minChildWeight * STEPS;
  const parentScore = (gradient * gradient) / (hessian + lambda);
  let bestScore = parentScore + 2 * (rules.gamma + GAIN_MIN) * STEPS;
  let best: Omit<Split, 'gain' | 'leftRows'> | undefined;
  for (let f = 0; f < cuts.length; f++) {
    const base = f * FEATURE_STRIDE;
    const missingGradient = sums[base + MISSING_BIN * 2]!;
    const missingHessian = sums[base + MISSING_BIN * 2 + 1]!;
    const hasMissing = missingHessian !== 0 || missingGradient !== 0;
    const last = cuts[f]!;
    let leftGradient = 0;
    let leftHessian = 0;
    for (let bin = 0; bin < last; bin++) {
      const g = sums[base + bin * 2]!;
      const h = sums[base + bin * 2 + 1]!;
      if (g === 0 && h === 0) continue;
      leftGradient += g;
      leftHessian += h;
      for (let side = hasMissing ? 0 : 1; side < 2; side++) {
        const GL = side === 0 ? leftGradient + missingGradient : leftGradient;
        const HL = side === 0 ? leftHessian + missingHessian : leftHessian;
        const HR = hessian - HL;
        if (HL < weightMin || HR < weightMin) continue;
        const GR = gradient - GL;
        const score = (GL * GL) / (HL + lambda) + (GR * GR) / (HR + lambda);
        if (!(score > bestScore)) continue;
        const missingLeft = hasMissing ? side === 0 : HL >= HR;
        if (counts !== undefined && !hasRows(counts, f, bin, hasMissing && side === 0, rows, rules.minRowsLeaf))
          continue;
        bestScore = score;
        best = { at: f, bin, missingLeft, leftGradient: GL, leftHessian: HL };
      }
    }
  }
  if (best === undefined) return undefined;
  const gain = (0.5 * (bestScore - parentScore)) / STEPS - rules.gamma;
  const leftRows = counts === undefined ? 0 : rowsLeft(counts, best.at, best.bin, best.missingLeft);
  return { ...best, gain, leftRows };
}

const hasRows = (
  counts: Int32Array,
  f: number,
  bin: number,
  missingLeft: boolean,
  rows: number,
  rowsMin: number,
): boolean => {
  const left = rowsLeft(counts, f, bin, missingLeft);
  return left >= rowsMin && rows - left >= rowsMin;
};

function rowsLeft(counts: Int32Array, f: number, bin: number, missingLeft: boolean): number {
  let left = missingLeft ? counts[f * BINS_MAX + MISSING_BIN]! : 0;
  for (let b = 0; b <= bin; b++) left += counts[f * BINS_MAX + b]!;
  return left;
}
