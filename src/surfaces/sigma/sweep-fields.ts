/** The axes of a sweep, in the two forms of the seeds and their many spellings (contract 13.1). */
import { errors } from '#base/errors.js';
import type { SweepWish } from '#services/strategy/sweep.service.js';
import { type Given, hoursOf, integerOf, isRecord, numberOf, pick, thresholdsOf, topPctOf } from './fields.js';
import { sharedWishOf } from './run-fields.js';

export function sweepWishOf(body: Given): SweepWish {
  const shared = sharedWishOf(body);
  return {
    shared: { ...shared, tag: shared.tag ?? (isRecord(body['sweep']) ? null : 'sweep') },
    axes: withShared(
      isRecord(body['sweep']) && !hasVariants(body['sweep']) ? productOf(body['sweep']) : unionOf(body),
      shared,
    ),
    minTrades: integerOf(body['min_trades'], 'min_trades', { min: 0 }) ?? 0,
    minSharpe: numberOf(body['min_sharpe'], 'min_sharpe', {}),
  };
}

/** An axis that is not varied stands still where the body puts it. */
const withShared = (axes: SweepWish['axes'], { thresholds, topPct }: SweepWish['shared']): SweepWish['axes'] => ({
  ...axes,
  thresholds: axes.thresholds ?? (thresholds === null ? null : [thresholds]),
  topPct: axes.topPct ?? (topPct === null ? null : [topPct]),
});

const VARIANTS = [
  'threshold_variants',
  'thresholds_variants',
  'hours_variants',
  'allowed_hours_variants',
  'top_pct_variants',
];

const hasVariants = (sweep: Record<string, unknown>) => VARIANTS.some((name) => sweep[name] !== undefined);

/** S2: one threshold a configuration, every combination. */
function productOf(sweep: Record<string, unknown>): SweepWish['axes'] {
  const thresholds = listOf(sweep['thresholds'], 'sweep.thresholds')?.map(
    (one) => thresholdsOf(typeof one === 'string' ? Number(one) : one, 'sweep.thresholds')!,
  );
  const topPct = listOf(sweep['top_pct'], 'sweep.top_pct')?.map((one) => topPctOf(one, 'sweep.top_pct', true)!);
  return {
    form: 'product',
    thresholds: thresholds ?? null,
    hours:
      listOf(sweep['allowed_hours'], 'sweep.allowed_hours')?.map((one) => hourSetOf(one, 'sweep.allowed_hours')) ??
      null,
    topPct: topPct ?? null,
  };
}

/** S3: each variant is a whole list of thresholds. */
function unionOf(body: Given): SweepWish['axes'] {
  const thresholds = variantsOf(
    pick(body, 'thresholds_variants', 'threshold_variants', 'sweep.thresholds_variants', 'sweep.threshold_variants'),
    'thresholds_variants',
  );
  const hours = variantsOf(
    pick(body, 'allowed_hours_variants', 'hours_variants', 'sweep.allowed_hours_variants', 'sweep.hours_variants'),
    'allowed_hours_variants',
  );
  const topPct = variantsOf(pick(body, 'top_pct_variants', 'sweep.top_pct_variants'), 'top_pct_variants');
  return {
    form: 'union',
    thresholds: thresholds?.map((one) => thresholdsOf(one, 'thresholds_variants')!) ?? null,
    hours: hours?.map((one) => hourSetOf(one, 'allowed_hours_variants')) ?? null,
    topPct: topPct?.map((one) => topPctOf(one, 'top_pct_variants')!) ?? null,
  };
}

/** A single number is an hour alone. */
const hourSetOf = (value: unknown, field: string) => hoursOf(typeof value === 'number' ? [value] : value, field);

/** A list, or texts apart by `;`. */
function variantsOf(value: unknown, field: string): unknown[] | undefined {
  return listOf(typeof value === 'string' ? value.split(';').filter((part) => part.trim() !== '') : value, field);
}

function listOf(value: unknown, field: string): unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (
    !Array.isArray(value) ||
    value.length > 500 ||
    value.some((one) => one === null && field !== 'sweep.allowed_hours')
  )
    throw errors.invalidParameter(field, 'Must be a list');
  // An empty axis is an absent one: it varies nothing.
  return value.length === 0 ? undefined : value;
}
