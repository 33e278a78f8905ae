/** Which columns a model sees: all indicators of the set by default, or exactly those that a client names. */
import { errors } from '#base/errors.js';
import { knownIndicators } from '../indicators/extra/index.js';
import type { Indicator, ResolvedIndicator } from '../indicators/indicator.js';
import { nearestNames } from '../indicators/nearest-names.js';

import { describeIndicator, findIndicator, type IndicatorRequest, resolveIndicator } from '../indicators/resolve.js';
import { BASE_COLUMNS, LABEL_COLUMNS } from './bar-columns.js';

export interface FeaturePlan {
  /** Indicators to compute. */
  readonly indicators: readonly ResolvedIndicator[];
  /** Feature columns in the order of the matrix: indicators first, then what else was asked for. */
  readonly columns: readonly string[];
}

/** The clock is known at t0, and costs nothing. */
const CLOCK = { intraday: ['day_of_week', 'hour_et'], daily: ['day_of_week'] };

/**
 * Without `features`: the option flow, every output of the set, the weekday and (intraday) the hour. With it: only the columns named, and all
 * outputs of the indicators named; an indicator outside the set is added. Names of the label side are taken at their word
 * (the mutate-the-future check sees what they do). Unknown names throw `feature_unknown`.
 */
export function planFeatures(options: {
  indicators: readonly ResolvedIndicator[];
  features?: readonly IndicatorRequest[] | undefined;
  isIntraday: boolean;
  registry?: readonly Indicator[] | undefined;
  /** Option flow columns that the matrix has, and those of them that are features by default. */
  flow?: { readonly columns: readonly string[]; readonly features: readonly string[] } | undefined;
}): FeaturePlan {
  const { features, isIntraday, registry = knownIndicators, flow = { columns: [], features: [] } } = options;
  const set = withoutClash(options.indicators);
  if (features === undefined) {
    const clock = isIntraday ? CLOCK.intraday : CLOCK.daily;
    return { indicators: set, columns: unique([...flow.features, ...set.flatMap(outputsOf), ...clock]) };
  }
  if (features.length === 0) throw errors.invalidParameter('features', 'must name at least one column or indicator');
  const chosen: ResolvedIndicator[] = [];
  const known = [...BASE_COLUMNS, ...LABEL_COLUMNS, ...flow.columns];
  const named = features.flatMap((feature) =>
    typeof feature === 'string' && known.includes(feature.trim())
      ? [feature.trim()]
      : resolveFeature(feature, set, registry, chosen),
  );
  const kept = withoutClash(dedupe(chosen));
  return { indicators: kept, columns: unique(named) };
}

function resolveFeature(
  feature: IndicatorRequest,
  set: readonly ResolvedIndicator[],
  registry: readonly Indicator[],
  chosen: ResolvedIndicator[],
): string[] {
  const name = typeof feature === 'string' ? feature.trim() : feature.name;
  const giver = set.find((one) => outputsOf(one).includes(name));
  if (giver !== undefined) {
    chosen.push(giver);
    return [name];
  }
  const indicator = typeof feature === 'string' ? findIndicator(name, registry) : undefined;
  const ofSet = set.filter((one) => one.indicator === indicator);
  const found = ofSet.length > 0 ? ofSet : [resolveNamed(feature, name, set, registry)];
  chosen.push(...found);
  return found.flatMap(outputsOf);
}

function resolveNamed(
  feature: IndicatorRequest,
  name: string,
  set: readonly ResolvedIndicator[],
  registry: readonly Indicator[],
): ResolvedIndicator {
  if (findIndicator(name.split('__')[0]!, registry) !== undefined) return resolveIndicator(feature, registry);
  const known = [...BASE_COLUMNS, ...set.flatMap(outputsOf), ...registry.map((one) => one.name)];
  throw errors.featureUnknown(name, nearestNames(name, known));
}

export const outputsOf = ({ indicator, params }: ResolvedIndicator): readonly string[] => indicator.outputs(params);

const unique = (names: readonly string[]) => [...new Set(names)];

function dedupe(resolved: readonly ResolvedIndicator[]): ResolvedIndicator[] {
  return [...new Map(resolved.map((one) => [JSON.stringify(describeIndicator(one)), one])).values()];
}

/**
 * Two indicators must not give columns of one name: a model could not tell them apart. An indicator that repeats a base
 * column (day_of_week) is left out, for the column is there.
 */
function withoutClash(resolved: readonly ResolvedIndicator[]): ResolvedIndicator[] {
  const givers = new Map<string, string>();
  const kept = resolved.filter((one) => !outputsOf(one).every((name) => BASE_COLUMNS.includes(name)));
  for (const one of kept) {
    for (const name of outputsOf(one)) {
      const other = givers.get(name);
      if (other !== undefined || BASE_COLUMNS.includes(name) || LABEL_COLUMNS.includes(name)) {
        throw errors.invalidParameter(
          'indicators',
          `${one.indicator.name} and ${other ?? 'the matrix itself'} both give a column ${name}`,
        );
      }
      givers.set(name, one.indicator.name);
    }
  }
  return kept;
}
