/** Computes resolved indicators on a market: named columns, and a reason for each that can only be null. */
import { assert } from '#base/assert.js';
import { ownDaily } from './daily.js';
import type { MarketData, ResolvedIndicator } from './indicator.js';

export interface IndicatorColumn {
  readonly name: string;
  readonly values: Float64Array;
  readonly isFlag: boolean;
}

export interface ComputedIndicators {
  readonly columns: readonly IndicatorColumn[];
  /** Indicators whose columns are null because data is missing: one sentence each. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * All outputs of the indicators, in their order. Values that are not finite (a division by zero) are NaN, "not known".
 * Daily bars are made from intraday ones once for all.
 */
export function computeIndicators(market: MarketData, resolved: readonly ResolvedIndicator[]): ComputedIndicators {
  const seen: MarketData = { ...market, daily: ownDaily(market) };
  const missing: { name: string; reason: string }[] = [];
  const columns = resolved.flatMap((one) => {
    const reason = one.indicator.whyMissing?.(seen, one.params);
    if (reason !== undefined) missing.push({ name: one.indicator.name, reason });
    return reason === undefined ? computeOne(seen, one) : nullColumns(seen, one);
  });
  return { columns, missing };
}

function computeOne(market: MarketData, { indicator, params }: ResolvedIndicator): IndicatorColumn[] {
  const names = indicator.outputs(params);
  const columns = indicator.compute(market, params);
  assert(columns.length === names.length, `${indicator.name} gives one column for each output`);
  return columns.map((values, at) => {
    assert(values.length === market.bars.rows, `${indicator.name} gives columns as long as the bars`);
    return { name: names[at]!, values: knownOnly(values), isFlag: indicator.isFlag ?? false };
  });
}

const knownOnly = (values: Float64Array) =>
  values.every((value) => value - value === 0 || Number.isNaN(value)) ? values : values.map(finiteOrNaN);

const finiteOrNaN = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

function nullColumns(market: MarketData, { indicator, params }: ResolvedIndicator): IndicatorColumn[] {
  return indicator.outputs(params).map((name) => ({
    name,
    values: new Float64Array(market.bars.rows).fill(Number.NaN),
    isFlag: indicator.isFlag ?? false,
  }));
}
