/** Training for use: the model on all rows, judged by purged cross-validation, never by the rows it learnt from (sigma.md 11.1). */
import { errors } from '#base/errors.js';
import { applyCalibration, type Calibrator } from '../calibration/calibrate.js';
import { CLASS_NAMES, type LabelledMatrix, type Matrix } from '../frame/matrix.js';
import { type ClassificationMetrics, classificationMetrics } from '../metrics/classification.js';
import { classifierOf, type FittedModel } from '../models/index.js';
import { CLASS_COUNT, type Control, seenClasses } from '../models/model.js';
import { takeColumns, takeLabels } from '../models/rows.js';
import { createRng } from '../random/xoshiro128.js';
import { FIT_STEPS, type FitSpec, type FoldFit, featuresOf, fitFold, learn } from './fit-fold.js';
import { type BacktestPlan, foldsToFit, planBacktest } from './plan.js';

/** Everything needed to predict; plain data that survives JSON. */
export interface TrainedModel {
  readonly algo: string;
  readonly features: readonly string[];
  readonly model: FittedModel;
  readonly calibration: Calibrator;
}

export interface FinalFit {
  readonly trained: TrainedModel;
  readonly importance: readonly { readonly name: string; readonly gain: number }[];
  readonly inSample: { readonly accuracy: number | null; readonly logLoss: number | null };
  readonly warnings: readonly string[];
}

export interface TrainingResult extends FinalFit {
  readonly metrics: ClassificationMetrics & { readonly inSample: FinalFit['inSample'] };
}

const ROWS_MIN = 100;

/** The folds that judge a training. Throws `insufficientData`: fewer than 100 rows, one class, or a class with fewer than 2 x splits rows. */
export function planTraining(
  matrix: LabelledMatrix,
  { splits, embargo }: { splits: number; embargo: number },
): BacktestPlan {
  const rows = matrix.features.rows;
  if (rows < ROWS_MIN) throw errors.insufficientData(`${rows} rows, at least ${ROWS_MIN} are needed`, { rows });
  const seen = seenClasses(matrix.y);
  if (seen.length < 2) throw errors.insufficientData('all rows have one class', { rows });
  for (const code of seen) {
    const count = matrix.y.filter((label) => label === code).length;
    if (count < 2 * splits) {
      const name = CLASS_NAMES[code]!;
      throw errors.insufficientData(`class ${name} has ${count} rows, ${2 * splits} are needed`, {
        class: name,
        rows: count,
      });
    }
  }
  return planBacktest(matrix, { scheme: 'purged_kfold', splits, embargo });
}

/** The model on all rows. */
export function fitFinal(matrix: LabelledMatrix, spec: FitSpec, control?: Control): FinalFit {
  const all = Int32Array.from(matrix.y, (_, row) => row);
  const { model, calibration, warnings } = learn(matrix, all, spec, createRng(spec.seed).fork('final'), control);
  const features = featuresOf(matrix, spec);
  const trained = { algo: classifierOf(spec.algo).name, features: features.names, model, calibration };
  const fitted = classificationMetrics(predictTrained(trained, features), matrix.y);
  return {
    trained,
    importance: classifierOf(spec.algo).importance(model, features.names),
    inSample: { accuracy: fitted.accuracy, logLoss: fitted.logLoss },
    warnings,
  };
}

/** Calibrated rows x 3 probabilities; columns are found by name. Throws `featureMissing`. */
export function predictTrained({ algo, features, model, calibration }: TrainedModel, x: Matrix): Float64Array {
  return applyCalibration(calibration, classifierOf(algo).predict(model, takeColumns(x, features)));
}

/** Joins the folds' fits and the final one; the headline numbers are out-of-fold. */
export function joinTraining(
  matrix: LabelledMatrix,
  plan: BacktestPlan,
  fits: readonly FoldFit[],
  final: FinalFit,
): TrainingResult {
  const predicted = fits.map(({ fold, testProbabilities }) => ({ rows: plan.folds[fold]!.test, testProbabilities }));
  const rows = Int32Array.from(predicted.flatMap((part) => [...part.rows]));
  const probabilities = new Float64Array(rows.length * CLASS_COUNT);
  let at = 0;
  for (const { testProbabilities } of predicted) {
    probabilities.set(testProbabilities, at);
    at += testProbabilities.length;
  }
  const warnings = [...new Set([...final.warnings, ...fits.flatMap((fit) => fit.warnings)])];
  const metrics = { ...classificationMetrics(probabilities, takeLabels(matrix.y, rows)), inSample: final.inSample };
  return { ...final, warnings, metrics };
}

/** All of it in one thread; hosts with workers run `fitFold` and `fitFinal` themselves and join the same parts. */
export function train(
  matrix: LabelledMatrix,
  spec: FitSpec,
  split: { readonly splits: number; readonly embargo: number },
  control?: Control,
): TrainingResult {
  const plan = planTraining(matrix, split);
  const folds = foldsToFit(plan);
  const total = (folds.length + 1) * FIT_STEPS;
  const within = (done: number): Control => ({
    ...control,
    onStep: (step) => control?.onStep?.(done * FIT_STEPS + step, total),
  });
  const fits = folds.map((fold, at) => fitFold(matrix, fold, spec, within(at)));
  return joinTraining(matrix, plan, fits, fitFinal(matrix, spec, within(folds.length)));
}
