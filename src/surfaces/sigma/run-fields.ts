/** Wishes for trainings and backtests, out of the bodies of both seeds (contract 11.1, 12.1). */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { BacktestWish } from '#services/strategy/backtest.service.js';
import type { TrainWish } from '#services/strategy/train.service.js';
import { CALIBRATIONS, CV_SCHEMES, SELECT_BY } from '#services/strategy/vocabulary.js';
import {
  choiceOf,
  daysOf,
  flagOf,
  type Given,
  hoursOf,
  integerOf,
  isRecord,
  namesOf,
  needText,
  numberOf,
  objectOf,
  pick,
  riskProfileOf,
  shaOf,
  textOf,
  thresholdsOf,
  topPctOf,
} from './fields.js';

export const modelIdOf = (body: Given) => needText(pick(body, 'model_id', 'id'), 'model_id');

const TAG_CHARS_MAX = 128;

/** Which matrix, which model, and how to learn: what training and testing share. */
function learningOf(body: Given) {
  const { startDay, endDay } = daysOf(body);
  return {
    modelId: modelIdOf(body),
    packId: textOf(pick(body, 'pack_id', 'pack'), 'pack_id', 64),
    matrixSha: shaOf(body['matrix_sha']),
    csv: textOf(body['csv'], 'csv', 512),
    startDay,
    endDay,
    target: textOf(pick(body, 'target', 'config.target'), 'target', 64),
    features: namesOf(body['features'], 'features'),
    calibration: calibrationOf(pickNullable(body, 'calibration')),
    hyperparams: hyperparamsOf(body),
    allowedHours: hoursOf(pick(body, 'allowed_hours', 'config.allowed_hours')),
    riskProfile: riskProfileOf(body['risk_profile']),
    tag: textOf(body['tag'], 'tag', TAG_CHARS_MAX),
  };
}

/** Null is an answer here ("none"), absence is not. */
const pickNullable = (body: Given, name: string) => (Object.hasOwn(body, name) ? body[name] : undefined);

const calibrationOf = (value: unknown) =>
  value === undefined ? 'sigmoid' : value === null ? 'none' : choiceOf(value, 'calibration', CALIBRATIONS)!;

const HYPERPARAMS = [
  'learning_rate',
  'epochs',
  'batch_size',
  'n_estimators',
  'max_depth',
  'subsample',
  'colsample',
  'reg_lambda',
  'min_child_weight',
  'l2',
  'gamma',
  'seed',
  'algo',
];

/** The learner's part of `config`; what else stands there belongs to the run. */
function hyperparamsOf(body: Given): JsonObject {
  const config = objectOf(body['config'], 'config') ?? {};
  const algo = config['algo'] ?? config['model'];
  const known = Object.entries(config).filter(([name, value]) => HYPERPARAMS.includes(name) && value !== null);
  return { ...Object.fromEntries(known), ...(typeof algo === 'string' ? { algo: algo.toLowerCase() } : {}) };
}

export function trainWishOf(body: Given): TrainWish {
  return {
    ...learningOf(body),
    splits: integerOf(pick(body, 'splits', 'config.splits'), 'splits', { min: 2, max: 20 }) ?? 5,
    embargo: numberOf(body['embargo'], 'embargo', { min: 0, below: 0.5 }) ?? 0.01,
    modelOut: textOf(body['model_out'], 'model_out', 512),
    fromBacktest: textOf(body['from_backtest'], 'from_backtest', 64),
    override: flagOf(body['override'], 'override') ?? false,
  };
}

const THRESHOLD_KINDS = ['thresholds', 'threshold', 'thr'];

export function backtestWishOf(body: Given): BacktestWish {
  const { thresholds, topPct } = selectionOf(body);
  return {
    ...learningOf(body),
    thresholds,
    topPct,
    combine: choiceOf(body['combine'], 'combine', ['override', 'and']) ?? 'override',
    ...sharedOf(body),
  };
}

/** Every parameter that a sweep hands on to each of its configurations. */
function sharedOf(body: Given) {
  return {
    splits: integerOf(pick(body, 'splits', 'config.splits'), 'splits', { min: 2, max: 20 }) ?? 5,
    embargo: numberOf(body['embargo'], 'embargo', { min: 0, below: 0.5 }) ?? 0,
    cvScheme: choiceOf(body['cv_scheme'], 'cv_scheme', CV_SCHEMES) ?? 'purged_kfold',
    slippageBps: numberOf(body['slippage_bps'], 'slippage_bps', { min: 0, max: 1000 }),
    commissionBps: numberOf(body['commission_bps'], 'commission_bps', { min: 0, max: 1000 }),
    sizeByConf: flagOf(body['size_by_conf'], 'size_by_conf'),
    confCap: numberOf(body['conf_cap'], 'conf_cap', { min: 0, max: 1 }),
    perHourThresholds: flagOf(body['per_hour_thresholds'], 'per_hour_thresholds') ?? false,
    selectBy: choiceOf(body['per_hour_select_by'], 'per_hour_select_by', SELECT_BY) ?? 'sharpe',
    momentumGate: flagOf(body['momentum_gate'], 'momentum_gate'),
    momentumMin: numberOf(body['momentum_min'], 'momentum_min', {}),
    momentumColumn: textOf(body['momentum_column'], 'momentum_column', 64),
    exitThreshold: numberOf(pick(body, 'exit_threshold', 'config.exit_threshold'), 'exit_threshold', {
      above: 0,
      below: 1,
    }),
    fill: choiceOf(body['fill'], 'fill', ['next_open', 'close']) ?? ('next_open' as const),
    save: flagOf(body['save'], 'save') ?? true,
  };
}

export const sharedWishOf = (body: Given): BacktestWish => ({
  ...learningOf(body),
  ...selectionOf(body),
  combine: 'override',
  ...sharedOf(body),
});

/** Thresholds and the top share, as S3 spells them flat and as S2 puts them into `config` as kind and value. */
function selectionOf(body: Given): { thresholds: number[] | null; topPct: number | null } {
  const config = isRecord(body['config']) ? body['config'] : {};
  const kind = textOf(config['kind'], 'config.kind', 32)?.toLowerCase();
  const value = config['value'];
  if (kind !== undefined && !THRESHOLD_KINDS.includes(kind) && kind !== 'top_pct')
    throw errors.invalidParameter('config.kind', 'Must be thresholds or top_pct');
  const isTopPct = kind === 'top_pct';
  return {
    thresholds: oneOf(
      [
        ['thresholds', body['thresholds']],
        ['config.thresholds', config['thresholds']],
        ['config.value', isTopPct ? undefined : value],
        ['config.threshold', config['threshold']],
      ],
      thresholdsOf,
    ),
    topPct: oneOf(
      [
        ['top_pct', body['top_pct']],
        ['config.value', isTopPct ? value : undefined],
        ['config.top_pct', config['top_pct']],
      ],
      topPctOf,
    ),
  };
}

/** Compared by what they mean: `"0.6"` and `[0.6]` are no conflict. */
function oneOf<T>(
  given: readonly (readonly [string, unknown])[],
  read: (value: unknown, field: string) => T | null,
): T | null {
  const found = given.flatMap(([field, value]) => {
    const meaning = read(value, field);
    return meaning === null ? [] : [{ field, meaning }];
  });
  const [first] = found;
  if (first === undefined) return null;
  const other = found.find(({ meaning }) => JSON.stringify(meaning) !== JSON.stringify(first.meaning));
  if (other !== undefined) throw errors.conflictingParameters(first.field, other.field);
  return first.meaning;
}
