/** `rf`: a forest of gini trees on bootstrap samples, each node choosing among a few features (Breiman 2001). */
import { errors } from '#base/errors.js';
import { binMatrix } from './forest/bin-matrix.js';
import { type CartTree, growCart } from './forest/grow-cart.js';
import { leavesOf } from './forest/tree-shape.js';
import { CLASS_COUNT, type Classifier, certainOf, type Hyperparams, seenClasses, stopIfAsked } from './model.js';

export interface FittedRf {
  readonly kind: 'rf';
  readonly classes: readonly number[];
  /** None where training saw one class only. */
  readonly trees: readonly CartTree[];
}

const DEFAULTS = { nEstimators: 300, maxDepth: 12 } as const satisfies Hyperparams;
// Leaves of single rows are certain of what they saw once; prices repeat little.
const LEAF_ROWS_MIN = 5;

export const rf: Classifier<FittedRf> = {
  name: 'rf',
  aliases: ['random_forest'],
  defaults: DEFAULTS,

  fit({ x, y, params, rng, control }) {
    if (x.rows === 0) throw errors.insufficientData('no rows to train on', { rows: 0 });
    const classes = seenClasses(y);
    if (classes.length === 1) return { kind: 'rf', classes, trees: [] };
    const { nEstimators, maxDepth } = { ...DEFAULTS, ...params };
    const count = params.epochs ?? nEstimators;
    const target = y.map((code) => classes.indexOf(code));
    const binned = binMatrix(x);
    const featuresPerNode = Math.max(1, Math.floor(Math.sqrt(x.columns.length)));
    const trees: CartTree[] = [];
    for (let tree = 0; tree < count; tree++) {
      stopIfAsked(control, 'Training');
      const order = Int32Array.from({ length: x.rows }, () => rng.below(x.rows));
      const cart = {
        maxDepth,
        minRowsLeaf: LEAF_ROWS_MIN,
        featuresPerNode: Math.min(featuresPerNode, x.columns.length),
      };
      trees.push(growCart(binned, target, classes.length, order, cart, rng));
      control?.onStep?.(tree + 1, count);
    }
    return { kind: 'rf', classes, trees };
  },

  /** Mean of the leaves' class shares. */
  predict({ classes, trees }, x) {
    if (classes.length === 1) return certainOf(classes[0]!, x.rows);
    const out = new Float64Array(x.rows * CLASS_COUNT);
    for (const tree of trees) {
      const leaves = leavesOf(tree, x.columns, x.rows);
      for (let i = 0; i < x.rows; i++) {
        for (let k = 0; k < classes.length; k++) {
          const at = i * CLASS_COUNT + classes[k]!;
          out[at] = out[at]! + tree.shares[leaves[i]! * classes.length + k]!;
        }
      }
    }
    return out.map((sum) => sum / trees.length);
  },

  /** Total fall of gini impurity at the column's splits. */
  importance({ trees }, names) {
    const gains = new Float64Array(names.length);
    for (const { feature, gain } of trees) {
      for (const [node, j] of feature.entries()) if (j >= 0) gains[j] = gains[j]! + gain[node]!;
    }
    return names.map((name, j) => ({ name, gain: gains[j]! }));
  },
};
