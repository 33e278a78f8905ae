/** The best split of a leaf, over its columns. */
import { type CategoryRules, findCategorySplit } from './category-split.js';
import { findMonotoneCut, type OutputBounds } from './monotone-cut.js';
import type { CutRules, Shard } from './shard.js';

/** A column that trees may split on: it has at least two bins. */
export interface UsedColumn {
  /** Position in the matrix. */
  readonly column: number;
  readonly values: number;
  readonly hasMissing: boolean;
  readonly isCategorical: boolean;
  /** -1, 0 or 1. */
  readonly monotone: number;
  /** First of its pairs in a histogram. */
  readonly start: number;
}

export interface Split {
  /** Position among the used columns. */
  readonly at: number;
  /** Numbers: bins up to this go left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Categories: the bins that go left. */
  readonly leftBins?: readonly number[];
  /** What the split gains over its leaf, in whole steps. */
  readonly gain: number;
  /** Sums of the left side, in whole steps. */
  readonly gradient: number;
  readonly hessian: number;
  /** Penalty of both children's values: larger after a split by categories. */
  readonly lambda: number;
}

/** The leaf's sums and what its sides must keep to, in whole steps. */
export interface SplitRules extends CutRules {
  readonly rows: number;
  readonly minRows: number;
  readonly minHessian: number;
  readonly minGain: number;
  readonly category: CategoryRules;
  readonly bounds: OutputBounds;
}

// Beside a leaf's own score, less than this is rounding: a column that tells nothing must not be split on.
const ROUNDING = 1e-12;

/** What a leaf scores unsplit. */
export function leafScore({ gradient, hessian, shrink, lambda }: CutRules): number {
  const size = Math.max(0, Math.abs(gradient) - shrink);
  return size === 0 ? 0 : (size * size) / (hessian + lambda);
}

/**
 * The split of largest gain |GL|^2 / (HL + lambda) + |GR|^2 / (HR + lambda) - |G|^2 / (H + lambda), gradients drawn `shrink` nearer to
 * zero (Chen & Guestrin 2016); ties go to the lower column, then the lower bin, then to missing values on the left. Undefined where
 * none gains more than `minGain`.
 */
export function findSplit(
  shard: Shard,
  slot: number,
  columns: readonly UsedColumn[],
  chosen: Int32Array,
  rules: SplitRules,
): Split | undefined {
  const score = leafScore(rules);
  const floor = score * (1 + ROUNDING) + rules.minGain;
  let best = floor;
  let found: Split | undefined;
  for (const at of chosen) {
    const column = columns[at]!;
    if (column.isCategorical) {
      const split = findCategorySplit(shard.pairs(slot), column, rules, best);
      if (split === undefined) continue;
      best = split.score;
      found = { at, bin: 0, missingLeft: false, ...split };
    } else if (rules.bounds.isFree) {
      const reached = shard.findCut(slot, column.start, column.values, column.hasMissing, rules, best);
      if (reached === best) continue;
      best = reached;
      found = { at, ...shard.found(), gain: 0, lambda: rules.lambda };
    } else {
      const cut = findMonotoneCut(shard.pairs(slot), column, rules, best);
      if (cut === undefined) continue;
      best = cut.score;
      found = { at, ...cut, lambda: rules.lambda };
    }
  }
  return found && { ...found, gain: best - score - rules.minGain };
}
