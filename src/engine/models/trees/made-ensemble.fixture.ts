/** Ensembles and rows that show every turn a tree may take: all ways to miss, categories, repeated features, lone leaves. */
import type { Rng } from '#base/rng.js';
import type { Rows } from './row-block.js';
import { DECISION, EVERY_NUMBER, type Tree, type TreeEnsemble } from './tree.js';

export interface MadeEnsemble {
  readonly features: number;
  readonly rounds: number;
  readonly leavesMax: number;
  readonly treesPerRound?: number;
  readonly averageOutput?: boolean;
}

export function madeEnsemble(rng: Rng, made: MadeEnsemble): TreeEnsemble {
  const { features, rounds, leavesMax, treesPerRound = 1, averageOutput = false } = made;
  return {
    objective: { name: treesPerRound > 1 ? 'multiclass' : 'regression' },
    classes: treesPerRound,
    treesPerRound,
    featureNames: Array.from({ length: features }, (_, j) => `f${j}`),
    featureInfos: Array.from({ length: features }, () => '[-3:3]'),
    averageOutput,
    trees: Array.from({ length: rounds * treesPerRound }, () => madeTree(rng, features, 1 + rng.below(leavesMax))),
  };
}

/** Grows by splitting a leaf drawn at random, so that both chains and bushes come about; some leaves saw no rows. */
export function madeTree(rng: Rng, features: number, leaves: number): Tree {
  const tree = {
    splitFeature: [] as number[],
    threshold: [] as number[],
    decisionType: [] as number[],
    leftChild: [] as number[],
    rightChild: [] as number[],
    leafValue: [] as number[],
    leafWeight: [] as number[],
    leafCount: [] as number[],
    splitGain: [] as number[],
    internalValue: [] as number[],
    internalWeight: [] as number[],
    internalCount: [] as number[],
    catBoundaries: [] as number[],
    catThreshold: [] as number[],
    shrinkage: 0.1,
  };
  /** Where each leaf hangs: the node and the side. */
  const places: { node: number; side: 'leftChild' | 'rightChild' }[] = [];
  for (let node = 0; node < leaves - 1; node++) {
    const leaf = rng.below(node + 1);
    const place = places[leaf];
    if (place !== undefined) tree[place.side][place.node] = node;
    places[leaf] = { node, side: 'leftChild' };
    places.push({ node, side: 'rightChild' });
    tree.leftChild.push(~leaf);
    tree.rightChild.push(~(node + 1));
    tree.splitFeature.push(rng.below(features));
    if (rng.below(4) === 0) addSet(tree, rng);
    else {
      tree.decisionType.push((rng.below(2) * DECISION.defaultLeft) | (rng.below(3) << 2));
      tree.threshold.push(rng.below(10) === 0 ? EVERY_NUMBER : (rng.below(13) - 6) / 2);
    }
    tree.splitGain.push(rng.below(100) / 8);
    tree.internalValue.push(rng.float() - 0.5);
    tree.internalWeight.push(rng.below(1000) / 4);
    tree.internalCount.push(rng.below(1000));
  }
  for (let leaf = 0; leaf < leaves; leaf++) {
    tree.leafValue.push(rng.float() - 0.5);
    tree.leafWeight.push(rng.below(100) / 4);
    tree.leafCount.push(rng.below(8) === 0 ? 0 : 1 + rng.below(50));
  }
  return tree;
}

function addSet(
  tree: Record<'decisionType' | 'threshold' | 'catBoundaries' | 'catThreshold', number[]>,
  rng: Rng,
): void {
  if (tree.catBoundaries.length === 0) tree.catBoundaries.push(0);
  tree.decisionType.push(DECISION.categorical);
  tree.threshold.push(tree.catBoundaries.length - 1);
  for (let word = 0, words = 1 + rng.below(2); word < words; word++) tree.catThreshold.push(rng.uint32());
  tree.catBoundaries.push(tree.catThreshold.length);
}

const SPECIAL = [
  NaN,
  0,
  -0,
  1e-36,
  -1e-36,
  1e-34,
  Infinity,
  -Infinity,
  1e300,
  -1e300,
  -0.5,
  31,
  32,
  63,
  64,
  2 ** 31,
  2 ** 33,
];

/** Rows of halves between -4 and 8, so that thresholds are met exactly, with what is special strewn in. */
export function madeRows(rng: Rng, rows: number, features: number): Rows {
  const value = () => (rng.below(4) === 0 ? SPECIAL[rng.below(SPECIAL.length)]! : (rng.below(25) - 8) / 2);
  return { rows, columns: Array.from({ length: features }, () => Float64Array.from({ length: rows }, value)) };
}
