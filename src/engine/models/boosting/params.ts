/** Settings of boosting in the field's terms (LightGBM's names, in camelCase) and their defaults. */
import { errors } from '#base/errors.js';

export const BOOSTING_OBJECTIVES = [
  'regression',
  'regression_l1',
  'huber',
  'quantile',
  'poisson',
  'tweedie',
  'binary',
  'multiclass',
] as const;

export type BoostingObjective = (typeof BOOSTING_OBJECTIVES)[number];

export interface BoostingParams {
  readonly objective: BoostingObjective;
  /** Classes of `multiclass`; labels are 0 .. classes - 1. */
  readonly numClass: number;
  /** `huber`: from here on the loss is linear. `quantile`: which. */
  readonly alpha: number;
  readonly tweedieVariancePower: number;
  /** `poisson`: e^this widens the hessian. */
  readonly poissonMaxDeltaStep: number;
  /** `multiclass`: h = this p (1 - p); absent means classes / (classes - 1). */
  readonly softmaxHessianFactor?: number;
  /** `binary`: weight of the rows of class 1. */
  readonly scalePosWeight: number;
  readonly numIterations: number;
  readonly learningRate: number;
  /** `leaf`: the leaf that gains most is split next, up to `numLeaves`. `depth`: every leaf is split while it gains, down to `maxDepth`. */
  readonly growth: 'leaf' | 'depth';
  readonly numLeaves: number;
  /** Splits on the way to a leaf; 0 or less means no limit. */
  readonly maxDepth: number;
  /** Where hessians differ, rows of a side are estimated by its share of them, as LightGBM does. */
  readonly minDataInLeaf: number;
  readonly minSumHessianInLeaf: number;
  readonly lambdaL1: number;
  readonly lambdaL2: number;
  readonly minGainToSplit: number;
  /** Share of the columns that each tree may use. */
  readonly featureFraction: number;
  /** Share of the rows that a tree learns from, drawn without replacement every `baggingFreq` rounds; 0 rounds means all rows always. */
  readonly baggingFraction: number;
  readonly baggingFreq: number;
  readonly maxBin: number;
  readonly minDataInBin: number;
  /** Rows that cuts between bins are learnt from. */
  readonly binConstructSampleCount: number;
  readonly boostFromAverage: boolean;
  /** -1 falling, 0 free, 1 rising, by column; absent means all free. */
  readonly monotoneConstraints?: readonly number[];
  /** Columns, by position, whose numbers name categories (whole numbers from 0 up to a million). */
  readonly categoricalFeatures: readonly number[];
  readonly catSmooth: number;
  readonly catL2: number;
  readonly maxCatThreshold: number;
  readonly maxCatToOnehot: number;
  readonly minDataPerGroup: number;
  /** Rounds without a better validation loss before training stops; 0 means it never does. */
  readonly earlyStoppingRounds: number;
}

export const BOOSTING_DEFAULTS: BoostingParams = {
  objective: 'regression',
  numClass: 1,
  alpha: 0.9,
  tweedieVariancePower: 1.5,
  poissonMaxDeltaStep: 0.7,
  scalePosWeight: 1,
  numIterations: 100,
  learningRate: 0.1,
  growth: 'leaf',
  numLeaves: 31,
  maxDepth: 0,
  minDataInLeaf: 20,
  minSumHessianInLeaf: 1e-3,
  lambdaL1: 0,
  lambdaL2: 0,
  minGainToSplit: 0,
  featureFraction: 1,
  baggingFraction: 1,
  baggingFreq: 0,
  maxBin: 255,
  minDataInBin: 3,
  binConstructSampleCount: 200_000,
  boostFromAverage: true,
  categoricalFeatures: [],
  catSmooth: 10,
  catL2: 10,
  maxCatThreshold: 32,
  maxCatToOnehot: 4,
  minDataPerGroup: 100,
  earlyStoppingRounds: 0,
};

type NumberName = {
  [K in keyof BoostingParams]-?: BoostingParams[K] extends number ? K : never;
}[keyof BoostingParams];

