/** Which rows are learnt from and judged in each fold, and which folds cannot be fitted. */
import { errors } from '#base/errors.js';
import type { LabelledMatrix } from '../frame/matrix.js';
import { type CvScheme, splitterOf } from '../splits/index.js';
import type { Fold } from '../splits/split.js';
import { type SkipReason, whySkip } from '../splits/trainable.js';

export interface PlanSettings {
  readonly scheme: CvScheme;
  readonly splits: number;
  readonly embargo: number;
}

export interface SkippedFold {
  readonly fold: number;
  readonly reason: SkipReason;
  readonly trainRows: number;
  readonly testRows: number;
}

export interface BacktestPlan extends PlanSettings {
  /** Every fold, by index. */
  readonly folds: readonly Fold[];
  readonly skipped: readonly SkippedFold[];
  /** Sums over the folds. */
  readonly purgedRows: number;
  readonly embargoedRows: number;
}

/** Fewer rows than this teach nothing (sigma.md 12.2). */
const TRAIN_ROWS_MIN = 50;

/** Throws `insufficientData` when no fold can be fitted: too few rows, one class only, or nothing to test. */
export function planBacktest(matrix: LabelledMatrix, settings: PlanSettings): BacktestPlan {
  const folds = splitterOf(settings.scheme).split({ t0: matrix.t0Ms, t1: matrix.t1Ms }, settings);
  const skipped = folds.flatMap((fold) => {
    const reason = whySkip(fold.train, fold.test, matrix.y, TRAIN_ROWS_MIN);
    const skip = { fold: fold.index, trainRows: fold.train.length, testRows: fold.test.length };
    return reason === undefined ? [] : [{ ...skip, reason }];
  });
  if (skipped.length === folds.length) {
    const reasons = [...new Set(skipped.map(({ reason }) => reason))];
    throw errors.insufficientData('every fold was skipped', {
      rows: matrix.features.rows,
      splits: settings.splits,
      reasons,
    });
  }
  return {
    ...settings,
    folds,
    skipped,
    purgedRows: folds.reduce((sum, { purged }) => sum + purged, 0),
    embargoedRows: folds.reduce((sum, { embargoed }) => sum + embargoed, 0),
  };
}

/** The folds to fit, in order. */
export const foldsToFit = ({ folds, skipped }: BacktestPlan): Fold[] =>
  folds.filter(({ index }) => !skipped.some(({ fold }) => fold === index));
