/** Trees and ensembles of trees as plain data that survives JSON, numbered as LightGBM's text format v4 numbers them. */

/**
 * One regression tree.
 *
 * Inner nodes are 0 .. n-2 (0 is the root), leaves 0 .. n-1; a child >= 0 is an inner node, a child < 0 is the leaf `~child`.
 * A tree of one leaf has no inner nodes: every list of inner nodes is empty and `leafValue` has one number.
 * All numbers are finite; training that has nothing to tell about a list (gains of an averaged tree, say) fills it with zeros.
 */
export interface Tree {
  /** Column of the split, by position in `TreeEnsemble.featureNames`. */
  readonly splitFeature: readonly number[];
  /**
   * A number goes left when it is <= this; in a categorical node this is the position of its set in `catBoundaries`.
   * `EVERY_NUMBER` parts the missing from all others: every number goes left, +Infinity too.
   */
  readonly threshold: readonly number[];
  /** See `DECISION`: bit 0 categorical, bit 1 missing goes left, bits 2-3 what is missing. */
  readonly decisionType: readonly number[];
  readonly leftChild: readonly number[];
  readonly rightChild: readonly number[];
  /** What a leaf adds to the score, shrinkage included. */
  readonly leafValue: readonly number[];
  /** Sum of hessians in the leaf (rows, where the objective has a constant hessian). */
  readonly leafWeight: readonly number[];
  /** Training rows in the leaf. */
  readonly leafCount: readonly number[];
  readonly splitGain: readonly number[];
  /** What the node would have added as a leaf. */
  readonly internalValue: readonly number[];
  readonly internalWeight: readonly number[];
  readonly internalCount: readonly number[];
  /** Set k is words `catBoundaries[k]` .. `catBoundaries[k + 1]` of `catThreshold`; empty when no node is categorical. */
  readonly catBoundaries: readonly number[];
  /** Unsigned 32-bit words; category c is in a set when bit c % 32 of its word c / 32 is 1. What is in the set goes left. */
  readonly catThreshold: readonly number[];
  /** What the leaves were multiplied by (already in `leafValue`). */
  readonly shrinkage: number;
}

/** Bits of `decisionType`. */
export const DECISION = {
  categorical: 1,
  defaultLeft: 2,
  missingNone: 0,
  missingZero: 4,
  missingNan: 8,
  missingMask: 12,
} as const;

/** The threshold that LightGBM writes as `inf`; JSON has no infinity. */
export const EVERY_NUMBER = Number.MAX_VALUE;

/** Numbers of at most this size are zero: LightGBM's kZeroThreshold, 1e-35 as a 32-bit float. */
export const ZERO_SIZE_MAX = Math.fround(1e-35);

/** Objectives by LightGBM's names; `custom` is a model whose file names none: its prediction is the raw score. */
export const OBJECTIVES = [
  'regression',
  'regression_l1',
  'huber',
  'fair',
  'poisson',
  'quantile',
  'mape',
  'gamma',
  'tweedie',
  'binary',
  'multiclass',
  'multiclassova',
  'cross_entropy',
  'cross_entropy_lambda',
  'lambdarank',
  'rank_xendcg',
  'custom',
] as const;

export type ObjectiveName = (typeof OBJECTIVES)[number];

export interface Objective {
  readonly name: ObjectiveName;
  /** `binary` and `multiclassova`: p = 1 / (1 + e^(-sigmoid * raw)). */
  readonly sigmoid?: number;
  /** Regression on the square root of the label: the prediction is the raw score squared, its sign kept. */
  readonly sqrt?: true;
}

export interface TreeEnsemble {
  readonly objective: Objective;
  /** Classes of `multiclass` and `multiclassova`; 1 for every other objective, `binary` too. */
  readonly classes: number;
  /** Trees are in rounds of this many; tree i adds to score i % treesPerRound. Equal to `classes` but for custom objectives. */
  readonly treesPerRound: number;
  readonly featureNames: readonly string[];
  /** What training saw of each column: `[min:max]`, the categories joined by `:`, or `none`. */
  readonly featureInfos: readonly string[];
  /** Scores are the mean over the rounds, not the sum (random forest). */
  readonly averageOutput: boolean;
  readonly trees: readonly Tree[];
  /** -1, 0, 1 a column, where the model was held to be monotone. */
  readonly monotoneConstraints?: readonly number[];
  /** Settings of the training, in order, as written in the file; for people, never read by prediction. */
  readonly parameters?: readonly (readonly [name: string, value: string])[];
}