/** Lowest, highest and whether whole; a bound that may not be reached itself is written as the next number. */
const BOUNDS: Partial<Record<NumberName, readonly [low: number, high: number, isWhole?: true]>> = {
  numClass: [1, 1000, true],
  alpha: [Number.MIN_VALUE, 1e300],
  tweedieVariancePower: [1 + Number.EPSILON, 2 - Number.EPSILON],
  poissonMaxDeltaStep: [Number.MIN_VALUE, 100],
  scalePosWeight: [Number.MIN_VALUE, 1e300],
  numIterations: [0, 1_000_000, true],
  learningRate: [Number.MIN_VALUE, 1e300],
  numLeaves: [2, Number.MAX_SAFE_INTEGER, true],
  maxDepth: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true],
  minDataInLeaf: [0, Number.MAX_SAFE_INTEGER, true],
  minSumHessianInLeaf: [0, 1e300],
  lambdaL1: [0, 1e300],
  lambdaL2: [0, 1e300],
  minGainToSplit: [0, 1e300],
  featureFraction: [Number.MIN_VALUE, 1],
  baggingFraction: [Number.MIN_VALUE, 1],
  baggingFreq: [0, Number.MAX_SAFE_INTEGER, true],
  maxBin: [2, 255, true],
  minDataInBin: [1, Number.MAX_SAFE_INTEGER, true],
  binConstructSampleCount: [1, Number.MAX_SAFE_INTEGER, true],
  catSmooth: [0, 1e300],
  catL2: [0, 1e300],
  maxCatThreshold: [1, Number.MAX_SAFE_INTEGER, true],
  maxCatToOnehot: [1, Number.MAX_SAFE_INTEGER, true],
  minDataPerGroup: [1, Number.MAX_SAFE_INTEGER, true],
  earlyStoppingRounds: [0, Number.MAX_SAFE_INTEGER, true],
};

/** Fills in the defaults; throws `invalidParameter` for a number out of its bounds or settings that contradict each other. */
export function boostingParams(given: Partial<BoostingParams>, columns: number): BoostingParams {
  const params = { ...BOOSTING_DEFAULTS, ...given };
  for (const [name, [low, high, isWhole]] of Object.entries(BOUNDS) as [NumberName, [number, number, true?]][]) {
    const value = params[name];
    if (!(value >= low && value <= high) || (isWhole === true && !Number.isInteger(value)))
      throw errors.invalidParameter(name, `must be a ${isWhole ? 'whole ' : ''}number from ${low} to ${high}`);
  }
  if (!BOOSTING_OBJECTIVES.includes(params.objective))
    throw errors.invalidParameter('objective', `must be one of ${BOOSTING_OBJECTIVES.join(', ')}`);
  if (params.growth === 'depth' && !(params.maxDepth > 0 && params.maxDepth <= 24))
    throw errors.invalidParameter('maxDepth', 'must be 1 to 24 where trees grow by depth');
  if (params.objective === 'quantile' && params.alpha >= 1)
    throw errors.invalidParameter('alpha', 'must be below 1 for a quantile');
  if (params.objective === 'multiclass' && params.numClass < 2)
    throw errors.invalidParameter('numClass', 'must be at least 2 for multiclass');
  const monotone = params.monotoneConstraints;
  if (monotone !== undefined && (monotone.length !== columns || monotone.some((sign) => ![-1, 0, 1].includes(sign))))
    throw errors.invalidParameter('monotoneConstraints', `must hold -1, 0 or 1 for each of ${columns} columns`);
  // Such leaves say a percentile of their rows, whatever bounds their gradients kept to.
  if (monotone?.some((sign) => sign !== 0) && (params.objective === 'regression_l1' || params.objective === 'quantile'))
    throw errors.invalidParameter('monotoneConstraints', `cannot be held by ${params.objective}`);
  for (const column of params.categoricalFeatures) {
    if (!Number.isInteger(column) || column < 0 || column >= columns)
      throw errors.invalidParameter('categoricalFeatures', `must be positions of the ${columns} columns`);
    if (monotone !== undefined && monotone[column] !== 0)
      throw errors.invalidParameter('monotoneConstraints', `must be 0 for the categorical column ${column}`);
  }
  return params;
}

/** Leaves of a tree at most, on so many rows. */
export function leavesMaxOf({ growth, numLeaves, maxDepth }: BoostingParams, rows: number): number {
  const byDepth = maxDepth > 0 && maxDepth < 31 ? 2 ** maxDepth : Number.MAX_SAFE_INTEGER;
  return Math.max(1, Math.min(rows, byDepth, growth === 'leaf' ? numLeaves : Number.MAX_SAFE_INTEGER));
}
