/** Every column a matrix can have, one value a bar, before any row is dropped: prices, indicators, label side (sigma 10.4). */

import { weekday } from '../calendar/civil-date.js';
import type { Bars } from '../frame/bars.js';
import { type ComputedIndicators, computeIndicators } from '../indicators/compute-indicators.js';
import { fromSessionBefore, ownDaily } from '../indicators/daily.js';
import type { MarketData } from '../indicators/indicator.js';
import type { ResolvedIndicator } from '../indicators/resolve.js';
import { type BandRule, bandWidths, classOf } from '../labels/band.js';
import { horizonReturns } from '../labels/horizon-return.js';
import type { LabelKind } from '../labels/label-kind.js';

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

export interface LabelSide {
  readonly t1Ms: Float64Array;
  readonly horizonReturn: Float64Array;
  readonly barReturn: Float64Array;
  readonly nextOpen: Float64Array;
  readonly nextClose: Float64Array;
  /** DOWN, FLAT, UP or -1 for none. */
  readonly y: Int8Array;
  /** The bars a row may be made of: all, or each session's last one for session labels. */
  readonly isDecisionBar: Uint8Array;
  /** Position on the line of bars a position is counted in: bars, or sessions. */
  readonly barIndex: Int32Array;
  /** A position ends with its session. */
  readonly isIntraday: boolean;
}

/** What is to be learned at each bar and what a backtest earns after it. */
export function labelSide(market: MarketData, label: LabelKind, rule: BandRule): LabelSide {
  const { bars, interval } = market;
  const { value, t1Ms } = horizonReturns(bars, label, interval);
  const width = bandWidths(bars.tsEndMs, { value, t1Ms }, label, rule);
  const y = new Int8Array(bars.rows);
  for (let row = 0; row < bars.rows; row++) y[row] = classOf(value[row]!, width[row]!);
  return {
    t1Ms,
    horizonReturn: value,
    y,
    ...nextBars(bars, isSessionLabel(label), interval !== 'day' && interval !== 'week'),
  };
}

const isSessionLabel = (label: LabelKind) => label.kind === 'fwd_ret' || label.kind === 'close_to_open';

function nextBars(bars: Bars, isBySession: boolean, areIntraday: boolean) {
  const isIntraday = areIntraday && !isBySession;
  const nothing = () => new Float64Array(bars.rows).fill(Number.NaN);
  const [barReturn, nextOpen, nextClose] = [nothing(), nothing(), nothing()];
  const isDecisionBar = new Uint8Array(bars.rows);
  const barIndex = new Int32Array(bars.rows);
  let sessions = -1;
  for (let row = 0; row < bars.rows; row++) {
    if (row === 0 || bars.session[row] !== bars.session[row - 1]) sessions++;
    const isLast = row + 1 === bars.rows || bars.session[row + 1] !== bars.session[row];
    isDecisionBar[row] = !isBySession || isLast ? 1 : 0;
    barIndex[row] = isBySession ? sessions : row;
    const next = isBySession && areIntraday ? lastOfNextSession(bars, row, isLast) : row + 1;
    const crossesNight = next < bars.rows && bars.session[next] !== bars.session[row];
    if (next >= bars.rows || (isIntraday && crossesNight)) continue;
    nextOpen[row] = bars.open[row + 1]!;
    nextClose[row] = bars.close[next]!;
    barReturn[row] = nextClose[row]! / bars.close[row]! - 1;
  }
  return { barReturn, nextOpen, nextClose, isDecisionBar, barIndex, isIntraday };
}

/** Where a row stands for its whole session, the next "bar" is the whole next session. */
function lastOfNextSession(bars: Bars, row: number, isLast: boolean): number {
  if (!isLast || row + 1 >= bars.rows) return bars.rows;
  let last = row + 1;
  while (last + 1 < bars.rows && bars.session[last + 1] === bars.session[last]) last++;
  return last;
}

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
    number('label_side', new Float64Array(side.y.length)),
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
