/** From what a caller wishes to a plan and a configuration: request over policy over defaults (sigma 12.1). */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { type BacktestConfig, DEFAULT_CONFIG } from '#engine/backtest/config.js';
import type { Calibration } from '#engine/calibration/calibrate.js';
import type { CvScheme } from '#engine/splits/index.js';
import type { MatrixRef } from './find-matrix.js';
import { ALGOS } from './identifiers.js';
import { type OpenModel, requirePolicy } from './model-access.js';
import { hyperparamFaults } from './model-config.js';
import type { RiskProfile } from './risk-profile.js';
import { type ConfigOnHours, type FitPlan, type RunPlan, readHyperparams } from './run-plan.js';

/** What may be said about learning; null takes the model's own. */
export interface FitWish {
  readonly target: string | null;
  readonly features: readonly string[] | null;
  readonly calibration: Calibration;
  /** `learning_rate`, `n_estimators`, `seed`, `algo`, ... as they came. */
  readonly hyperparams: JsonObject;
}

export interface BacktestWish extends FitWish {
  readonly modelId: string;
  readonly packId: string | null;
  readonly matrixSha: string | null;
  readonly csv: string | null;
  readonly startDay: number | null;
  readonly endDay: number | null;
  readonly thresholds: readonly number[] | null;
  readonly topPct: number | null;
  readonly combine: 'override' | 'and';
  readonly splits: number;
  readonly embargo: number;
  readonly cvScheme: CvScheme;
  readonly allowedHours: readonly number[] | null;
  readonly slippageBps: number | null;
  readonly commissionBps: number | null;
  readonly sizeByConf: boolean | null;
  readonly confCap: number | null;
  readonly perHourThresholds: boolean;
  readonly selectBy: BacktestConfig['selectBy'];
  readonly momentumGate: boolean | null;
  readonly momentumMin: number | null;
  readonly momentumColumn: string | null;
  readonly exitThreshold: number | null;
  readonly fill: BacktestConfig['fill'];
  readonly riskProfile: RiskProfile | null;
  readonly save: boolean;
  readonly tag: string | null;
}

/** The defaults of sigma 11.3 where neither request nor model says anything. */
const SEED = 2025;

export function fitPlanOf({ spec }: OpenModel, wish: FitWish): FitPlan {
  const merged = { ...spec.hyperparams, ...wish.hyperparams };
  const faults = hyperparamFaults(merged, 'config');
  if (faults.length > 0) throw errors.configInvalid(faults);
  const { algo, seed } = merged;
  if (algo !== undefined && !ALGOS.some((known) => known === algo))
    throw errors.invalidParameter('config.algo', `Must be one of ${ALGOS.join(', ')}`);
  return {
    algo: typeof algo === 'string' ? algo : spec.algo,
    hyperparams: withEpochs(merged),
    calibration: wish.calibration,
    seed: typeof seed === 'number' ? seed : SEED,
    features: wish.features,
    target: wish.target,
  };
}

/** A tree counts its epochs in trees (sigma 11.1). */
function withEpochs(merged: JsonObject): FitPlan['hyperparams'] {
  const read = readHyperparams(merged);
  return read.epochs !== undefined && read.nEstimators === undefined ? { ...read, nEstimators: read.epochs } : read;
}

export function runPlanOf(open: OpenModel, matrix: MatrixRef, wish: BacktestWish): RunPlan {
  return {
    matrix: {
      matrixSha: matrix.matrixSha,
      featureColumns: matrix.featureColumns,
      horizonBars: matrix.horizonBars,
      isIntraday: matrix.isIntraday,
    },
    rows: { startDay: wish.startDay, endDay: wish.endDay },
    fit: fitPlanOf(open, wish),
    cv: { scheme: wish.cvScheme, splits: wish.splits, embargo: wish.embargo },
  };
}

/** Throws policyInvalid: a run under a policy that cannot be read would be a run under no policy. */
export function configOf(open: OpenModel, matrix: MatrixRef, wish: BacktestWish): ConfigOnHours {
  const { executionEffective } = requirePolicy(open);
  const policy = <T extends number | boolean | string>(key: string) => executionEffective[key] as T;
  const isGated = wish.momentumGate ?? policy<boolean>('momentum_gate');
  const column = wish.momentumColumn ?? policy<string>('momentum_column');
  if (isGated && matrix.featureColumns !== null && !matrix.featureColumns.includes(column))
    throw errors.invalidParameter('momentum_column', `the matrix has no column ${column}`);
  return {
    allowedHours: wish.allowedHours,
    config: {
      thresholds: wish.thresholds ?? DEFAULT_CONFIG.thresholds,
      topPct: wish.topPct,
      combine: wish.combine,
      // S2 writes it into the model: {thresholds: {entry, exit}}.
      exitThreshold: wish.exitThreshold ?? open.spec.exit,
      sizeByConf: wish.sizeByConf ?? policy<boolean>('size_by_conf'),
      confCap: wish.confCap ?? policy<number>('conf_cap'),
      momentumGate: isGated ? { column, min: wish.momentumMin ?? policy<number>('momentum_min') } : null,
      longOnly: policy<boolean>('long_only'),
      perHourThresholds: wish.perHourThresholds,
      selectBy: wish.selectBy,
      slippageBps: wish.slippageBps ?? policy<number>('slippage_bps'),
      commissionBps: wish.commissionBps ?? policy<number>('commission_bps'),
      fill: wish.fill,
    },
  };
}

/** Words for what a wish cannot mean here. */
export function wishWarnings(
  open: OpenModel,
  wish: Pick<BacktestWish, 'allowedHours' | 'hyperparams'>,
  algo: string,
): string[] {
  const isDaily = open.spec.cadence === 'daily' || open.spec.cadence === 'weekly';
  const warnings: string[] = [];
  if (isDaily && wish.allowedHours !== null)
    warnings.push('allowed_hours drops no row of a model of daily or slower cadence');
  if (algo !== 'logit' && wish.hyperparams['batch_size'] !== undefined)
    warnings.push(`batch_size is recorded; ${algo} does not use it`);
  return warnings;
}
