/** Labels of an event with a side: the head fake of the opening hour and the drift to the pin (sigma 10.5). One row a session at most. */
import { sessionCloseMs } from '../calendar/exchange-calendar.js';
import { newYorkTimeMs } from '../calendar/new-york-time.js';
import type { Bars } from '../frame/bars.js';
import { DOWN, UP } from '../frame/matrix.js';
import { latestSnapshot, type OptionChain } from '../frame/option-chain.js';
import { gammaProfile, openInterestProfile, peakStrike } from '../indicators/strike-profile.js';

export interface EventLabels {
  /** UP where the event happened, DOWN where it did not, -1 without a label. */
  readonly y: Int8Array;
  /** The side an event bets on: 1, -1, or 0. */
  readonly side: Int8Array;
  /** Return from the row's close to the session's; NaN without a label. */
  readonly value: Float64Array;
  /** The session's close: from then on the label is known. NaN without a label. */
  readonly t1Ms: Float64Array;
  /** Why no row has a label; undefined when some may have one. */
  readonly missing: string | undefined;
}

export interface HeadfakeParams {
  /** Minutes after midnight in New York. */
  readonly openMinute: number;
  readonly endMinute: number;
  /** Both moves, in multiples of the ATR. */
  readonly openMoveAtr: number;
  readonly reversalMoveAtr: number;
}

export const HEADFAKE_DEFAULTS: HeadfakeParams = {
  openMinute: 9 * 60 + 30,
  endMinute: 10 * 60 + 30,
  openMoveAtr: 0.5,
  reversalMoveAtr: 0.5,
};

/**
 * Headfake reversal: the price moves one way until `endMinute` and back by the close, both by enough. The row is the bar that
 * ends at `endMinute`; value = late move / its close. `atr` is a price distance known at that bar, row by row.
 */
export function headfakeReversal(bars: Bars, atr: Float64Array, params = HEADFAKE_DEFAULTS): EventLabels {
  return labelSessions(bars, params.endMinute, ({ row, first, close }) => {
    const opensMs = newYorkTimeMs(bars.session[row]!, params.openMinute);
    let start = first;
    while (start < row && bars.tsStartMs[start]! < opensMs) start++;
    const early = bars.close[row]! - bars.open[start]!;
    const late = close - bars.close[row]!;
    const isLarge =
      Math.abs(early) >= params.openMoveAtr * atr[row]! && Math.abs(late) >= params.reversalMoveAtr * atr[row]!;
    const isKnown = Number.isFinite(early + late + atr[row]!);
    return isKnown ? { isEvent: isLarge && early * late < 0, side: -Math.sign(early) } : undefined;
  });
}

export interface PinDriftParams {
  readonly startMinute: number;
  readonly pullAtr: number;
}

export const PIN_DRIFT_DEFAULTS: PinDriftParams = { startMinute: 15 * 60, pullAtr: 0.2 };

/**
 * Pin drift: from `startMinute` to the close the price comes nearer, by enough, to the strike where gamma piles up (open interest
 * where no gamma is known), as the latest snapshot of the row shows it. Without a chain all is null, with the reason.
 */
export function pinDrift(
  bars: Bars,
  chain: OptionChain | undefined,
  atr: Float64Array,
  params = PIN_DRIFT_DEFAULTS,
): EventLabels {
  if (chain === undefined || chain.rows === 0) {
    return { ...nothing(bars.rows), missing: 'open interest and gamma by strike are missing' };
  }
  return labelSessions(bars, params.startMinute, ({ row, close }) => {
    const span = latestSnapshot(chain, bars.tsEndMs[row]!);
    if (span === undefined) return undefined;
    const gammaPeak = peakStrike(gammaProfile(chain, span));
    const peak = Number.isNaN(gammaPeak) ? peakStrike(openInterestProfile(chain, span)) : gammaPeak;
    const start = bars.close[row]!;
    const pull = Math.abs(peak - start) - Math.abs(peak - close);
    if (!Number.isFinite(pull + atr[row]!)) return undefined;
    return { isEvent: pull >= params.pullAtr * atr[row]!, side: Math.sign(peak - start) };
  });
}

interface SessionView {
  /** The bar that ends at the asked minute. */
  readonly row: number;
  readonly first: number;
  /** The session's close. */
  readonly close: number;
}

const nothing = (rows: number) => ({
  y: new Int8Array(rows).fill(-1),
  side: new Int8Array(rows),
  value: new Float64Array(rows).fill(Number.NaN),
  t1Ms: new Float64Array(rows).fill(Number.NaN),
});

/** Sessions without a bar that ends at the minute, or whose last bar is not their close, have no label. */
function labelSessions(
  bars: Bars,
  minute: number,
  judge: (view: SessionView) => { isEvent: boolean; side: number } | undefined,
): EventLabels {
  const labels = nothing(bars.rows);
  let canEnd = false;
  for (let first = 0, next = 0; first < bars.rows; first = next) {
    while (next < bars.rows && bars.session[next] === bars.session[first]) next++;
    const atMs = newYorkTimeMs(bars.session[first]!, minute);
    const closesMs = sessionCloseMs(bars.session[first]!);
    let row = first;
    while (row < next && bars.tsEndMs[row] !== atMs) row++;
    if (row === next || atMs >= closesMs) continue;
    canEnd = true;
    // A session that goes on has no close yet: its label is not known.
    if (next === bars.rows && bars.tsEndMs[next - 1]! < closesMs) continue;
    const close = bars.close[next - 1]!;
    const judged = judge({ row, first, close });
    if (judged === undefined) continue;
    labels.y[row] = judged.isEvent ? UP : DOWN;
    labels.side[row] = judged.side;
    labels.value[row] = close / bars.close[row]! - 1;
    labels.t1Ms[row] = closesMs;
  }
  const clock = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
  return {
    ...labels,
    missing: canEnd || bars.rows === 0 ? undefined : `no bar ends at ${clock}: finer bars are missing`,
  };
}
