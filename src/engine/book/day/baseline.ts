/** What two plain models learn from the shards, beside what guessing would give (umiki.md 9.5): the bar that a better model must clear. */
import { errors } from '#base/errors.js';
import { choleskySolve } from '../../models/cholesky.js';
import { scoresOf, solveLogistic } from '../../models/newton-logistic.js';

export interface Baseline {
  readonly samples: number;
  readonly train: number;
  readonly test: number;
  readonly regression: {
    readonly mse: number;
    readonly naiveMse: number;
    /** Null where the naive error is zero. */
    readonly mseRatio: number | null;
    /** 1 - mse / variance around the test mean; null where the test target does not vary. */
    readonly r2: number | null;
  };
  readonly classification: {
    readonly accuracy: number;
    readonly naiveAccuracy: number;
    readonly liftOverNaive: number;
    /** Recall of each class that occurs in the test part, by class. */
    readonly classAccuracy: ReadonlyMap<number, number>;
    /** Over all samples. */
    readonly classDistribution: ReadonlyMap<number, number>;
  };
}

export interface BaselineInput {
  /** Samples in time order; one column a feature, without NaN. */
  readonly features: readonly Float64Array[];
  readonly returns: Float64Array;
  /** -1, 0 or 1. */
  readonly directions: Float64Array;
}

export const BASELINE_SAMPLES_MIN = 50;

/** Ridge(alpha = 1) and LogisticRegression(C = 1) as scikit-learn defines them: both penalties weigh 1 against unscaled sums of losses. */
const RIDGE_ALPHA = 1;
const LOGISTIC_L2 = 1;

/** Split in time, the first four fifths to learn from, one sample dropped at the cut; features standardised by the train part alone. */
export function baselineOf({ features, returns, directions }: BaselineInput): Baseline {
  const samples = returns.length;
  if (samples < BASELINE_SAMPLES_MIN)
    throw errors.insufficientData(`a baseline needs ${BASELINE_SAMPLES_MIN} samples, here are ${samples}`, { samples });
  const train = Math.floor(0.8 * samples);
  const testFrom = train + 1;
  const design = features.map((column) => standardised(column, train));
  const trained = design.map((column) => column.subarray(0, train));
  const tested = design.map((column) => column.subarray(testFrom));
  return {
    samples,
    train,
    test: samples - testFrom,
    regression: regress(trained, returns.subarray(0, train), tested, returns.subarray(testFrom)),
    classification: classify(trained, directions.subarray(0, train), tested, directions.subarray(testFrom), directions),
  };
}

/** (x - mean) / population deviation of the train part; a constant column becomes zeros, as StandardScaler has it. */
function standardised(column: Float64Array, train: number): Float64Array {
  let sum = 0;
  for (let i = 0; i < train; i++) sum += column[i]!;
  const mean = sum / train;
  let squares = 0;
  for (let i = 0; i < train; i++) squares += (column[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / train);
  const isConstant = deviation <= 1e-12 * Math.max(1, Math.abs(mean));
  return column.map((value) => (isConstant ? value - mean : (value - mean) / deviation));
}

function regress(
  train: readonly Float64Array[],
  y: Float64Array,
  test: readonly Float64Array[],
  truth: Float64Array,
): Baseline['regression'] {
  const mean = meanOf(y);
  const width = train.length;
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < y.length; i++) right[j] = right[j]! + train[j]![i]! * (y[i]! - mean);
    for (let k = 0; k <= j; k++) gram[j * width + k] = dot(train[j]!, train[k]!);
    gram[j * width + j] = gram[j * width + j]! + RIDGE_ALPHA;
  }
  const weights = choleskySolve(gram, right);
  let squares = 0;
  let naive = 0;
  let around = 0;
  const testMean = meanOf(truth);
  for (let i = 0; i < truth.length; i++) {
    let predicted = mean;
    for (let j = 0; j < width; j++) predicted += weights[j]! * test[j]![i]!;
    squares += (truth[i]! - predicted) ** 2;
    naive += (truth[i]! - mean) ** 2;
    around += (truth[i]! - testMean) ** 2;
  }
  const n = truth.length;
  return {
    mse: squares / n,
    naiveMse: naive / n,
    mseRatio: naive > 0 ? squares / naive : null,
    r2: around > 0 ? 1 - squares / around : null,
  };
}

function classify(
  train: readonly Float64Array[],
  y: Float64Array,
  test: readonly Float64Array[],
  truth: Float64Array,
  all: Float64Array,
): Baseline['classification'] {
  const seen = countsOf(y);
  const classes = [...seen.keys()].sort((a, b) => a - b);
  const naiveClass = classes.reduce((best, next) => (seen.get(next)! > seen.get(best)! ? next : best), classes[0]!);
  const predicted = classes.length === 1 ? truth.map(() => classes[0]!) : predictClasses(train, y, test, classes);
  const share = (isRight: (i: number) => boolean) => truth.filter((_, i) => isRight(i)).length / truth.length;
  const accuracy = share((i) => predicted[i] === truth[i]);
  const naiveAccuracy = share((i) => truth[i] === naiveClass);
  const recall = new Map<number, number>();
  for (const [direction, count] of countsOf(truth)) {
    const hits = truth.filter((value, i) => value === direction && predicted[i] === direction).length;
    recall.set(direction, hits / count);
  }
  return {
    accuracy,
    naiveAccuracy,
    liftOverNaive: accuracy - naiveAccuracy,
    classAccuracy: recall,
    classDistribution: countsOf(all),
  };
}

function predictClasses(
  train: readonly Float64Array[],
  y: Float64Array,
  test: readonly Float64Array[],
  classes: readonly number[],
): Float64Array {
  const target = Int8Array.from(y, (direction) => classes.indexOf(direction));
  const vectors = solveLogistic(train, target, classes.length, LOGISTIC_L2);
  const rows = test[0]?.length ?? 0;
  const width = train.length + 1;
  const weights = new Float64Array(vectors.length * width);
  for (const [k, vector] of vectors.entries()) weights.set(vector, k * width);
  const scores = scoresOf(test, rows, vectors.length, weights);
  return Float64Array.from({ length: rows }, (_, i) => {
    if (vectors.length === 1) return classes[scores[i]! > 0 ? 1 : 0]!;
    let best = 0;
    for (let k = 1; k < vectors.length; k++)
      if (scores[i * vectors.length + k]! > scores[i * vectors.length + best]!) best = k;
    return classes[best]!;
  });
}

/** Classes in ascending order, with how often each occurs. */
function countsOf(values: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of [...values].sort((a, b) => a - b)) counts.set(value + 0, (counts.get(value + 0) ?? 0) + 1);
  return counts;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
