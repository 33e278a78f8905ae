/** A model's configuration document (sigma 6.2): checked, merged, and read into what the rest of the room works with. */

import { AppError } from '#base/app-error.js';
import { errors } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import { type BarInterval, intervalOfCadence } from '#engine/calendar/bar-interval.js';
import type { IndicatorRequest } from '#engine/indicators/resolve.js';
import { resolveIndicators } from '#engine/indicators/resolve.js';
import { FLOW_DEFAULTS, type FlowWish } from '#engine/matrix/option-flow-columns.js';
import { ALGOS, type AssetType, defaultLabel, isHorizon, parseAsset } from './identifiers.js';

export interface ModelSpec {
  readonly ticker: string;
  readonly asset: AssetType;
  readonly horizon: string;
  readonly cadence: string;
  readonly algo: string;
  /** The model's own indicators, as they were given; null takes those of the named set. */
  readonly indicators: readonly IndicatorRequest[] | null;
  readonly indicatorSet: string | null;
  readonly features: readonly string[] | null;
  /** What a matrix of options shows of its flow, and how wide; `features` as an object says so (sigma 6.2). */
  readonly flow: Omit<FlowWish, 'distanceMax'> & { readonly distanceMax: number | null };
  readonly label: { readonly kind: string; readonly params: JsonObject };
  readonly hyperparams: JsonObject;
  readonly entry: number | null;
  readonly exit: number | null;
  readonly allowedHours: readonly number[] | null;
}

interface Fault {
  readonly field: string;
  readonly reason: string;
}

/** Bounds of what a learner may be told (sigma 11.1); both ends allowed unless the lower one is `above`. */
const HYPERPARAMS: Readonly<Record<string, { min?: number; max?: number; above?: number; whole?: true }>> = {
  learning_rate: { above: 0, max: 1 },
  epochs: { min: 1, max: 5000, whole: true },
  batch_size: { min: 1, max: 1_000_000, whole: true },
  n_estimators: { min: 1, max: 5000, whole: true },
  max_depth: { min: 1, max: 12, whole: true },
  subsample: { above: 0, max: 1 },
  colsample: { above: 0, max: 1 },
  reg_lambda: { min: 0, max: 1e6 },
  min_child_weight: { min: 0, max: 1e6 },
  seed: { min: 0, max: 2 ** 32 - 1, whole: true },
};

/** Throws configInvalid naming every fault. */
export function checkConfig(config: JsonObject): void {
  const faults: Fault[] = [];
  const expect = (field: string, holds: boolean, reason: string) => {
    if (!holds) faults.push({ field: `config.${field}`, reason });
  };
  const { ticker, asset_type, horizon, cadence, thresholds, features, labels, hyperparams, allowed_hours } = config;
  expect('ticker', typeof ticker === 'string' && /^[A-Z0-9.^:-]{1,12}$/i.test(ticker), 'must be a ticker');
  expect('asset_type', typeof asset_type === 'string' && parseAsset(asset_type) !== undefined, 'must be eq or opt');
  expect('horizon', typeof horizon === 'string' && isHorizon(horizon), 'must be a horizon such as 5d, swing or 0dte');
  expect(
    'cadence',
    typeof cadence === 'string' && intervalOfCadence(cadence) !== undefined,
    'must be a cadence such as daily or hourly',
  );
  expect('model', isOneOf(ALGOS, config['model'] ?? config['algo']), `must be one of ${ALGOS.join(', ')}`);
  expect(
    'features',
    features === undefined || isObject(features) || isTexts(features),
    'must be a list of names or an object',
  );
  expect('indicator_set', isAbsentOr('string', config['indicator_set']), 'must be a name');
  expect(
    'allowed_hours',
    allowed_hours === undefined || allowed_hours === null || isHours(allowed_hours),
    'must be a list of hours 0..23',
  );
  expect(
    'labels',
    labels === undefined || (isObject(labels) && isAbsentOr('string', labels['kind'])),
    'must be {kind, params}',
  );
  checkThresholds(thresholds, faults);
  faults.push(...hyperparamFaults(hyperparams, 'config.hyperparams'));
  if (config['indicators'] !== undefined) checkIndicators(config['indicators'], faults);
  if (faults.length > 0) throw errors.configInvalid(faults);
}

export function hyperparamFaults(hyperparams: Json | undefined, path: string): Fault[] {
  if (hyperparams === undefined || hyperparams === null) return [];
  if (!isObject(hyperparams)) return [{ field: path, reason: 'must be an object' }];
  return Object.entries(hyperparams).flatMap(([name, value]) => {
    const bounds = HYPERPARAMS[name];
    if (bounds === undefined || value === null) return [];
    const fits =
      typeof value === 'number' &&
      (bounds.whole !== true || Number.isInteger(value)) &&
      (bounds.above === undefined || value > bounds.above) &&
      value >= (bounds.min ?? Number.NEGATIVE_INFINITY) &&
      value <= (bounds.max ?? Number.POSITIVE_INFINITY);
    const range = `${bounds.above === undefined ? `${bounds.min}` : `above ${bounds.above}`}..${bounds.max}`;
    return fits
      ? []
      : [{ field: `${path}.${name}`, reason: `must be ${bounds.whole ? 'a whole' : 'a'} number in ${range}` }];
  });
}

function checkThresholds(thresholds: Json | undefined, faults: Fault[]): void {
  if (thresholds === undefined || thresholds === null) return;
  if (!isObject(thresholds)) {
    faults.push({ field: 'config.thresholds', reason: 'must be {entry, exit}' });
    return;
  }
  const { entry, exit = entry } = thresholds;
  const isSound = typeof entry === 'number' && typeof exit === 'number' && exit > 0 && exit <= entry && entry < 1;
  if (!isSound) faults.push({ field: 'config.thresholds', reason: 'must hold 0 < exit <= entry < 1' });
}

