/** The best split of a leaf, over its columns. */
import { type CategoryRules, findCategorySplit } from './category-split.js';
import { findMonotoneCut, type OutputBounds } from './monotone-cut.js';
import type { CutRules, Shard } from './shard.js';
import type { UsedColumn } from './used-columns.js';

export interface Split {
  /** Position among the used columns. */
  readonly at: number;
  /** Numbers: bins up to this go left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Categories: the bins that go left. */
  readonly leftBins?: readonly number[];
  /** What the split gains over its leaf and the least that is asked, in whole steps. */
  readonly gain: number;
  /** Sums of the left side, in whole steps. */
  readonly gradient: number;
  readonly hessian: number;
  /** Penalty of both children's values: larger after a split by categories. */
  readonly lambda: number;
}

/** The leaf's sums and what its sides must keep to, in whole steps. One object for all leaves of a tree: the leaf's own part changes. */
export interface SplitRules extends CutRules {
  rows: number;
  bounds: OutputBounds;
  readonly minRows: number;
  readonly minHessian: number;
  readonly minGain: number;
  readonly category: CategoryRules;
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
  // Where a plain cut is best, what it is stands in the shard until a better one is found: nothing is made for those that lose.
  let bestCut = -1;
  let found: Split | undefined;
  for (let i = 0; i < chosen.length; i++) {
    const at = chosen[i]!;
    const column = columns[at]!;
    if (!column.isCategorical && rules.bounds.isFree) {
      const reached = shard.findCut(slot, column, rules, best);
      if (reached === best) continue;
      best = reached;
      bestCut = at;
      continue;
    }
    const split = column.isCategorical
      ? findCategorySplit(shard.pairs(slot), column, rules, best)
      : findMonotoneCut(shard.pairs(slot), column, rules, best);
    if (split === undefined) continue;
    best = split.score;
    bestCut = -1;
    found = { at, ...split };
  }
  const gain = best - score - rules.minGain;
  if (bestCut >= 0) return { at: bestCut, gain, lambda: rules.lambda, ...shard.found() };
  return found && { ...found, gain };
}
