/** Writes LightGBM's text format v4, so that LightGBM itself and everything that reads its files can load our models. */
import { splitImportance } from './importance.js';
import { objectiveText } from './objective-text.js';
import { EVERY_NUMBER, type Tree, type TreeEnsemble } from './tree.js';

/**
 * The ensemble as a model file: the same ensemble gives the same bytes, and `readLightgbm` gives the ensemble back.
 *
 * Numbers are the shortest decimals that read back exactly. LightGBM has no blanks in feature names: each becomes an underline,
 * as its own Python package does it.
 */
export function writeLightgbm(ensemble: TreeEnsemble): string {
  const { classes, treesPerRound, averageOutput, featureInfos, monotoneConstraints, parameters } = ensemble;
  const names = ensemble.featureNames.map((name, column) =>
    name === '' ? `Column_${column}` : name.replace(/\s/g, '_'),
  );
  const trees = ensemble.trees.map((tree, index) => `Tree=${index}\n${treeText(tree)}\n\n`);
  const objective = objectiveText(ensemble.objective, classes);
  const head = [
    'tree',
    'version=v4',
    `num_class=${classes}`,
    `num_tree_per_iteration=${treesPerRound}`,
    'label_index=0',
    `max_feature_idx=${names.length - 1}`,
    ...(objective === undefined ? [] : [`objective=${objective}`]),
    ...(averageOutput ? ['average_output'] : []),
    `feature_names=${names.join(' ')}`,
    ...(monotoneConstraints === undefined ? [] : [`monotone_constraints=${monotoneConstraints.join(' ')}`]),
    `feature_infos=${featureInfos.join(' ')}`,
    // LightGBM finds tree i by these sizes in bytes; the text of a tree is ASCII.
    `tree_sizes=${trees.map((tree) => tree.length).join(' ')}`,
  ];
  const settings = (parameters ?? []).map(([name, value]) => `[${name}: ${value}]\n`).join('');
  return [
    `${head.join('\n')}\n\n`,
    ...trees,
    'end of trees\n\n',
    `feature_importances:\n${importances(ensemble, names)}`,
    ...(settings === '' ? [] : [`\nparameters:\n${settings}\nend of parameters\n`]),
  ].join('');
}

function treeText(tree: Tree): string {
  const hasCategories = tree.catBoundaries.length > 0;
  // A tree of one leaf has no weights in LightGBM's files.
  const isStump = tree.splitFeature.length === 0;
  return [
    `num_leaves=${tree.leafValue.length}`,
    `num_cat=${Math.max(0, tree.catBoundaries.length - 1)}`,
    `split_feature=${tree.splitFeature.join(' ')}`,
    `split_gain=${tree.splitGain.join(' ')}`,
    `threshold=${tree.threshold.map((value) => (value >= EVERY_NUMBER ? 'inf' : value)).join(' ')}`,
    `decision_type=${tree.decisionType.join(' ')}`,
    `left_child=${tree.leftChild.join(' ')}`,
    `right_child=${tree.rightChild.join(' ')}`,
    `leaf_value=${tree.leafValue.join(' ')}`,
    `leaf_weight=${isStump && tree.leafWeight[0] === 0 ? '' : tree.leafWeight.join(' ')}`,
    `leaf_count=${tree.leafCount.join(' ')}`,
    `internal_value=${tree.internalValue.join(' ')}`,
    `internal_weight=${tree.internalWeight.join(' ')}`,
    `internal_count=${tree.internalCount.join(' ')}`,
    ...(hasCategories
      ? [`cat_boundaries=${tree.catBoundaries.join(' ')}`, `cat_threshold=${tree.catThreshold.join(' ')}`]
      : []),
    'is_linear=0',
    `shrinkage=${tree.shrinkage}`,
    '',
  ].join('\n');
}

/** Features that were split on, the most frequent first; ties keep the order of the columns. */
function importances(ensemble: TreeEnsemble, names: readonly string[]): string {
  const counts = splitImportance(ensemble);
  return names
    .map((name, column) => ({ name, count: counts[column]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => `${name}=${count}\n`)
    .join('');
}
