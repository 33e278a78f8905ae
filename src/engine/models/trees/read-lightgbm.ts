/** Reads LightGBM's text format v4. */
import { errors } from '#base/errors.js';
import { faultOf, type TreeFault } from './check-tree.js';
import { readObjective } from './objective-text.js';
import {
  clip,
  type Field,
  integerOf,
  integersOf,
  type Lines,
  linesOf,
  need,
  numbersOf,
  takeFields,
  wordsOf,
} from './text-lines.js';
import { EVERY_NUMBER, type Objective, type Tree, type TreeEnsemble } from './tree.js';

const COUNT_MAX = 2 ** 31 - 1;

/**
 * The ensemble in a model file of version v4.
 *
 * All objectives of `OBJECTIVES`; categories, missing modes, several classes, averaged forests. Linear leaves and other versions are
 * refused by name. Whatever is cut, contradictory or not a finite number is an AppError that names the line; what comes back is sound,
 * and memory and time are bounded by the length of the text, whatever counts it claims.
 */
export function readLightgbm(text: string): TreeEnsemble {
  const lines = linesOf(text);
  const first = lines.take();
  if (first !== 'tree') throw errors.modelFileUnreadable(1, `it begins with ${clip(first ?? '')} where "tree" is due`);
  const head = readHead(takeFields(lines));
  const trees = readTrees(lines, head);
  const parameters = readParameters(lines);
  const { treesDue: _, ...ensemble } = head;
  return { ...ensemble, trees, ...(parameters.length === 0 ? {} : { parameters }) };
}

type Head = Omit<TreeEnsemble, 'trees' | 'parameters'> & { readonly treesDue: number | undefined };

function readHead(fields: ReadonlyMap<string, Field>): Head {
  const version = need(fields, 'version', 1);
  if (version.value !== 'v4') throw errors.modelFileUnsupported(version.line, `version ${clip(version.value)}, not v4`);
  const classes = integerOf(need(fields, 'num_class', 1), 1, COUNT_MAX);
  const perRound = fields.get('num_tree_per_iteration');
  const treesPerRound = perRound === undefined ? classes : integerOf(perRound, 1, COUNT_MAX);
  const objectiveField = fields.get('objective');
  const objective: Objective =
    objectiveField === undefined ? { name: 'custom' } : readObjective(objectiveField, classes);
  if (perRound !== undefined && treesPerRound !== classes && objective.name !== 'custom')
    throw errors.modelFileUnreadable(
      perRound.line,
      `${treesPerRound} trees a round do not go with num_class=${classes}`,
    );
  const featureCount = integerOf(need(fields, 'max_feature_idx', 1), 0, COUNT_MAX - 1) + 1;
  const ofFeatures = (field: Field) => {
    const words = wordsOf(field);
    if (words.length === featureCount) return words;
    throw errors.modelFileUnreadable(
      field.line,
      `${field.key} has ${words.length} values for ${featureCount} features`,
    );
  };
  const monotone = fields.get('monotone_constraints');
  const sizes = fields.get('tree_sizes');
  return {
    objective,
    classes,
    treesPerRound,
    featureNames: ofFeatures(need(fields, 'feature_names', 1)),
    featureInfos: ofFeatures(need(fields, 'feature_infos', 1)),
    averageOutput: fields.has('average_output'),
    ...(monotone === undefined ? {} : { monotoneConstraints: integersOf(monotone, featureCount) }),
    treesDue: sizes === undefined ? undefined : wordsOf(sizes).length,
  };
}

function readTrees(lines: Lines, { treesDue, treesPerRound, featureNames }: Head): Tree[] {
  const trees: Tree[] = [];
  for (;;) {
    const line = lines.line();
    const next = lines.take();
    if (next === '') continue;
    if (next === undefined) throw errors.modelFileUnreadable(line, 'the file ends before "end of trees": it was cut');
    if (next === 'end of trees') {
      if (treesDue !== undefined && treesDue !== trees.length)
        throw errors.modelFileUnreadable(line, `${trees.length} trees where tree_sizes announced ${treesDue}`);
      if (trees.length % treesPerRound !== 0)
        throw errors.modelFileUnreadable(line, `${trees.length} trees are no full rounds of ${treesPerRound}`);
      return trees;
    }
    if (next !== `Tree=${trees.length}`)
      throw errors.modelFileUnreadable(line, `${clip(next)} where Tree=${trees.length} or "end of trees" is due`);
    trees.push(readTree(takeFields(lines), line, featureNames.length));
  }
}

