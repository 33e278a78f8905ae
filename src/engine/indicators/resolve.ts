/** From what a client writes ("RSI", "ema__window=20", {name: "macd", fast: 8}) to an indicator with checked parameters. */
import { errors } from '#base/errors.js';
import { knownIndicators } from './extra/index.js';
import type {
  Indicator,
  NumberParam,
  ParamSpec,
  Params,
  ParamValue,
  ResolvedIndicator,
  TextParam,
} from './indicator.js';
import { nearestNames } from './nearest-names.js';

/** A name, a `name__param=value` string, or an object with `name` and parameters. */
export type IndicatorRequest = string | { readonly name: string; readonly [param: string]: unknown };

/** Throws `indicator_unknown` with up to three suggestions, or `invalid_parameter` for an unknown or out-of-bounds parameter. */
export function resolveIndicator(
  request: IndicatorRequest,
  registry: readonly Indicator[] = knownIndicators,
): ResolvedIndicator {
  const { name, given } =
    typeof request === 'string' ? parseRequest(request) : { name: request.name, given: withoutName(request) };
  const indicator = findIndicator(name, registry);
  if (indicator === undefined) throw errors.indicatorUnknown(name, nearestNames(name, allNames(registry)));
  return { indicator, params: checkParams(indicator, given) };
}

/** Resolves a list in order; the same indicator with the same parameters is kept once. */
export function resolveIndicators(
  requests: readonly IndicatorRequest[],
  registry: readonly Indicator[] = knownIndicators,
): ResolvedIndicator[] {
  const byKey = new Map<string, ResolvedIndicator>();
  for (const request of requests) {
    const resolved = resolveIndicator(request, registry);
    const key = JSON.stringify(describeIndicator(resolved));
    if (!byKey.has(key)) byKey.set(key, resolved);
  }
  return [...byKey.values()];
}

/** By name or alias, without case; undefined when there is none. */
export function findIndicator(name: string, registry: readonly Indicator[] = knownIndicators): Indicator | undefined {
  const wanted = name.trim().toLowerCase();
  const isCalled = (candidate: string) => candidate.toLowerCase() === wanted;
  return registry.find((one) => isCalled(one.name)) ?? registry.find((one) => one.aliases?.some(isCalled));
}

/** Plain data that names the indicator and all its parameters, for hashes and answers; parameters in the order of the schema. */
export const describeIndicator = ({
  indicator,
  params,
}: ResolvedIndicator): { name: string; [param: string]: ParamValue } => ({
  name: indicator.name,
  ...params,
});

const allNames = (registry: readonly Indicator[]) => registry.flatMap((one) => [one.name, ...(one.aliases ?? [])]);

const withoutName = ({ name: _, ...given }: { readonly name: string; readonly [param: string]: unknown }) => given;

function parseRequest(request: string): { name: string; given: Record<string, unknown> } {
  const [name = '', ...parts] = request.split('__');
  const given: Record<string, unknown> = {};
  for (const part of parts) {
    const equals = part.indexOf('=');
    if (equals < 1) throw errors.invalidParameter('indicators', `'${request}' must look like name__param=value`);
    given[part.slice(0, equals).trim()] = part.slice(equals + 1).trim();
  }
  return { name, given };
}

/** Clients write the length of a window as they know it from elsewhere; it is taken when the indicator has exactly one such word. */
const LENGTH_WORDS = ['window', 'period', 'length', 'timeperiod'];

function checkParams(indicator: Indicator, given: Readonly<Record<string, unknown>>): Params {
  const known = Object.keys(indicator.params);
  const params: Record<string, ParamValue> = Object.fromEntries(
    known.map((name) => [name, indicator.params[name]!.default]),
  );
  for (const [written, value] of Object.entries(given)) {
    const name = known.includes(written) ? written : lengthWord(written, known);
    if (name === undefined) {
      const has = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
      throw errors.invalidParameter('indicators', `${indicator.name} has no parameter '${written}'; ${has}`);
    }
    params[name] = checkValue(indicator.params[name]!, value, `${indicator.name}.${name}`);
  }
  return params;
}

function lengthWord(written: string, known: readonly string[]): string | undefined {
  const candidates = known.filter((name) => LENGTH_WORDS.includes(name));
  return LENGTH_WORDS.includes(written) && candidates.length === 1 ? candidates[0] : undefined;
}

function checkValue(spec: ParamSpec, value: unknown, field: string): ParamValue {
  if (value === null && spec.default === null) return null;
  if (spec.type === 'bool') return checkFlag(value, field);
  return spec.type === 'str' ? checkText(spec, value, field) : checkNumber(spec, value, field);
}

function checkNumber(spec: NumberParam, value: unknown, field: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isSound =
    typeof number === 'number' && Number.isFinite(number) && (spec.type === 'num' || Number.isInteger(number));
  if (!isSound) throw errors.invalidParameter(field, `must be ${spec.type === 'int' ? 'a whole number' : 'a number'}`);
  const { min = -Infinity, max = Infinity } = spec;
  if (number < min || number > max)
    throw errors.invalidParameter(field, `must be between ${min} and ${max}`, { min, max });
  return number;
}

function checkFlag(value: unknown, field: string): boolean {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  throw errors.invalidParameter(field, 'must be true or false');
}

function checkText(spec: TextParam, value: unknown, field: string): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 64)
    throw errors.invalidParameter(field, 'must be a text of 1 to 64 characters');
  if (spec.enum === undefined) return value;
  const match = spec.enum.find((option) => option.toLowerCase() === value.toLowerCase());
  if (match === undefined) throw errors.invalidParameter(field, `must be one of ${spec.enum.join(', ')}`);
  return match;
}
