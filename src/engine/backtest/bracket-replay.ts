/** Parity: every signal traded again as a stock with a stop and a target, on bars it could not have seen (sigma.md 12.7). */
import { assert } from '#base/assert.js';
import { nextSession } from '../calendar/exchange-calendar.js';
import type { Bars } from '../frame/bars.js';
import { averageTrueRange } from '../indicators/true-range.js';

export const ENTRY_MODES = ['next_session_open', 'next_bar_open'] as const;

export interface BracketRules {
  readonly entryMode: (typeof ENTRY_MODES)[number];
  readonly atrPeriod: number;
  readonly atrMultStop: number;
  readonly atrMultTarget: number;
  /** Bars that begin this long after the entry are not walked; 0 or less walks the whole session. */
  readonly timeStopMinutes: number;
  /** Nothing is traded when target over stop is below this. */
  readonly minRr: number;
}

/** One entry a signal, in any order. */
export interface BracketSignals {
  /** When each was decided: the end of a deciding bar, epoch milliseconds. */
  readonly t0Ms: Float64Array;
  /** 1 long, -1 short; 0 is no signal. */
  readonly side: Int8Array;
}

export interface BracketReplay {
  /** False when nothing was traded: then the rates are null. */
  readonly ok: boolean;
  readonly trades: number;
  /** Share of trades that reached their target. */
  readonly hitRate: number | null;
  /** Mean gain in units of what was risked: a full stop is -1. */
  readonly avgRr: number | null;
  /** Mean gain in percent of the entry price, before costs. */
  readonly avgReturnPct: number | null;
  readonly stops: number;
  readonly targets: number;
  readonly timeouts: number;
  /** Bars that held both levels; each was counted as a stop. */
  readonly ambiguousBars: number;
}

/** Below this share of the price an average range is noise: a stop there would be hit by the spread. */
const RANGE_FLOOR = 0.0005;

/**
 * Entry at the first open after the signal; stop and target at multiples of the ATR known at t0, at least 0.0005 of the
 * close; mirrored for shorts. Within the session of the entry, until the time stop: a gap through a level fills at the
 * open, both levels inside one bar count as the stop, else the exit is the last close walked.
 *
 * `decided` are the bars the model decides on (ATR, close), `walked` the finest bars there are, both sorted. A signal
 * without a known ATR, or whose entry bar is not stored, is not traded.
 */
export function replayBrackets(
  decided: Bars,
  walked: Bars,
  signals: BracketSignals,
  rules: BracketRules,
): BracketReplay {
  assert(signals.t0Ms.length === signals.side.length, 'every signal has a time and a side');
  assert(rules.atrMultStop > 0 && rules.atrMultTarget > 0, 'stop and target stand away from the entry');
  const total = { trades: 0, stops: 0, targets: 0, timeouts: 0, ambiguousBars: 0, gain: 0, risked: 0 };
  if (rules.atrMultTarget / rules.atrMultStop >= rules.minRr) {
    const range = averageTrueRange(decided, rules.atrPeriod);
    for (let k = 0; k < signals.side.length; k++) {
      const side = signals.side[k]!;
      const at = lastAtOrBefore(decided.tsEndMs, signals.t0Ms[k]!);
      if (side === 0 || at < 0 || !Number.isFinite(range[at]!)) continue;
      const first = entryBar(decided, walked, at, rules.entryMode);
      if (first < 0) continue;
      const width = Math.max(range[at]!, RANGE_FLOOR * decided.close[at]!);
      const exit = walk(walked, first, side, width, rules);
      const entry = walked.open[first]!;
      total.trades++;
      total[exit.by]++;
      if (exit.isAmbiguous) total.ambiguousBars++;
      total.gain += (side * (exit.price - entry)) / entry;
      total.risked += (side * (exit.price - entry)) / (rules.atrMultStop * width);
    }
  }
  const { trades, stops, targets, timeouts, ambiguousBars } = total;
  const mean = (sum: number) => (trades === 0 ? null : sum / trades);
  return {
    ok: trades > 0,
    trades,
    hitRate: mean(targets),
    avgRr: mean(total.risked),
    avgReturnPct: mean(100 * total.gain),
    stops,
    targets,
    timeouts,
    ambiguousBars,
  };
}

/** Position of the bar whose open is the entry; -1 where it is not stored: a later session's open is another trade. */
function entryBar(decided: Bars, walked: Bars, at: number, mode: BracketRules['entryMode']): number {
  const session = decided.session[at]!;
  const next = nextSession(session);
  const first =
    mode === 'next_session_open'
      ? firstWhere(walked.rows, (row) => walked.session[row]! > session)
      : firstWhere(walked.rows, (row) => walked.tsStartMs[row]! >= decided.tsEndMs[at]!);
  return first < walked.rows && walked.session[first]! <= next ? first : -1;
}

interface Exit {
  readonly by: 'stops' | 'targets' | 'timeouts';
  readonly price: number;
  readonly isAmbiguous: boolean;
}

function walk(bars: Bars, first: number, side: number, width: number, rules: BracketRules): Exit {
  const entry = bars.open[first]!;
  const stop = entry - side * rules.atrMultStop * width;
  const target = entry + side * rules.atrMultTarget * width;
  const endMs =
    rules.timeStopMinutes > 0 ? bars.tsStartMs[first]! + rules.timeStopMinutes * 60_000 : Number.POSITIVE_INFINITY;
  let last = entry;
  for (let row = first; row < bars.rows; row++) {
    if (bars.session[row] !== bars.session[first] || bars.tsStartMs[row]! >= endMs) break;
    const open = bars.open[row]!;
    if (side * (open - stop) <= 0) return { by: 'stops', price: open, isAmbiguous: false };
    if (side * (open - target) >= 0) return { by: 'targets', price: open, isAmbiguous: false };
    const [worst, best] = side > 0 ? [bars.low[row]!, bars.high[row]!] : [bars.high[row]!, bars.low[row]!];
    const isStopped = side * (worst - stop) <= 0;
    const isReached = side * (best - target) >= 0;
    // What happened first inside a bar is not known, so the worse is assumed.
    if (isStopped) return { by: 'stops', price: stop, isAmbiguous: isReached };
    if (isReached) return { by: 'targets', price: target, isAmbiguous: false };
    last = bars.close[row]!;
  }
  return { by: 'timeouts', price: last, isAmbiguous: false };
}

/** Position of the last value that is at most `wanted`; -1 when there is none. Values ascend. */
const lastAtOrBefore = (values: Float64Array, wanted: number): number =>
  firstWhere(values.length, (at) => values[at]! > wanted) - 1;

/** The first position for which `holds`; `count` when there is none. Once it holds it holds for all that follow. */
function firstWhere(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
