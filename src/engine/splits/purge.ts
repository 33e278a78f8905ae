/** Purging and embargo: which rows may not be learnt from when some blocks of rows are tested. */
import type { Fold, LabelSpans } from './split.js';

interface Block {
  readonly from: number;
  readonly to: number;
}

/**
 * The fold that tests the given blocks and trains on the candidates that know nothing of them.
 *
 * A candidate is purged when [t0, t1] meets a block's window [min t0, max t1]; it is embargoed when it stands after the block, at or
 * before the last position with t0 <= max t1 plus ceil(embargo * rows). Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 7.
 */
export function purgedFold(
  spans: LabelSpans,
  index: number,
  groups: readonly number[],
  tested: readonly Block[],
  candidates: Block,
  embargo: number,
): Fold {
  const rows = spans.t0.length;
  const windows = tested.map((block) => windowOf(spans, block, embargo));
  const train = new Int32Array(candidates.to - candidates.from);
  let kept = 0;
  let purged = 0;
  let embargoed = 0;
  for (let i = candidates.from; i < candidates.to; i++) {
    if (tested.some(({ from, to }) => i >= from && i < to)) continue;
    if (windows.some(({ start, end }) => spans.t0[i]! <= end && spans.t1[i]! >= start)) purged++;
    else if (windows.some(({ block, lastEmbargoed }) => i >= block.to && i <= lastEmbargoed)) embargoed++;
    else train[kept++] = i;
  }
  const test = tested
    .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))
    .filter((i) => i < rows);
  return { index, train: train.slice(0, kept), test: Int32Array.from(test), purged, embargoed, groups };
}

function windowOf({ t0, t1 }: LabelSpans, block: Block, embargo: number) {
  const rows = t0.length;
  let end = -Infinity;
  for (let i = block.from; i < block.to; i++) end = Math.max(end, t1[i]!);
  let lastKnown = block.to - 1;
  while (lastKnown + 1 < rows && t0[lastKnown + 1]! <= end) lastKnown++;
  // The small number forgives products like 0.07 * 100 = 7.000000000000001.
  const lastEmbargoed = lastKnown + Math.ceil(embargo * rows - 1e-9);
  return { block, start: block.from < block.to ? t0[block.from]! : Infinity, end, lastEmbargoed };
}
