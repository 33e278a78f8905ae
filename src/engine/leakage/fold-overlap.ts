/** Whether folds learn from what they are judged by: shared rows, labels that reach into the tested stretch, rows of the embargo. */
import type { Fold, LabelSpans } from '../splits/split.js';

export interface FoldOverlap {
  readonly fold: number;
  readonly kind: 'tested_and_trained' | 'label_overlaps_test' | 'embargoed_row_trained' | 'trained_on_the_future';
  readonly trainRow: number;
}

export interface OverlapRules {
  /** Share of all rows that is kept out after each tested block. */
  readonly embargo?: number;
  /** Walk-forward: no trained row may come after a tested one. */
  readonly isForward?: boolean;
}

/** Every trained row that should not be, with the first reason that holds. */
export function findFoldOverlaps(
  { t0, t1 }: LabelSpans,
  folds: readonly Fold[],
  { embargo = 0, isForward = false }: OverlapRules = {},
): FoldOverlap[] {
  return folds.flatMap(({ index, train, test }) => {
    const tested = new Set(test);
    const blocks = blocksOf(test).map(([first, last]) => {
      let end = -Infinity;
      for (let row = first; row <= last; row++) end = Math.max(end, t1[row]!);
      let lastKnown = last;
      while (lastKnown + 1 < t0.length && t0[lastKnown + 1]! <= end) lastKnown++;
      return { start: t0[first]!, last, end, embargoedTo: lastKnown + Math.ceil(embargo * t0.length - 1e-9) };
    });
    const fault = (row: number): FoldOverlap['kind'] | undefined => {
      if (tested.has(row)) return 'tested_and_trained';
      if (blocks.some(({ start, end }) => t0[row]! <= end && t1[row]! >= start)) return 'label_overlaps_test';
      if (blocks.some(({ last, embargoedTo }) => row > last && row <= embargoedTo)) return 'embargoed_row_trained';
      return isForward && blocks.some(({ last }) => row > last) ? 'trained_on_the_future' : undefined;
    };
    return Array.from(train).flatMap((trainRow) => {
      const kind = fault(trainRow);
      return kind === undefined ? [] : [{ fold: index, kind, trainRow }];
    });
  });
}

/** First and last row of each run of neighbours. */
function blocksOf(test: Int32Array): [number, number][] {
  const blocks: [number, number][] = [];
  for (const row of test.slice().sort()) {
    const last = blocks.at(-1);
    if (last !== undefined && row === last[1] + 1) last[1] = row;
    else blocks.push([row, row]);
  }
  return blocks;
}
