/** Every column a matrix can have, one value a bar, before any row is dropped: prices, indicators, label side (sigma 10.4). */

import { weekday } from '../calendar/civil-date.js';
import { type ComputedIndicators, computeIndicators } from '../indicators/compute-indicators.js';
import { fromSessionBefore, ownDaily } from '../indicators/daily.js';
import type { MarketData, ResolvedIndicator } from '../indicators/indicator.js';
import type { LabelSide } from './label-side.js';

export interface BarColumn {
  readonly name: string;
  readonly kind: 'time' | 'number' | 'flag';
  readonly values: Float64Array;
}

/** Numeric columns that stand in every matrix and may be asked for as features. */
export const BASE_COLUMNS = [
  'spy_prev_close',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'vwap',
  'day_of_week',
  'hour_et',
  'partial_source',
];

/** Columns that know what comes after t0. They may be asked for as features, and the mutate-the-future check refuses them. */
export const LABEL_COLUMNS = [
  'ret_next_hour',
  'ret_fwd',
  'ret_bar',
  'next_open',
  'next_close',
  't1',
  'label_side',
  'y_syn',
  'y',
];

/** Prices and clock of each bar. `spy_prev_close` is the historic name of the ticker's previous session close. */
export function baseColumns(market: MarketData): BarColumn[] {
  const { bars } = market;
  const daily = ownDaily(market);
  const prevClose = daily === undefined ? shifted(bars.close) : fromSessionBefore(bars, daily, daily.close);
  const number = (name: string, values: Float64Array): BarColumn => ({ name, kind: 'number', values });
  const columns = [
    number('spy_prev_close', prevClose),
    number('open', bars.open),
    number('high', bars.high),
    number('low', bars.low),
    number('close', bars.close),
    number('volume', bars.volume),
    number('vwap', bars.vwap),
    number('day_of_week', Float64Array.from(bars.session, weekday)),
    number('hour_et', Float64Array.from(bars.hourEt)),
  ];
  const { isPartialSource } = bars;
  if (isPartialSource?.includes(1)) columns.push(number('partial_source', Float64Array.from(isPartialSource)));
  return columns;
}

/** Weekly bars have no session before among daily bars: the bar before stands for it. */
const shifted = (values: Float64Array) => values.map((_, i) => (i === 0 ? Number.NaN : values[i - 1]!));

/** The label side as columns, numbers throughout (y: DOWN -1, FLAT 0, UP 1). */
export function labelColumns(side: LabelSide): BarColumn[] {
  const number = (name: string, values: Float64Array): BarColumn => ({ name, kind: 'number', values });
  const sign = Float64Array.from(side.y, (y) => (y < 0 ? Number.NaN : y - 1));
  return [
    number('ret_next_hour', side.horizonReturn),
    number('ret_fwd', side.horizonReturn),
    number('ret_bar', side.barReturn),
    number('next_open', side.nextOpen),
    number('next_close', side.nextClose),
    { name: 't1', kind: 'time', values: side.t1Ms },
    number('label_side', Float64Array.from(side.betSide)),
    number('y_syn', sign),
    number('y', sign),
  ];
}

/** The indicators' columns and the reasons for those that are null. */
export function indicatorColumns(
  market: MarketData,
  resolved: readonly ResolvedIndicator[],
): { columns: BarColumn[]; missing: ComputedIndicators['missing'] } {
  const { columns, missing } = computeIndicators(market, resolved);
  return {
    columns: columns.map(({ name, values, isFlag }) => ({ name, values, kind: isFlag ? 'flag' : 'number' })),
    missing,
  };
}
