/** What makes a tree sound, so that a walk down it always ends in one of its leaves: held against trees from outside. */
import { DECISION, type Tree } from './tree.js';

/** Something wrong with a tree: which of its lists, and a sentence. */
export interface TreeFault {
  readonly field: keyof Tree;
  readonly reason: string;
}

/**
 * The first fault of a tree, undefined where it is sound. The lists must already have their lengths, and numbers in them.
 *
 * Sound is: columns below `featureCount`, known decision types, sets of categories that exist, and every node but the root the
 * child of exactly one node that the root reaches (so no cycle, nothing shared, nothing lost).
 */
export function faultOf(tree: Tree, featureCount: number): TreeFault | undefined {
  return faultOfNodes(tree, featureCount) ?? faultOfSets(tree) ?? faultOfShape(tree);
}

function faultOfNodes(tree: Tree, featureCount: number): TreeFault | undefined {
  const sets = Math.max(0, tree.catBoundaries.length - 1);
  for (let node = 0; node < tree.splitFeature.length; node++) {
    const column = tree.splitFeature[node]!;
    if (!isIndex(column, featureCount))
      return { field: 'splitFeature', reason: `column ${column} is not among the ${featureCount} features` };
    const decision = tree.decisionType[node]!;
    if (!isIndex(decision, 12)) return { field: 'decisionType', reason: `${decision} is no decision type` };
    const threshold = tree.threshold[node]!;
    if ((decision & DECISION.categorical) !== 0 && !isIndex(threshold, sets))
      return { field: 'threshold', reason: `${threshold} is not among the ${sets} sets of categories` };
  }
  return undefined;
}

function faultOfSets({ catBoundaries, catThreshold }: Tree): TreeFault | undefined {
  if ((catBoundaries[0] ?? 0) !== 0)
    return { field: 'catBoundaries', reason: 'the first set of categories begins at 0' };
  for (let set = 1; set < catBoundaries.length; set++)
    if (!Number.isInteger(catBoundaries[set]!) || catBoundaries[set]! < catBoundaries[set - 1]!)
      return { field: 'catBoundaries', reason: `set ${set - 1} of the categories ends before it begins` };
  if ((catBoundaries.at(-1) ?? 0) !== catThreshold.length)
    return {
      field: 'catThreshold',
      reason: `${catThreshold.length} words, but the sets end at ${catBoundaries.at(-1) ?? 0}`,
    };
  const odd = catThreshold.find((word) => !isIndex(word, 2 ** 32));
  return odd === undefined ? undefined : { field: 'catThreshold', reason: `${odd} is no word of 32 bits` };
}

function faultOfShape({ leftChild, rightChild, leafValue }: Tree): TreeFault | undefined {
  const nodeCount = leftChild.length;
  const isReached = new Uint8Array(nodeCount + leafValue.length);
  const open = nodeCount > 0 ? [0] : [];
  let reached = open.length;
  if (nodeCount > 0) isReached[0] = 1;
  while (open.length > 0) {
    const node = open.pop()!;
    for (const field of ['leftChild', 'rightChild'] as const) {
      const child = (field === 'leftChild' ? leftChild : rightChild)[node]!;
      if (!Number.isInteger(child) || child >= nodeCount || child < -leafValue.length)
        return { field, reason: `node ${node} has the child ${child}, which does not exist` };
      const at = child >= 0 ? child : nodeCount + ~child;
      if (isReached[at] === 1) return { field, reason: `node ${node} has the child ${child}, which is reached twice` };
      isReached[at] = 1;
      reached++;
      if (child >= 0) open.push(child);
    }
  }
  // A tree of one leaf has no node to reach it from.
  if (nodeCount === 0) return undefined;
  return reached === isReached.length
    ? undefined
    : { field: 'leftChild', reason: 'some nodes cannot be reached from the root' };
}

const isIndex = (value: number, size: number): boolean => Number.isInteger(value) && value >= 0 && value < size;