/** Unknown indicators keep their own error, with its suggestions. */
function checkIndicators(value: Json, faults: Fault[]): void {
  if (!isIndicatorList(value)) {
    faults.push({ field: 'config.indicators', reason: 'must be a list of names or of {name, ...params}' });
    return;
  }
  try {
    resolveIndicators(value);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'indicator_unknown')
      faults.push({ field: 'config.indicators', reason: error.message });
    else throw error;
  }
}

/** Top-level keys are replaced; an object over an object merges one level; null deletes (sigma 7.4). */
export function mergeConfig(stored: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...stored };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) && isObject(before) ? withoutNulls({ ...before, ...value }) : value;
  }
  return merged;
}

const withoutNulls = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

/** Keys whose change makes an existing matrix another matrix. */
export const REBUILD_KEYS = [
  'ticker',
  'cadence',
  'horizon',
  'labels',
  'label',
  'features',
  'indicators',
  'indicator_set',
];

/** Expects a checked configuration; gaps are filled by the pack and the horizon. */
export function readConfig(config: JsonObject, packId: string): ModelSpec {
  const horizon = textAt(config, 'horizon');
  const cadence = textAt(config, 'cadence');
  const thresholds = objectAt(config, 'thresholds');
  const entry = numberAt(thresholds, 'entry');
  const indicators = config['indicators'];
  const features = config['features'];
  const hours = config['allowed_hours'];
  return {
    ticker: textAt(config, 'ticker').toUpperCase(),
    asset: parseAsset(textAt(config, 'asset_type')) ?? 'eq',
    horizon,
    cadence,
    algo: String(config['model'] ?? config['algo'] ?? 'gbm'),
    indicators: indicators !== undefined && isIndicatorList(indicators) ? indicators : null,
    indicatorSet: typeof config['indicator_set'] === 'string' ? config['indicator_set'] : null,
    features: isTexts(features) ? features : null,
    flow: readFlow(isObject(features) ? features : {}),
    label: readLabel(config, packId, horizon, cadence),
    hyperparams: objectAt(config, 'hyperparams'),
    entry,
    exit: numberAt(thresholds, 'exit') ?? entry,
    allowedHours: isHours(hours) ? hours : null,
  };
}

/** `features: {flow: {...}, dealer: {...}, oi: {...}}`; what is not said, or no flag, has the default of sigma 6.2. */
function readFlow(features: JsonObject): ModelSpec['flow'] {
  const [flow, dealer, interest] = [objectAt(features, 'flow'), objectAt(features, 'dealer'), objectAt(features, 'oi')];
  const flag = (object: JsonObject, key: string, byDefault: boolean) =>
    typeof object[key] === 'boolean' ? object[key] : byDefault;
  const width = flow['distance_max'];
  return {
    distanceMax: typeof width === 'number' && Number.isInteger(width) && width >= 1 && width <= 50 ? width : null,
    perDistance: flag(flow, 'per_distance', FLOW_DEFAULTS.perDistance),
    totals: flag(flow, 'totals', FLOW_DEFAULTS.totals),
    ratios: flag(flow, 'ratios', FLOW_DEFAULTS.ratios),
    atm: flag(flow, 'atm', FLOW_DEFAULTS.atm),
    dealer: flag(dealer, 'mm_profit_dir_simple', FLOW_DEFAULTS.dealer),
    interest: flag(interest, 'include', FLOW_DEFAULTS.interest),
  };
}

/** `labels: {kind, params}`, or the older `label: {type, horizon}`. */
function readLabel(config: JsonObject, packId: string, horizon: string, cadence: string): ModelSpec['label'] {
  const labels = objectAt(config, 'labels');
  const label = objectAt(config, 'label');
  const kind = labels['kind'] ?? label['kind'] ?? label['type'];
  const days = /^(\d+)d$/.exec(String(label['horizon'] ?? ''))?.[1];
  const named = typeof kind === 'string' ? kind : defaultLabel(packId, horizon, cadence);
  return {
    kind: named === 'fwd_ret' && days !== undefined ? `fwd_ret_${days}d` : named,
    params: objectAt(labels, 'params'),
  };
}

/** Throws invalidParameter for a word that is no cadence. */
export function intervalOf(cadence: string): BarInterval {
  const interval = intervalOfCadence(cadence);
  if (interval === undefined) throw errors.invalidParameter('cadence', 'must be a cadence such as daily or hourly');
  return interval;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isObject(value) ? value : {};
};

const textAt = (object: JsonObject, key: string) => String(object[key] ?? '');

const numberAt = (object: JsonObject, key: string): number | null => {
  const value = object[key];
  return typeof value === 'number' ? value : null;
};

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isHours = (value: Json | undefined): value is readonly number[] =>
  Array.isArray(value) && value.every((hour) => Number.isInteger(hour) && hour >= 0 && hour <= 23);

const isAbsentOr = (type: 'string', value: Json | undefined) => value === undefined || typeof value === type;

const isOneOf = (words: readonly string[], value: Json | undefined) =>
  typeof value === 'string' && words.includes(value.toLowerCase());

export function isIndicatorList(value: Json): value is readonly ({ name: string } & JsonObject)[] {
  return (
    Array.isArray(value) &&
    value.length <= 200 &&
    value.every((one) => typeof one === 'string' || (isObject(one) && typeof one['name'] === 'string'))
  );
}
