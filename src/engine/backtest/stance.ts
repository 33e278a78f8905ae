/** Which bars a configuration holds, and how much, before any cost: shared by all configurations that differ in costs only. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { BacktestConfig } from './config.js';
import { meanOfTranches } from './positions.js';
import { gateColumn } from './signals.js';
import { candidatesAt, type Track } from './track.js';

/** The bar ends the trade that was open before it. */
export const CLOSES = 1;
/** The bar opens a trade. */
export const OPENS = 2;
/** The bar goes on with the trade that is open. */
export const CARRIES = 4;
/** The trade is closed at the end of the bar, because no position can be carried on. */
export const EXPIRES = 8;

/** One entry for each bar that holds or changes a position; every other bar earns and costs exactly nothing. */
export interface Stance {
  readonly count: number;
  /** Positions among the track's bars, ascending. */
  readonly bar: Int32Array;
  readonly gross: Float64Array;
  /** Amount traded, forced exits included. */
  readonly traded: Float64Array;
  /** What the fill at this bar trades, forced exits left out. */
  readonly filled: Float64Array;
  /** What the position held before earns until the fill, and the new one after it. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Size of the position held before, and of the new one. */
  readonly heldSize: Float64Array;
  readonly size: Float64Array;
  /** CLOSES, OPENS, CARRIES and EXPIRES. */
  readonly events: Uint8Array;
  readonly trades: number;
  readonly barsInMarket: number;
  readonly hitRate: number | null;
  readonly tradedTotal: number;
  readonly grossGrowth: number;
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
  const { bars, gap, day, isTradable, isLast, segmentStart, horizonBars, market } = track;
  const { wanted } = track.scratch;
  const room = Math.min(bars, candidates.length * (horizonBars + 1));
  const doubles = () => new Float64Array(room);
  const [gross, traded, filled, before, after] = [doubles(), doubles(), doubles(), doubles(), doubles()];
  const [heldSize, size] = [doubles(), doubles()];
  const bar = new Int32Array(room);
  const events = new Uint8Array(room);
  let [count, trades, barsInMarket, judged, hits] = [0, 0, 0, 0, 0];
  let tradedTotal = 0;
  let grossGrowth = 1;
  let held = 0;
  let next = 0;
  for (let c = 0; c < candidates.length; c++) {
    const until = Math.min(candidates[c]! + horizonBars, bars - 1);
    for (let k = Math.max(candidates[c]!, next); k <= until; k++) {
      const target = isTradable[k] === 0 ? 0 : meanOfTranches(wanted, segmentStart[k]!, k, horizonBars);
      if (target === 0 && held === 0) continue;
      const ends = isLast[k] === 1;
      const sized = Math.abs(target);
      const isSameSide = held !== 0 && held > 0 === target > 0 && target !== 0;
      bar[count] = k;
      before[count] = held * gap[k]!;
      after[count] = target * day[k]!;
      gross[count] = before[count]! + after[count]!;
      filled[count] = Math.abs(target - held);
      traded[count] = filled[count]! + (ends ? sized : 0);
      heldSize[count] = Math.abs(held);
      size[count] = sized;
      events[count] =
        (held !== 0 && !isSameSide ? CLOSES : 0) |
        (target === 0 ? 0 : (isSameSide ? CARRIES : OPENS) | (ends ? EXPIRES : 0));
      if (target !== 0) {
        barsInMarket++;
        if (!isSameSide) trades++;
        const move = market[k]!;
        if (Number.isFinite(move) && move !== 0) {
          judged++;
          if (target > 0 === move > 0) hits++;
        }
      }
      tradedTotal += traded[count]!;
      grossGrowth *= 1 + gross[count]!;
      held = ends ? 0 : target;
      count++;
    }
    next = until + 1;
  }
  return {
    count,
    bar,
    gross,
    traded,
    filled,
    before,
    after,
    heldSize,
    size,
    events,
    trades,
    barsInMarket,
    hitRate: judged === 0 ? null : hits / judged,
    tradedTotal,
    grossGrowth,
  };
}
