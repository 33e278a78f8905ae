/** Which bars a configuration holds, and how much, before any cost: shared by all configurations that differ in costs only. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { BacktestConfig } from './config.js';
import { meanOfTranches } from './positions.js';
import { gateColumn } from './signals.js';
import { candidatesAt, type Track } from './track.js';

/** One entry for each bar that holds or changes a position; every other bar earns and costs exactly nothing. */
export interface Stance {
  readonly count: number;
  /** Positions among the track's bars, ascending. */
  readonly bar: Int32Array;
  /** Numbers of the bars' sessions, ascending. */
  readonly session: Int32Array;
  readonly gross: Float64Array;
  /** Amount traded, forced exits included. */
  readonly traded: Float64Array;
  readonly legs: Legs;
  readonly barsInMarket: number;
  readonly hitRate: number | null;
  readonly tradedTotal: number;
  readonly grossGrowth: number;
}

/**
 * Trades as the factors they compound: leg j multiplies by 1 + (earned - rate * filled) - rate * expired. Trade t has the legs from where
 * the one before ended until `end[t]`.
 */
export interface Legs {
  readonly trades: number;
  readonly end: Int32Array;
  readonly earned: Float64Array;
  /** Amount that a fill within the bar trades. */
  readonly filled: Float64Array;
  /** Amount that is closed at the end of the bar because it cannot be carried on. */
  readonly expired: Float64Array;
}

export type StanceRules = Pick<
  BacktestConfig,
  'exitThreshold' | 'sizeByConf' | 'confCap' | 'momentumGate' | 'longOnly'
>;

/** `entry[k]` is the bar's entry threshold. Bars below every threshold are never looked at. */
export function stanceOf(matrix: LabelledMatrix, track: Track, entry: Float64Array, rules: StanceRules): Stance {
  let lowest = Infinity;
  for (let k = 0; k < entry.length; k++) if (entry[k]! < lowest) lowest = entry[k]!;
  const candidates = candidatesAt(track, Math.min(rules.exitThreshold ?? lowest, lowest));
  expose(matrix, track, candidates, entry, rules);
  const stance = hold(track, candidates);
  for (let c = 0; c < candidates.length; c++) track.scratch.wanted[candidates[c]!] = 0;
  return stance;
}

/** The same decisions as `exposures` (signals.ts), on the bars that can hold anything; into `wanted`. */
function expose(
  matrix: LabelledMatrix,
  { rows, up, down, eventSide, isFirst, scratch: { wanted } }: Track,
  candidates: Int32Array,
  entry: Float64Array,
  { exitThreshold, sizeByConf, confCap, momentumGate, longOnly }: StanceRules,
): void {
  const momentum = gateColumn(matrix, momentumGate);
  let held = 0;
  let last = -2;
  for (let c = 0; c < candidates.length; c++) {
    const k = candidates[c]!;
    if (k !== last + 1 || isFirst[k] === 1) held = 0;
    last = k;
    const level = entry[k]!;
    const pUp = up[k]!;
    const pDown = down[k]!;
    let raw = 0;
    if (eventSide === undefined) raw = pUp >= level && pUp > pDown ? 1 : pDown >= level && pDown > pUp ? -1 : 0;
    else {
      if (pUp >= level) raw = eventSide[k]!;
      // An event's probability says nothing about a position on another side than the event's own.
      if (eventSide[k] !== held) held = 0;
    }
    if (raw !== 0) held = raw;
    else if (held !== 0) {
      const p = eventSide !== undefined || held > 0 ? pUp : pDown;
      if (!(p >= Math.min(exitThreshold ?? level, level))) held = 0;
    }
    if (momentum !== undefined && !(momentum[rows[k]!]! >= momentumGate!.min)) held = 0;
    if (longOnly && held < 0) held = 0;
    if (held === 0) continue;
    const p = eventSide !== undefined || held > 0 ? pUp : pDown;
    wanted[k] = sizeByConf ? held * Math.min(confCap, Math.max(0, 2 * p - 1)) : held;
  }
}

/** The same positions as `holdPositions` (positions.ts), walking only from each candidate until its last tranche has run out. */
function hold(track: Track, candidates: Int32Array): Stance {
  const { bars, gap, day, isTradable, isLast, segmentStart, sessionAt, horizonBars, market } = track;
  const { wanted } = track.scratch;
  const room = Math.min(bars, candidates.length * (horizonBars + 1));
  const [gross, traded] = [new Float64Array(room), new Float64Array(room)];
  const [bar, session] = [new Int32Array(room), new Int32Array(room)];
  // A bar that turns a position round is the last leg of one trade and the first of the next.
  const [earned, filled, expired] = [
    new Float64Array(2 * room),
    new Float64Array(2 * room),
    new Float64Array(2 * room),
  ];
  const end = new Int32Array(room);
  let count = 0;
  let legs = 0;
  let trades = 0;
  let barsInMarket = 0;
  let judged = 0;
  let hits = 0;
  let tradedTotal = 0;
  let grossGrowth = 1;
  let held = 0;
  let next = 0;
  for (let c = 0; c < candidates.length; c++) {
    const until = Math.min(candidates[c]! + horizonBars, bars - 1);
    for (let k = Math.max(candidates[c]!, next); k <= until; k++) {
      const target = isTradable[k] === 0 ? 0 : meanOfTranches(wanted, segmentStart[k]!, k, horizonBars);
      if (target === 0 && held === 0) continue;
      const before = held * gap[k]!;
      const after = target * day[k]!;
      const ends = isLast[k] === 1;
      const size = Math.abs(target);
      const change = Math.abs(target - held);
      const isSameSide = (held > 0 && target > 0) || (held < 0 && target < 0);
      bar[count] = k;
      session[count] = sessionAt[k]!;
      gross[count] = before + after;
      traded[count] = change + (ends ? size : 0);
      tradedTotal += traded[count]!;
      grossGrowth *= 1 + gross[count]!;
      count++;
      if (held !== 0 && !isSameSide) {
        earned[legs] = before;
        filled[legs++] = Math.abs(held);
        end[trades++] = legs;
      }
      if (target !== 0) {
        earned[legs] = isSameSide ? before + after : after;
        filled[legs] = isSameSide ? change : size;
        expired[legs++] = ends ? size : 0;
        if (ends) end[trades++] = legs;
        barsInMarket++;
        const move = market[k]!;
        if (Number.isFinite(move) && move !== 0) {
          judged++;
          if (target > 0 === move > 0) hits++;
        }
      }
      held = ends ? 0 : target;
    }
    next = until + 1;
  }
  return {
    count,
    bar,
    session,
    gross,
    traded,
    legs: { trades, end, earned, filled, expired },
    barsInMarket,
    hitRate: judged === 0 ? null : hits / judged,
    tradedTotal,
    grossGrowth,
  };
}
