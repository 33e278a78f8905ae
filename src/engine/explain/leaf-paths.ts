/** A tree as the ways to its leaves: what each feature on the way asks of a row, and how many training rows meet it. */
import type { Tree } from '../models/trees/tree.js';

/** All that one feature asks on the way to a leaf. */
export interface Demand {
  readonly feature: number;
  /** The share of the training rows that its questions let pass towards the leaf: the product over the questions. */
  readonly share: number;
  /** The last of its questions, and the side of it that leads to the leaf. */
  readonly node: number;
  readonly isLeft: boolean;
  /** The same feature's demand before that question. */
  readonly before: Demand | undefined;
}

export interface LeafPath {
  readonly leaf: number;
  /** One a feature. */
  readonly demands: readonly Demand[];
}

/** The way to every leaf, leaves from left to right. */
export function leafPathsOf(tree: Tree): LeafPath[] {
  const { splitFeature, leftChild, rightChild } = tree;
  if (splitFeature.length === 0) return [{ leaf: 0, demands: [] }];
  const cover = coversOf(tree);
  const paths: LeafPath[] = [];
  const open: { readonly child: number; readonly demands: readonly Demand[] }[] = [{ child: 0, demands: [] }];
  while (open.length > 0) {
    const { child, demands } = open.pop()!;
    if (child < 0) {
      paths.push({ leaf: ~child, demands });
      continue;
    }
    const [left, right] = [cover(leftChild[child]!), cover(rightChild[child]!)];
    // Where no training row came by, nothing is known about the sides: they are taken for equal.
    const share = left + right > 0 ? left / (left + right) : 0.5;
    const question = { feature: splitFeature[child]!, node: child };
    // What is put last is taken first: the left side.
    open.push({ child: rightChild[child]!, demands: asked(demands, { ...question, isLeft: false, share: 1 - share }) });
    open.push({ child: leftChild[child]!, demands: asked(demands, { ...question, isLeft: true, share }) });
  }
  return paths;
}

/** The demands with one question more. */
function asked(demands: readonly Demand[], question: Omit<Demand, 'before'>): Demand[] {
  const at = demands.findIndex(({ feature }) => feature === question.feature);
  if (at < 0) return [...demands, { ...question, before: undefined }];
  const before = demands[at]!;
  return demands.with(at, { ...question, share: before.share * question.share, before });
}

/**
 * Training rows under every node, summed from the leaves: the sums that a file holds for inner nodes may be rounded.
 *
 * Rows are counted, not weighed, as in LightGBM; the weights stand in where a file has no counts.
 */
function coversOf({ leafCount, leafWeight, leftChild, rightChild }: Tree): (child: number) => number {
  const isCounted = leafCount.some((count) => count > 0);
  const leaves = (isCounted ? leafCount : leafWeight).map((cover) => Math.max(0, cover));
  const nodes = new Float64Array(leftChild.length);
  const cover = (child: number) => (child >= 0 ? nodes[child]! : leaves[~child]!);
  for (const node of childrenFirst(leftChild, rightChild)) {
    nodes[node] = cover(leftChild[node]!) + cover(rightChild[node]!);
  }
  return cover;
}

/** Inner nodes in an order that has every node after its children. */
function childrenFirst(leftChild: readonly number[], rightChild: readonly number[]): number[] {
  const order = [0];
  for (let at = 0; at < order.length; at++) {
    const node = order[at]!;
    for (const child of [leftChild[node]!, rightChild[node]!]) if (child >= 0) order.push(child);
  }
  return order.reverse();
}