/** The key of every list in the file. */
const KEYS = {
  splitFeature: 'split_feature',
  threshold: 'threshold',
  decisionType: 'decision_type',
  leftChild: 'left_child',
  rightChild: 'right_child',
  leafValue: 'leaf_value',
  leafWeight: 'leaf_weight',
  leafCount: 'leaf_count',
  splitGain: 'split_gain',
  internalValue: 'internal_value',
  internalWeight: 'internal_weight',
  internalCount: 'internal_count',
  catBoundaries: 'cat_boundaries',
  catThreshold: 'cat_threshold',
  shrinkage: 'shrinkage',
} as const satisfies Record<keyof Tree, string>;

/** The one threshold that is no number: it parts what is missing from all the rest. */
const THRESHOLDS = new Map([['inf', EVERY_NUMBER]]);

/** Gains and sums decide nothing: where they overflowed, the largest number will do. */
const TOLD = new Map([
  ['inf', Number.MAX_VALUE],
  ['-inf', -Number.MAX_VALUE],
  ['nan', 0],
  ['-nan', 0],
]);

function readTree(fields: ReadonlyMap<string, Field>, line: number, featureCount: number): Tree {
  const linear = fields.get('is_linear');
  if (linear !== undefined && linear.value !== '0')
    throw errors.modelFileUnsupported(linear.line, 'linear trees (linear_tree=true)');
  // A count that the lists do not bear out fails at the first of them: nothing is allocated on its word.
  const leaves = integerOf(need(fields, 'num_leaves', line), 1, COUNT_MAX);
  const nodes = leaves - 1;
  const sets = integerOf(need(fields, 'num_cat', line), 0, nodes);
  /** LightGBM writes no weights for a tree of one leaf, and reads files without the lists that only tell. */
  const told = (key: string, count: number) => {
    const field = fields.get(key);
    return field === undefined || (nodes === 0 && field.value === '')
      ? new Array<number>(count).fill(0)
      : numbersOf(field, count, TOLD);
  };
  const leafValue = numbersOf(need(fields, 'leaf_value', line), leaves);
  const nodeIntegers = (key: string) => (nodes === 0 ? [] : integersOf(need(fields, key, line), nodes));
  const catBoundaries = sets === 0 ? [] : integersOf(need(fields, 'cat_boundaries', line), sets + 1);
  const shrinkage = fields.get('shrinkage');
  const catWords = sets === 0 ? undefined : need(fields, 'cat_threshold', line);
  const tree: Tree = {
    splitFeature: nodeIntegers('split_feature'),
    threshold: nodes === 0 ? [] : numbersOf(need(fields, 'threshold', line), nodes, THRESHOLDS),
    decisionType: fields.has('decision_type') ? nodeIntegers('decision_type') : new Array<number>(nodes).fill(0),
    leftChild: nodeIntegers('left_child'),
    rightChild: nodeIntegers('right_child'),
    leafValue,
    leafWeight: told('leaf_weight', leaves),
    leafCount: told('leaf_count', leaves),
    splitGain: told('split_gain', nodes),
    internalValue: told('internal_value', nodes),
    internalWeight: told('internal_weight', nodes),
    internalCount: told('internal_count', nodes),
    catBoundaries,
    catThreshold: catWords === undefined ? [] : integersOf(catWords, wordsOf(catWords).length),
    shrinkage: shrinkage === undefined ? 1 : numbersOf(shrinkage, 1)[0]!,
  };
  const fault = faultOf(tree, featureCount);
  if (fault !== undefined)
    throw errors.modelFileUnreadable(lineOf(fields, fault, line), `${KEYS[fault.field]}: ${fault.reason}`);
  return tree;
}

const lineOf = (fields: ReadonlyMap<string, Field>, { field }: TreeFault, line: number): number =>
  fields.get(KEYS[field])?.line ?? line;

/** The block `parameters:` .. `end of parameters`; what stands around it (importances, what Python appends) is made anew or not ours. */
function readParameters(lines: Lines): [string, string][] {
  const parameters: [string, string][] = [];
  let isInside = false;
  for (let line = lines.line(), next = lines.take(); next !== undefined; line = lines.line(), next = lines.take()) {
    if (next === 'end of parameters') return parameters;
    if (next === 'parameters:') isInside = true;
    else if (isInside && next !== '') {
      const match = /^\[([^:]+):\s?(.*)\]$/.exec(next);
      if (match === null) throw errors.modelFileUnreadable(line, `${clip(next)} where a parameter is due`);
      parameters.push([match[1]!, match[2]!]);
    }
  }
  if (isInside) throw errors.modelFileUnreadable(lines.line(), 'the file ends within its parameters: it was cut');
  return parameters;
}
