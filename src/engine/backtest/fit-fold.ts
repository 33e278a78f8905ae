/** One fold's learning: the model, its calibration and the inner out-of-fold probabilities that thresholds are chosen on. */
import type { Rng } from '#base/rng.js';
import { applyCalibration, type Calibration, type Calibrator, fitCalibration } from '../calibration/calibrate.js';
import type { LabelledMatrix, Matrix } from '../frame/matrix.js';
import { classifierOf, type FittedModel } from '../models/index.js';
import { CLASS_COUNT, type Control, type Hyperparams, stopIfAsked } from '../models/model.js';
import { takeColumns, takeLabels, takeRows } from '../models/rows.js';
import { createRng } from '../random/xoshiro128.js';
import { purgedKFold } from '../splits/purged-k-fold.js';
import type { Fold } from '../splits/split.js';
import { whySkip } from '../splits/trainable.js';

export interface FitSpec {
  readonly algo: string;
  readonly hyperparams: Hyperparams;
  readonly calibration: Calibration;
  readonly seed: number;
  /** Columns to learn from; absent means all. */
  readonly features?: readonly string[];
}

/** Depends on the matrix, the fold and the spec only: sweeps use it again for every threshold and top_pct. Plain data and typed arrays. */
export interface FoldFit {
  readonly fold: number;
  /** Test rows x 3, calibrated. */
  readonly testProbabilities: Float64Array;
  /** Train rows x 3, calibrated; NaN for rows that no inner model predicted. */
  readonly innerProbabilities: Float64Array;
  readonly calibration: Calibrator;
  readonly warnings: readonly string[];
}

/** Learning on some rows, ready to predict others. */
export interface Learned {
  readonly model: FittedModel;
  readonly calibration: Calibrator;
  readonly innerProbabilities: Float64Array;
  readonly warnings: readonly string[];
}

const INNER_FOLDS = 3;
// An inner model only has to rank; a third of the outer minimum would starve small folds completely.
const INNER_ROWS_MIN = 20;

/** Steps that `control.onStep` counts: the inner fits and the fit itself. */
export const FIT_STEPS = INNER_FOLDS + 1;

export function fitFold(matrix: LabelledMatrix, fold: Fold, spec: FitSpec, control?: Control): FoldFit {
  const rng = createRng(spec.seed).fork(`fold:${fold.index}`);
  const learned = learn(matrix, fold.train, spec, rng, control);
  const raw = classifierOf(spec.algo).predict(learned.model, takeRows(featuresOf(matrix, spec), fold.test));
  return {
    fold: fold.index,
    testProbabilities: applyCalibration(learned.calibration, raw),
    innerProbabilities: learned.innerProbabilities,
    calibration: learned.calibration,
    warnings: learned.warnings,
  };
}

/** Fits on the given rows; calibration and inner probabilities come from a purged 3-fold among these rows alone (sigma.md 11.4, 12.3). */
export function learn(matrix: LabelledMatrix, rows: Int32Array, spec: FitSpec, rng: Rng, control?: Control): Learned {
  const classifier = classifierOf(spec.algo);
  const features = featuresOf(matrix, spec);
  const params = { ...classifier.defaults, ...spec.hyperparams };
  const fitOn = (part: Int32Array, label: string) =>
    classifier.fit({
      x: takeRows(features, part),
      y: takeLabels(matrix.y, part),
      params,
      rng: rng.fork(label),
      // Its steps are none of the caller's: those are counted below.
      ...(control && { control: { ...control, onStep: () => undefined } }),
    });
  const inner = new Float64Array(rows.length * CLASS_COUNT).fill(NaN);
  const warnings: string[] = [];
  for (const fold of innerFolds(matrix, rows)) {
    stopIfAsked(control, 'Fitting');
    const [train, test] = [positionsToRows(fold.train, rows), positionsToRows(fold.test, rows)];
    const reason = whySkip(train, test, matrix.y, INNER_ROWS_MIN);
    if (reason === undefined) {
      const predicted = classifier.predict(fitOn(train, `inner:${fold.index}`), takeRows(features, test));
      inner.set(predicted, fold.test[0]! * CLASS_COUNT);
    } else warnings.push(`inner_fold_skipped:${reason}`);
    control?.onStep?.(fold.index + 1, FIT_STEPS);
  }
  stopIfAsked(control, 'Fitting');
  const model = fitOn(rows, 'outer');
  const calibration = fitCalibration(inner, takeLabels(matrix.y, rows), spec.calibration);
  control?.onStep?.(FIT_STEPS, FIT_STEPS);
  return {
    model,
    calibration,
    innerProbabilities: applyCalibration(calibration, inner),
    warnings: [...warnings, ...calibration.warnings],
  };
}

export const featuresOf = (matrix: LabelledMatrix, spec: Pick<FitSpec, 'features'>): Matrix =>
  spec.features === undefined ? matrix.features : takeColumns(matrix.features, spec.features);

function innerFolds(matrix: LabelledMatrix, rows: Int32Array): Fold[] {
  const t0 = Float64Array.from(rows, (row) => matrix.t0Ms[row]!);
  const t1 = Float64Array.from(rows, (row) => matrix.t1Ms[row]!);
  return purgedKFold.split({ t0, t1 }, { splits: INNER_FOLDS, embargo: 0 });
}

const positionsToRows = (positions: Int32Array, rows: Int32Array): Int32Array =>
  positions.map((position) => rows[position]!);
