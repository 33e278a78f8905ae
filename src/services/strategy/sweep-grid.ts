/** Which configurations a sweep tries, and in which order (sigma 13.1). */
import { errors } from '#base/errors.js';
import { canonicalJson } from '#base/json.js';

const SWEEP_CONFIGS_MAX = 500;

/**
 * The axes as they were asked for. `product`: every combination, thresholds and top shares together. `union`: threshold
 * variants on every set of hours, then top shares on every set of hours. An absent axis is null.
 */
export interface SweepAxes {
  readonly form: 'product' | 'union';
  readonly thresholds: readonly (readonly number[])[] | null;
  readonly hours: readonly (readonly number[] | null)[] | null;
  readonly topPct: readonly number[] | null;
}

export interface SweepConfig {
  readonly kind: 'thresholds' | 'top_pct' | 'both';
  readonly thresholds: readonly number[] | null;
  readonly topPct: number | null;
  readonly allowedHours: readonly number[] | null;
}

/** Equal configurations are tried once; more than 500 throw sweepTooLarge. */
export function expandSweep(axes: SweepAxes): SweepConfig[] {
  const size = gridSize(axes);
  if (size > SWEEP_CONFIGS_MAX) throw errors.sweepTooLarge(size, SWEEP_CONFIGS_MAX);
  const seen = new Set<string>();
  return [...(axes.form === 'product' ? product(axes) : union(axes))].filter((config) => {
    const key = canonicalJson({ ...config });
    return !seen.has(key) && seen.add(key);
  });
}

/** Asked before anything is listed: the product of three long axes must not fill the memory first. */
function gridSize({ form, thresholds, hours, topPct }: SweepAxes): number {
  const hourSets = hours?.length ?? 1;
  if (form === 'product') return (thresholds?.length ?? 1) * hourSets * (topPct?.length ?? 1);
  return ((thresholds?.length ?? 0) + (topPct?.length ?? 0)) * hourSets;
}

function* product({ thresholds, hours, topPct }: SweepAxes): Generator<SweepConfig> {
  for (const values of thresholds ?? [null])
    for (const allowedHours of hours ?? [null])
      for (const share of topPct ?? [null])
        yield { kind: kindOf(values, share), thresholds: values, topPct: share, allowedHours };
}

function* union({ thresholds, hours, topPct }: SweepAxes): Generator<SweepConfig> {
  for (const values of thresholds ?? [])
    for (const allowedHours of hours ?? [null])
      yield { kind: 'thresholds', thresholds: values, topPct: null, allowedHours };
  for (const share of topPct ?? [])
    for (const allowedHours of hours ?? [null])
      yield { kind: 'top_pct', thresholds: null, topPct: share, allowedHours };
}

const kindOf = (thresholds: readonly number[] | null, topPct: number | null): SweepConfig['kind'] =>
  topPct === null ? 'thresholds' : thresholds === null ? 'top_pct' : 'both';
