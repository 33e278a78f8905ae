/** What a configuration holds, before any cost: the twin is `../../sweep-stance.ts`, which tells the story. */
import {
  CANDIDATES,
  CLOSED,
  DAY,
  DIRECTION,
  DOWN,
  EARNED,
  END,
  ENTRY,
  EVENT_SIDE,
  EXPIRED,
  FILLED,
  GAP,
  GROSS,
  IS_FIRST,
  IS_LAST,
  IS_TRADABLE,
  SEGMENT_START,
  SESSION,
  SESSION_AT,
  STANCE,
  TRADED,
  UP,
  WANTED,
} from './head';

// Bits of the rules, as `rulesOf` in ../../sweep-kernel.ts sets them.
const IS_EVENT = 1;
const HAS_GATE = 2;
const SIZE_BY_CONF = 4;
const LONG_ONLY = 8;

/** `exit` is NaN where the level of entry holds. Decisions are selected, not jumped to: nothing foresees them. */
export function hold(head: usize, candidates: i32, bars: i32, horizon: i32, rules: i32, exit: f64, confCap: f64): void {
  expose(head, candidates, rules, exit, confCap);
  walkPositions(head, candidates, bars, horizon);
  const list: usize = load<u32>(head, CANDIDATES);
  const wanted: usize = load<u32>(head, WANTED);
  for (let c = 0; c < candidates; c++) f64.store(wanted + ((<usize>load<i32>(list + ((<usize>c) << 2))) << 3), 0);
}

function expose(head: usize, candidates: i32, rules: i32, exit: f64, confCap: f64): void {
  const list: usize = load<u32>(head, CANDIDATES);
  const upColumn: usize = load<u32>(head, UP);
  const downColumn: usize = load<u32>(head, DOWN);
  const entry: usize = load<u32>(head, ENTRY);
  const wanted: usize = load<u32>(head, WANTED);
  const isFirst: usize = load<u32>(head, IS_FIRST);
  const eventSide: usize = load<u32>(head, EVENT_SIDE);
  const closed: usize = load<u32>(head, CLOSED);
  let held = 0;
  let last = -2;
  for (let c = 0; c < candidates; c++) {
    const k = load<i32>(list + ((<usize>c) << 2));
    const follows = i32(k === last + 1) & i32(load<u8>(isFirst + k) === 0);
    held = select<i32>(held, 0, follows);
    last = k;
    const at = (<usize>k) << 3;
    const level = f64.load(entry + at);
    const up = f64.load(upColumn + at);
    const down = f64.load(downColumn + at);
    let raw: i32;
    if (rules & IS_EVENT) {
      const side = <i32>load<i8>(eventSide + k);
      raw = select<i32>(side, 0, up >= level);
      held = select<i32>(held, 0, side === held);
    } else raw = (i32(up >= level) & i32(up > down)) - (i32(down >= level) & i32(down > up));
    const isUp = (rules & IS_EVENT) | i32(held > 0);
    const leaving = select<f64>(exit, level, exit < level);
    held = select<i32>(held, 0, select<f64>(up, down, isUp) >= leaving);
    held = select<i32>(raw, held, raw !== 0);
    if (rules & HAS_GATE) held = select<i32>(0, held, load<u8>(closed + k) === 1);
    if (rules & LONG_ONLY) held = max<i32>(held, 0);
    let size = <f64>held;
    if (rules & SIZE_BY_CONF && held !== 0) {
      const p = select<f64>(up, down, (rules & IS_EVENT) | i32(held > 0));
      size *= min<f64>(confCap, max<f64>(0, 2 * p - 1));
    }
    f64.store(wanted + at, size);
  }
}

/** Tranches that cancel leave rounding dust, which is no position. */
const DUST: f64 = 1e-12;

