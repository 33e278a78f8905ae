/** What a training or a backtest is to do, resolved to the last default, and the documents that it is stored and hashed as. */
import type { Json, JsonObject } from '#base/json.js';
import type { BacktestConfig } from '#engine/backtest/config.js';
import type { FitSpec } from '#engine/backtest/fit-fold.js';
import type { PlanSettings } from '#engine/backtest/plan.js';
import { formatDay, parseDay } from '#engine/calendar/civil-date.js';
import type { Calibration } from '#engine/calibration/calibrate.js';
import type { Hyperparams } from '#engine/models/model.js';
import type { MatrixRef } from './find-matrix.js';
import { shaOf } from './identifiers.js';
import { toObject } from './wire-names.js';

/** How a model learns, whatever is done with it. */
export interface FitPlan {
  readonly algo: string;
  readonly hyperparams: Hyperparams;
  readonly calibration: Calibration;
  readonly seed: number;
  /** Columns or indicators that were named; null takes the matrix's own list. */
  readonly features: readonly string[] | null;
  readonly target: string | null;
}

/** Which rows of the matrix are used, hours apart: a sweep varies those. */
export interface RowRange {
  readonly startDay: number | null;
  readonly endDay: number | null;
}

/** The part of a matrix that its CSV does not say. */
export type MatrixReading = Pick<MatrixRef, 'matrixSha' | 'featureColumns' | 'horizonBars' | 'isIntraday'>;

export interface RunPlan {
  readonly matrix: MatrixReading;
  readonly rows: RowRange;
  readonly fit: FitPlan;
  readonly cv: PlanSettings;
}

/** A plan with the one configuration, or each of the many, that is evaluated on it. */
export interface ConfigOnHours {
  readonly allowedHours: readonly number[] | null;
  readonly config: BacktestConfig;
}

export const fitSpecOf = ({ fit }: RunPlan): FitSpec => ({
  algo: fit.algo,
  hyperparams: fit.hyperparams,
  calibration: fit.calibration,
  seed: fit.seed,
});

export const planDocument = ({ matrix, rows, fit, cv }: RunPlan): JsonObject => ({
  matrix: {
    matrix_sha: matrix.matrixSha,
    feature_columns: matrix.featureColumns,
    horizon_bars: matrix.horizonBars,
    is_intraday: matrix.isIntraday,
  },
  rows: { start: dayText(rows.startDay), end: dayText(rows.endDay) },
  fit: {
    algo: fit.algo,
    hyperparams: toObject(fit.hyperparams),
    calibration: fit.calibration,
    seed: fit.seed,
    features: fit.features,
    target: fit.target,
  },
  cv: { scheme: cv.scheme, splits: cv.splits, embargo: cv.embargo },
});

export function readPlan(document: JsonObject): RunPlan {
  const { matrix, rows, fit, cv } = document as Record<string, JsonObject>;
  return {
    matrix: {
      matrixSha: matrix!['matrix_sha'] as string,
      featureColumns: matrix!['feature_columns'] as readonly string[] | null,
      horizonBars: matrix!['horizon_bars'] as number | null,
      isIntraday: matrix!['is_intraday'] as boolean | null,
    },
    rows: { startDay: dayOf(rows!['start']), endDay: dayOf(rows!['end']) },
    fit: {
      algo: fit!['algo'] as string,
      hyperparams: readHyperparams(fit!['hyperparams'] as JsonObject),
      calibration: fit!['calibration'] as Calibration,
      seed: fit!['seed'] as number,
      features: fit!['features'] as readonly string[] | null,
      target: fit!['target'] as string | null,
    },
    cv: {
      scheme: cv!['scheme'] as PlanSettings['scheme'],
      splits: cv!['splits'] as number,
      embargo: cv!['embargo'] as number,
    },
  };
}

const dayText = (day: number | null) => (day === null ? null : formatDay(day));
const dayOf = (text: Json | undefined) => (typeof text === 'string' ? (parseDay(text) ?? null) : null);

const HYPERPARAMS: Readonly<Record<string, keyof Hyperparams>> = {
  n_estimators: 'nEstimators',
  max_depth: 'maxDepth',
  learning_rate: 'learningRate',
  subsample: 'subsample',
  colsample: 'colsample',
  reg_lambda: 'regLambda',
  gamma: 'gamma',
  min_child_weight: 'minChildWeight',
  l2: 'l2',
  epochs: 'epochs',
  batch_size: 'batchSize',
};

/** Numbers under the wire's names; what no learner knows is left out. */
export function readHyperparams(document: JsonObject): Hyperparams {
  return Object.fromEntries(
    Object.entries(document).flatMap(([key, value]) =>
      HYPERPARAMS[key] !== undefined && typeof value === 'number' ? [[HYPERPARAMS[key], value]] : [],
    ),
  );
}

/** Thresholds, sizes, costs and fills of one configuration. */
export function configDocument({ allowedHours, config }: ConfigOnHours): JsonObject {
  const { momentumGate, thresholds, ...rest } = config;
  return {
    ...toObject(rest),
    thresholds: [...thresholds],
    momentum_gate: momentumGate === null ? null : { column: momentumGate.column, min: momentumGate.min },
    allowed_hours: allowedHours,
  };
}

export function readConfigDocument(document: JsonObject): ConfigOnHours {
  const gate = document['momentum_gate'] as JsonObject | null;
  return {
    allowedHours: document['allowed_hours'] as readonly number[] | null,
    config: {
      thresholds: document['thresholds'] as readonly number[],
      topPct: document['top_pct'] as number | null,
      combine: document['combine'] as BacktestConfig['combine'],
      exitThreshold: document['exit_threshold'] as number | null,
      sizeByConf: document['size_by_conf'] as boolean,
      confCap: document['conf_cap'] as number,
      momentumGate: gate === null ? null : { column: gate['column'] as string, min: gate['min'] as number },
      longOnly: document['long_only'] as boolean,
      perHourThresholds: document['per_hour_thresholds'] as boolean,
      selectBy: document['select_by'] as BacktestConfig['selectBy'],
      slippageBps: document['slippage_bps'] as number,
      commissionBps: document['commission_bps'] as number,
      fill: document['fill'] as BacktestConfig['fill'],
    },
  };
}

/** Names the rows and the learning that trials are made on: equal thresholds on other rows are other trials. */
export const scopeOf = (plan: RunPlan, allowedHours: readonly number[] | null): string =>
  shaOf({ ...planDocument(plan), hours: allowedHours });
