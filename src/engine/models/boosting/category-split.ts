/** Splits by categories, as LightGBM finds them: one against the rest where there are few, else a run in the order of their gradients. */

import type { CutRules } from './shard.js';
import type { UsedColumn } from './used-columns.js';

export interface CategoryRules {
  readonly maxToOnehot: number;
  /** Categories that go left at most. */
  readonly maxThreshold: number;
  /** Hessian steps that stand beside a category's own when categories are put in order. */
  readonly smooth: number;
  /** Rows that a category must have to be put in order. */
  readonly smoothRows: number;
  /** Added to the penalty of a run, in steps. */
  readonly lambda: number;
  readonly minRowsGroup: number;
}

interface LeafRules extends CutRules {
  readonly rows: number;
  readonly minRows: number;
  readonly minHessian: number;
  readonly category: CategoryRules;
}

export interface CategorySplit {
  readonly score: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly leftBins: readonly number[];
  readonly gain: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly lambda: number;
}

/** The best split above `floor`; categories without a bin and missing values always go right (Fisher 1958 for the ordered run). */
export function findCategorySplit(
  pairs: Float64Array,
  { start, values }: UsedColumn,
  rules: LeafRules,
  floor: number,
): CategorySplit | undefined {
  const { gradient, hessian, shrink, rows, minRows, minHessian, category } = rules;
  const rowsPerStep = rows / hessian;
  const rowsOf = (h: number) => Math.floor(h * rowsPerStep + 0.5);
  const term = (g: number, h: number, lambda: number) => {
    const size = Math.max(0, Math.abs(g) - shrink);
    return (size * size) / (h + lambda);
  };
  const scoreOf = (g: number, h: number, lambda: number) =>
    term(g, h, lambda) + term(gradient - g, hessian - h, lambda);
  const isHeavy = (h: number, count: number) => count >= minRows && h >= minHessian && h > 0;
  let best = floor;
  let found: CategorySplit | undefined;

  if (values <= category.maxToOnehot) {
    for (let bin = 0; bin < values; bin++) {
      const g = pairs[2 * (start + bin)]!;
      const h = pairs[2 * (start + bin) + 1]!;
      const count = rowsOf(h);
      if (!isHeavy(h, count) || !isHeavy(hessian - h, rows - count)) continue;
      const score = scoreOf(g, h, rules.lambda);
      if (score <= best) continue;
      best = score;
      found = {
        score,
        bin: 0,
        missingLeft: false,
        leftBins: [bin],
        gain: 0,
        gradient: g,
        hessian: h,
        lambda: rules.lambda,
      };
    }
    return found;
  }

  const order: number[] = [];
  for (let bin = 0; bin < values; bin++)
    if (rowsOf(pairs[2 * (start + bin) + 1]!) >= category.smoothRows) order.push(bin);
  const rank = (bin: number) => pairs[2 * (start + bin)]! / (pairs[2 * (start + bin) + 1]! + category.smooth);
  order.sort((a, b) => rank(a) - rank(b) || a - b);
  const lambda = rules.lambda + category.lambda;
  const longest = Math.min(category.maxThreshold, (order.length + 1) >> 1);
  for (const isForward of [true, false]) {
    let g = 0;
    let h = 0;
    let count = 0;
    let group = 0;
    for (let i = 0; i < longest; i++) {
      const bin = order[isForward ? i : order.length - 1 - i]!;
      const inBin = rowsOf(pairs[2 * (start + bin) + 1]!);
      g += pairs[2 * (start + bin)]!;
      h += pairs[2 * (start + bin) + 1]!;
      count += inBin;
      group += inBin;
      if (!isHeavy(h, count)) continue;
      if (!isHeavy(hessian - h, rows - count) || rows - count < category.minRowsGroup) break;
      if (group < category.minRowsGroup) continue;
      group = 0;
      const score = scoreOf(g, h, lambda);
      if (score <= best) continue;
      best = score;
      const taken = isForward ? order.slice(0, i + 1) : order.slice(order.length - 1 - i);
      found = {
        score,
        bin: 0,
        missingLeft: false,
        leftBins: taken.sort((a, b) => a - b),
        gain: 0,
        gradient: g,
        hessian: h,
        lambda,
      };
    }
  }
  return found;
}