function walkPositions(head: usize, candidates: i32, bars: i32, horizon: i32): void {
  const list: usize = load<u32>(head, CANDIDATES);
  const wanted: usize = load<u32>(head, WANTED);
  const gap: usize = load<u32>(head, GAP);
  const day: usize = load<u32>(head, DAY);
  const segmentStart: usize = load<u32>(head, SEGMENT_START);
  const sessionAt: usize = load<u32>(head, SESSION_AT);
  const isTradable: usize = load<u32>(head, IS_TRADABLE);
  const isLast: usize = load<u32>(head, IS_LAST);
  const direction: usize = load<u32>(head, DIRECTION);
  const gross: usize = load<u32>(head, GROSS);
  const traded: usize = load<u32>(head, TRADED);
  const session: usize = load<u32>(head, SESSION);
  const earned: usize = load<u32>(head, EARNED);
  const filled: usize = load<u32>(head, FILLED);
  const expired: usize = load<u32>(head, EXPIRED);
  const end: usize = load<u32>(head, END);
  let count = 0;
  let legs = 0;
  let trades = 0;
  let barsInMarket = 0;
  let judged = 0;
  let hits = 0;
  let tradedTotal: f64 = 0;
  let grossGrowth: f64 = 1;
  let held: f64 = 0;
  let next = 0;
  for (let c = 0; c < candidates; c++) {
    const candidate = load<i32>(list + ((<usize>c) << 2));
    const until = min<i32>(candidate + horizon, bars - 1);
    for (let k = max<i32>(candidate, next); k <= until; k++) {
      let target: f64 = 0;
      if (load<u8>(isTradable + k)) {
        if (horizon === 1) target = f64.load(wanted + ((<usize>k) << 3));
        else target = meanOfTranches(wanted, load<i32>(segmentStart + ((<usize>k) << 2)), k, horizon);
      }
      if (i32(target === 0) & i32(held === 0)) continue;
      const before = held * f64.load(gap + ((<usize>k) << 3));
      const after = target * f64.load(day + ((<usize>k) << 3));
      const ends = <i32>load<u8>(isLast + k);
      const size = abs(target);
      const change = abs(target - held);
      const isSameSide = (i32(held > 0) & i32(target > 0)) | (i32(held < 0) & i32(target < 0));
      const amount = select<f64>(change + size, change, ends);
      store<i32>(session + ((<usize>count) << 2), load<i32>(sessionAt + ((<usize>k) << 2)));
      f64.store(gross + ((<usize>count) << 3), before + after);
      f64.store(traded + ((<usize>count) << 3), amount);
      count++;
      tradedTotal += amount;
      grossGrowth *= 1 + (before + after);
      // Written in any case, and kept only where something was closed or is held.
      const closes = i32(held !== 0) & (isSameSide ^ 1);
      f64.store(earned + ((<usize>legs) << 3), before);
      f64.store(filled + ((<usize>legs) << 3), abs(held));
      f64.store(expired + ((<usize>legs) << 3), 0);
      legs += closes;
      store<i32>(end + ((<usize>trades) << 2), legs);
      trades += closes;
      const holds = i32(target !== 0);
      f64.store(earned + ((<usize>legs) << 3), select<f64>(before + after, after, isSameSide));
      f64.store(filled + ((<usize>legs) << 3), select<f64>(change, size, isSameSide));
      f64.store(expired + ((<usize>legs) << 3), select<f64>(size, 0, ends));
      legs += holds;
      store<i32>(end + ((<usize>trades) << 2), legs);
      trades += holds & ends;
      barsInMarket += holds;
      const move = <i32>load<i8>(direction + k);
      const counts = holds & i32(move !== 0);
      judged += counts;
      hits += counts & i32(target > 0 === move > 0);
      held = select<f64>(0, target, ends);
    }
    next = until + 1;
  }
  const stance: usize = load<u32>(head, STANCE);
  f64.store(stance, <f64>count, 0);
  f64.store(stance, <f64>trades, 8);
  f64.store(stance, <f64>barsInMarket, 16);
  f64.store(stance, <f64>judged, 24);
  f64.store(stance, <f64>hits, 32);
  f64.store(stance, tradedTotal, 40);
  f64.store(stance, grossGrowth, 48);
}

function meanOfTranches(wanted: usize, segmentStart: i32, at: i32, horizon: i32): f64 {
  let sum: f64 = 0;
  for (let k = max<i32>(segmentStart, at - horizon + 1); k <= at; k++) sum += f64.load(wanted + ((<usize>k) << 3));
  const mean = sum / <f64>horizon;
  return select<f64>(0, mean, abs(mean) < DUST);
}
