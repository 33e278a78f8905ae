/** Which bars a configuration holds, and how much, before any cost: the twin of `hold` in `assembly/sweep.ts`, the same bits. */
import { meanOfTranches } from '../backtest/positions.js';
import type { SweepSheet } from './sweep-sheet.js';

/** Bars in time order, what a model said of them and what the market then did; no configuration changes any of it. */
export interface TrackColumns {
  readonly bars: number;
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** What a position that is held earns until the fill, and what one that was filled earns after it; 0 where nothing can be filled. */
  readonly gap: Float64Array;
  readonly day: Float64Array;
  readonly isTradable: Uint8Array;
  /** Whether no position can be carried from the bar before, and whether none can be carried on. */
  readonly isFirst: Uint8Array;
  readonly isLast: Uint8Array;
  /** First bar whose tranche still counts at this one. */
  readonly segmentStart: Int32Array;
  /** Number of the bar's session, from 0. */
  readonly sessionAt: Int32Array;
  /** The market's direction at the bar; 0 where it stood still or is not known. */
  readonly direction: Int8Array;
  /** The side an event bets on, by bar; undefined for banded labels. */
  readonly eventSide: Int8Array | undefined;
  readonly horizonBars: number;
}

/** What a configuration asks of the bars. */
export interface Wish {
  /** Bars that may be held, ascending: no other is looked at but those that their tranches reach. */
  readonly candidates: Int32Array;
  /** The bar's level of entry, by bar. */
  readonly entry: Float64Array;
  /** 1 where a gate is closed, by bar; undefined without a gate. */
  readonly closed: Uint8Array | undefined;
  /** Null: the level of entry. */
  readonly exitThreshold: number | null;
  readonly sizeByConf: boolean;
  readonly confCap: number;
  readonly longOnly: boolean;
}

/** What is known of a stance beside the sheet that it fills. */
export interface Stance {
  /** Bars that hold or change a position; every other bar earns and costs exactly nothing. */
  readonly count: number;
  readonly trades: number;
  readonly barsInMarket: number;
  /** Bars in the market on which it moved, and those of them that went the position's way. */
  readonly judged: number;
  readonly hits: number;
  readonly tradedTotal: number;
  readonly grossGrowth: number;
}

/**
 * Fills the sheet: an entry for each bar that holds or changes a position, and its trades as the factors they compound. Leg j multiplies
 * by 1 + (earned - rate * filled) - rate * expired: an amount filled within the bar, and one closed at its end because it cannot be
 * carried on.
 */
export function holdStance(sheet: SweepSheet, track: TrackColumns, wish: Wish): Stance {
  const { wanted } = sheet.scratch;
  const { candidates } = wish;
  expose(wanted, track, wish);
  const stance = hold(sheet, track, candidates);
  for (let c = 0; c < candidates.length; c++) wanted[candidates[c]!] = 0;
  return stance;
}

/** The same decisions as `exposures` (backtest/signals.ts), on the bars that can hold anything; into `wanted`. */
function expose(
  wanted: Float64Array,
  { up, down, eventSide, isFirst }: TrackColumns,
  { candidates, entry, closed, exitThreshold, sizeByConf, confCap, longOnly }: Wish,
): void {
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
    if (closed !== undefined && closed[k] === 1) held = 0;
    if (longOnly && held < 0) held = 0;
    if (held === 0) continue;
    const p = eventSide !== undefined || held > 0 ? pUp : pDown;
    wanted[k] = sizeByConf ? held * Math.min(confCap, Math.max(0, 2 * p - 1)) : held;
  }
}

/** The same positions as `holdPositions` (backtest/positions.ts), walking only from each candidate until its last tranche has run out. */
function hold(sheet: SweepSheet, track: TrackColumns, candidates: Int32Array): Stance {
  const { bars, gap, day, isTradable, isLast, segmentStart, sessionAt, horizonBars, direction } = track;
  const { gross, traded, session, earned, filled, expired, end } = sheet;
  const { wanted } = sheet.scratch;
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
    const candidate = candidates[c]!;
    const until = Math.min(candidate + horizonBars, bars - 1);
    for (let k = Math.max(candidate, next); k <= until; k++) {
      const target = isTradable[k] === 0 ? 0 : meanOfTranches(wanted, segmentStart[k]!, k, horizonBars);
      if (target === 0 && held === 0) continue;
      const before = held * gap[k]!;
      const after = target * day[k]!;
      const ends = isLast[k] === 1;
      const size = Math.abs(target);
      const change = Math.abs(target - held);
      const isSameSide = (held > 0 && target > 0) || (held < 0 && target < 0);
      const amount = ends ? change + size : change;
      session[count] = sessionAt[k]!;
      gross[count] = before + after;
      traded[count] = amount;
      count++;
      tradedTotal += amount;
      grossGrowth *= 1 + (before + after);
      if (held !== 0 && !isSameSide) {
        earned[legs] = before;
        filled[legs] = Math.abs(held);
        expired[legs] = 0;
        legs++;
        end[trades] = legs;
        trades++;
      }
      if (target !== 0) {
        earned[legs] = isSameSide ? before + after : after;
        filled[legs] = isSameSide ? change : size;
        expired[legs] = ends ? size : 0;
        legs++;
        if (ends) {
          end[trades] = legs;
          trades++;
        }
        barsInMarket++;
        const move = direction[k]!;
        if (move !== 0) {
          judged++;
          if (target > 0 === move > 0) hits++;
        }
      }
      held = ends ? 0 : target;
    }
    next = until + 1;
  }
  return { count, trades, barsInMarket, judged, hits, tradedTotal, grossGrowth };
}
