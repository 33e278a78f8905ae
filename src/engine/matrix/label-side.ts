/** What is to be learned at each bar, and what a backtest earns after it. The only columns of a matrix that look ahead, on purpose. */
import { isIntradayInterval } from '../calendar/bar-interval.js';
import { newYorkTimeMs } from '../calendar/new-york-time.js';
import type { Bars } from '../frame/bars.js';
import { fromSessionBefore, ownDaily } from '../indicators/daily.js';
import type { MarketData } from '../indicators/indicator.js';
import { sessionsOf } from '../indicators/option-snapshots.js';
import { averageTrueRange } from '../indicators/true-range.js';
import { type BandRule, bandWidths, classOf } from '../labels/band.js';
import { type EventLabels, headfakeReversal, pinDrift } from '../labels/event-label.js';
import { decisionMinute } from '../labels/event-params.js';
import { horizonReturns } from '../labels/horizon-return.js';
import { type EventLabelKind, isEventLabel, type LabelKind } from '../labels/label-kind.js';

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
  /** Which side an event bets on: 1, -1; 0 elsewhere. */
  readonly betSide: Int8Array;
  /** Why no row can have a label; undefined when some may. */
  readonly missing: string | undefined;
}

/** What is to be learned at each bar and what a backtest earns after it. */
export const labelSide = (market: MarketData, label: LabelKind, rule: BandRule): LabelSide =>
  isEventLabel(label) ? eventSide(market, label) : bandedSide(market, label, rule);

function bandedSide(market: MarketData, label: LabelKind, rule: BandRule): LabelSide {
  const { bars, interval } = market;
  const { value, t1Ms } = horizonReturns(bars, label, interval);
  const width = bandWidths(bars.tsEndMs, { value, t1Ms }, label, rule);
  const y = new Int8Array(bars.rows);
  for (let row = 0; row < bars.rows; row++) y[row] = classOf(value[row]!, width[row]!);
  return {
    t1Ms,
    horizonReturn: value,
    y,
    betSide: new Int8Array(bars.rows),
    missing: undefined,
    ...nextBars(bars, isSessionLabel(label), interval !== 'day' && interval !== 'week'),
  };
}

const isSessionLabel = (label: LabelKind) => label.kind === 'fwd_ret' || label.kind === 'close_to_open';

function nextBars(bars: Bars, isBySession: boolean, areIntraday: boolean) {
  const isIntraday = areIntraday && !isBySession;
  const [barReturn, nextOpen, nextClose] = [nothing(bars.rows), nothing(bars.rows), nothing(bars.rows)];
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

/** An event's row is the bar that ends at its minute, and stands for the rest of the session: bought at the next bar's open, sold at the close. */
function eventSide(market: MarketData, label: EventLabelKind): LabelSide {
  const { bars } = market;
  const { y, side, value, t1Ms, missing } = eventLabels(market, label);
  const [nextOpen, nextClose] = [nothing(bars.rows), nothing(bars.rows)];
  const isDecisionBar = new Uint8Array(bars.rows);
  const barIndex = new Int32Array(bars.rows);
  const { lastRows, placeOf } = sessionsOf(bars);
  for (let row = 0; row < bars.rows; row++) {
    barIndex[row] = row;
    if (bars.tsEndMs[row] !== newYorkTimeMs(bars.session[row]!, decisionMinute(label))) continue;
    isDecisionBar[row] = 1;
    if (Number.isNaN(value[row]!)) continue;
    nextOpen[row] = bars.open[row + 1]!;
    nextClose[row] = bars.close[lastRows[placeOf[row]!]!]!;
  }
  return {
    t1Ms,
    horizonReturn: value,
    barReturn: value,
    nextOpen,
    nextClose,
    y,
    isDecisionBar,
    barIndex,
    isIntraday: isIntradayInterval(market.interval),
    betSide: side,
    missing,
  };
}

/** Moves are measured by the ATR of the sessions before, as the opening indicators do: the day itself would know its own range. */
function eventLabels(market: MarketData, label: EventLabelKind): EventLabels {
  const { bars } = market;
  const daily = ownDaily(market);
  const atr =
    daily === undefined ? nothing(bars.rows) : fromSessionBefore(bars, daily, averageTrueRange(daily, label.atrPeriod));
  return label.kind === 'headfake_reversal'
    ? headfakeReversal(bars, atr, label.params)
    : pinDrift(bars, market.chain, atr, label.params);
}

const nothing = (rows: number) => new Float64Array(rows).fill(Number.NaN);
