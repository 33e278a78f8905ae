/** What a configuration holds, and what that earns at several rates of costs, two rates a register: the twins are `../sweep-stance.ts` and `../sweep.ts`. */

// Places in the head, in the order of `HEAD` in ../sweep-sheet.ts.
const GROSS = 0;
const TRADED = 4;
const SESSION = 8;
const EARNED = 12;
const FILLED = 16;
const EXPIRED = 20;
const END = 24;
const RATES = 28;
const FIGURES = 32;
const NET = 36;
const DAILY = 40;
const LOSSES = 44;
const KEPT = 48;
const SIZES = 52;
const UP = 56;
const DOWN = 60;
const GAP = 64;
const DAY = 68;
const ENTRY = 72;
const WANTED = 76;
const SEGMENT_START = 80;
const SESSION_AT = 84;
const CANDIDATES = 88;
const IS_TRADABLE = 92;
const IS_FIRST = 96;
const IS_LAST = 100;
const DIRECTION = 104;
const EVENT_SIDE = 108;
const CLOSED = 112;
const STANCE = 116;

// Bits of the rules, in the order of ../sweep-sheet.ts.
const IS_EVENT = 1;
const HAS_GATE = 2;
const SIZE_BY_CONF = 4;
const LONG_ONLY = 8;

// Places of a rate's figures, in bytes, in the order of ../sweep.ts.
const SUM = 0;
const COST = 8;
const GROWTH = 16;
const LOWEST = 24;
const DAILY_SUM = 32;
const DOWNSIDE = 40;
const SECOND = 48;
const THIRD = 56;
const FOURTH = 64;
const BAR_SECOND = 72;
const WORST_SUM = 80;
const WIN_SUM = 88;
const LOSS_SUM = 96;
const TRADE_SUM = 104;
const WINS = 112;
const LOST = 120;
const FIGURE_BYTES = 128;

/** A power of two, so that no number falls beside them. */
const BUCKETS = 1024;
/** 2^52: added to a number it leaves the nearest whole one in the lowest bits, much sooner than a conversion does. */
const WHOLE: f64 = 4503599627370496;

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

/** Both lanes' figures stand a rate apart. */
function put(figures: usize, place: usize, value: v128): void {
  f64.store(figures + place, f64x2.extract_lane(value, 0));
  f64.store(figures + FIGURE_BYTES + place, f64x2.extract_lane(value, 1));
}

function counted(value: v128): v128 {
  return f64x2(<f64>i64x2.extract_lane(value, 0), <f64>i64x2.extract_lane(value, 1));
}

export function earn(head: usize, count: i32, trades: i32, bars: i32, sessions: i32, worst: i32, registers: i32): void {
  let rates: usize = load<u32>(head, RATES);
  let figures: usize = load<u32>(head, FIGURES);
  for (let register = 0; register < registers; register++) {
    const rate = v128.load(rates);
    walkBars(head, figures, rate, count, bars, sessions, worst);
    walkTrades(head, figures, rate, trades);
    rates += 16;
    figures += 2 * FIGURE_BYTES;
  }
}

function walkBars(head: usize, figures: usize, rate: v128, count: i32, bars: i32, sessions: i32, worst: i32): void {
  let gross: usize = load<u32>(head, GROSS);
  let traded: usize = load<u32>(head, TRADED);
  let session: usize = load<u32>(head, SESSION);
  const net: usize = load<u32>(head, NET);
  const daily: usize = load<u32>(head, DAILY);
  const firstLosses: usize = load<u32>(head, LOSSES);
  // The other lane's list stands behind the first one's, each long enough for every bar.
  const secondLosses: usize = firstLosses + ((<usize>bars + 1) << 3);
  const one = f64x2.splat(1);
  const half = f64x2.splat(0.5);
  let sum = f64x2.splat(0);
  let costs = f64x2.splat(0);
  let growth = one;
  let highest = one;
  let deepest = one;
  let dailySum = f64x2.splat(0);
  let downside = f64x2.splat(0);
  let lowest = f64x2.splat(0);
  let first = firstLosses;
  let second = secondLosses;
  let netAt = net;
  let dayAt = daily;
  const end = gross + ((<usize>count) << 3);
  while (gross < end) {
    const here = load<i32>(session);
    let day = one;
    do {
      const paid = f64x2.mul(rate, v128.load64_splat(traded));
      const r = f64x2.sub(v128.load64_splat(gross), paid);
      v128.store(netAt, r);
      sum = f64x2.add(sum, r);
      costs = f64x2.add(costs, paid);
      const factor = f64x2.add(one, r);
      growth = f64x2.mul(growth, factor);
      highest = f64x2.pmax(highest, growth);
      deepest = f64x2.pmin(deepest, f64x2.div(growth, highest));
      day = f64x2.mul(day, factor);
      gross += 8;
      traded += 8;
      session += 4;
      netAt += 16;
    } while (gross < end && load<i32>(session) === here);
    const earned = f64x2.sub(day, one);
    v128.store(dayAt, earned);
    dayAt += 16;
    dailySum = f64x2.add(dailySum, earned);
    const loss = f64x2.mul(f64x2.sub(earned, f64x2.abs(earned)), half);
    downside = f64x2.add(downside, f64x2.mul(loss, loss));
    lowest = f64x2.pmin(lowest, earned);
    // A sign bit is a loss: day - 1 is never a negative zero.
    const lost = i64x2.bitmask(earned);
    v128.store64_lane(first, earned, 0);
    first += <usize>((lost & 1) << 3);
    v128.store64_lane(second, earned, 1);
    second += <usize>((lost & 2) << 2);
  }
  const days = <i32>((dayAt - daily) >> 4);
  put(figures, SUM, sum);
  put(figures, COST, costs);
  put(figures, GROWTH, growth);
  put(figures, LOWEST, deepest);
  put(figures, DAILY_SUM, dailySum);
  put(figures, DOWNSIDE, downside);
  const mean = f64x2.div(dailySum, f64x2.splat(<f64>sessions));
  const idle = spreadDays(figures, daily, days, mean, sessions);
  spreadBars(figures, net, count, f64x2.div(sum, f64x2.splat(<f64>bars)), bars);
  f64.store(
    figures,
    sumOfWorst(
      head,
      daily,
      days,
      firstLosses,
      first,
      f64x2.extract_lane(lowest, 0),
      <i32>f64x2.extract_lane(idle, 0),
      worst,
    ),
    WORST_SUM,
  );
  f64.store(
    figures + FIGURE_BYTES,
    sumOfWorst(
      head,
      daily + 8,
      days,
      secondLosses,
      second,
      f64x2.extract_lane(lowest, 1),
      <i32>f64x2.extract_lane(idle, 1),
      worst,
    ),
    WORST_SUM,
  );
}

/** Powers of the sessions' distances from their mean; gives how many sessions earned exactly 0. */
function spreadDays(figures: usize, daily: usize, days: i32, mean: v128, sessions: i32): v128 {
  const zero = f64x2.splat(0);
  let second = zero;
  let third = zero;
  let fourth = zero;
  let moved = i64x2.splat(0);
  const end = daily + ((<usize>days) << 4);
  for (let at = daily; at < end; at += 16) {
    const r = v128.load(at);
    const moves = f64x2.ne(r, zero);
    const d = v128.and(f64x2.sub(r, mean), moves);
    moved = i64x2.sub(moved, moves);
    const square = f64x2.mul(d, d);
    const cube = f64x2.mul(square, d);
    second = f64x2.add(second, square);
    third = f64x2.add(third, cube);
    fourth = f64x2.add(fourth, f64x2.mul(cube, d));
  }
  const idle = f64x2.sub(f64x2.splat(<f64>sessions), counted(moved));
  const z = f64x2.sub(zero, mean);
  const z2 = f64x2.mul(z, z);
  const z3 = f64x2.mul(z2, z);
  put(figures, SECOND, f64x2.add(second, f64x2.mul(idle, z2)));
  put(figures, THIRD, f64x2.add(third, f64x2.mul(idle, z3)));
  put(figures, FOURTH, f64x2.add(fourth, f64x2.mul(idle, f64x2.mul(z3, z))));
  return idle;
}

function spreadBars(figures: usize, net: usize, count: i32, mean: v128, bars: i32): void {
  const zero = f64x2.splat(0);
  let squares = zero;
  let moved = i64x2.splat(0);
  const end = net + ((<usize>count) << 4);
  for (let at = net; at < end; at += 16) {
    const r = v128.load(at);
    const moves = f64x2.ne(r, zero);
    const d = v128.and(f64x2.sub(r, mean), moves);
    moved = i64x2.sub(moved, moves);
    squares = f64x2.add(squares, f64x2.mul(d, d));
  }
  const idle = f64x2.sub(f64x2.splat(<f64>bars), counted(moved));
  const z = f64x2.sub(zero, mean);
  put(figures, BAR_SECOND, f64x2.add(squares, f64x2.mul(idle, f64x2.mul(z, z))));
}

function walkTrades(head: usize, figures: usize, rate: v128, trades: i32): void {
  const first: usize = load<u32>(head, EARNED);
  let earned = first;
  let filled: usize = load<u32>(head, FILLED);
  let expired: usize = load<u32>(head, EXPIRED);
  let end: usize = load<u32>(head, END);
  const last = end + ((<usize>trades) << 2);
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const half = f64x2.splat(0.5);
  let winSum = zero;
  let lossSum = zero;
  let total = zero;
  let wins = i64x2.splat(0);
  let lost = i64x2.splat(0);
  for (; end < last; end += 4) {
    const until = first + ((<usize>load<i32>(end)) << 3);
    let growth = one;
    for (; earned < until; earned += 8) {
      const held = f64x2.sub(v128.load64_splat(earned), f64x2.mul(rate, v128.load64_splat(filled)));
      const closed = f64x2.mul(rate, v128.load64_splat(expired));
      growth = f64x2.mul(growth, f64x2.sub(f64x2.add(one, held), closed));
      filled += 8;
      expired += 8;
    }
    const gained = f64x2.sub(growth, one);
    const size = f64x2.abs(gained);
    total = f64x2.add(total, gained);
    winSum = f64x2.add(winSum, f64x2.mul(f64x2.add(gained, size), half));
    lossSum = f64x2.add(lossSum, f64x2.mul(f64x2.sub(gained, size), half));
    wins = i64x2.sub(wins, f64x2.gt(gained, zero));
    lost = i64x2.sub(lost, f64x2.lt(gained, zero));
  }
  put(figures, WIN_SUM, winSum);
  put(figures, LOSS_SUM, lossSum);
  put(figures, TRADE_SUM, total);
  put(figures, WINS, counted(wins));
  put(figures, LOST, counted(lost));
}

/** One lane's sum of its `worst` lowest sessions, as in ../sweep-worst.ts; `losses` from `from` to `until`, `daily` a register apart. */
function sumOfWorst(
  head: usize,
  daily: usize,
  days: i32,
  from: usize,
  until: usize,
  lowest: f64,
  idle: i32,
  worst: i32,
): f64 {
  if (worst === 0) return 0;
  const count = <i32>((until - from) >> 3);
  const kept: usize = load<u32>(head, KEPT);
  if (worst > count + idle) {
    // Hardly a session that did not gain: the k-th lowest is above 0.
    for (let i = 0; i < days; i++) f64.store(kept + ((<usize>i) << 3), f64.load(daily + ((<usize>i) << 4)));
    const end = kept + ((<usize>days) << 3);
    memory.copy(end, kept, (<usize>days) << 3);
    sort(end, days);
    // Sessions that are not in the sheet are zeros, below the k-th lowest.
    const beyond = idle - idleWithin(daily, days);
    const kth = f64.load(end + ((<usize>(worst - 1 - beyond)) << 3));
    return sumBelow(kept, end, kth, worst - beyond);
  }
  if (worst > count) return sumBelow(from, until, 0, worst);
  const sizes: usize = load<u32>(head, SIZES);
  memory.fill(sizes, 0, BUCKETS * 4);
  const scale = <f64>(BUCKETS - 1) / lowest;
  for (let at = from; at < until; at += 8) {
    const place = sizes + ((<usize>(reinterpret<i64>(f64.load(at) * scale + WHOLE) & (BUCKETS - 1))) << 2);
    store<i32>(place, load<i32>(place) + 1);
  }
  let bucket = BUCKETS;
  let reached = 0;
  while (reached < worst) reached += load<i32>(sizes + ((<usize>--bucket) << 2));
  const edge = <f64>bucket + WHOLE;
  let taken = kept;
  for (let at = from; at < until; at += 8) {
    const loss = f64.load(at);
    f64.store(taken, loss);
    taken += (<usize>(loss * scale + WHOLE >= edge)) << 3;
  }
  let end = taken;
  for (let at = kept; at < taken; at += 8) {
    const loss = f64.load(at);
    f64.store(end, loss);
    end += (<usize>(loss * scale + WHOLE === edge)) << 3;
  }
  sort(taken, <i32>((end - taken) >> 3));
  return sumBelow(kept, taken, f64.load(end - ((<usize>(1 + reached - worst)) << 3)), worst);
}

function idleWithin(daily: usize, days: i32): i32 {
  let idle = 0;
  for (let i = 0; i < days; i++) idle += i32(f64.load(daily + ((<usize>i) << 4)) === 0);
  return idle;
}

function sumBelow(from: usize, until: usize, kth: f64, wanted: i32): f64 {
  let sum: f64 = 0;
  let below = 0;
  for (let at = from; at < until; at += 8) {
    const value = f64.load(at);
    if (value < kth) {
      sum += value;
      below++;
    }
  }
  return sum + <f64>(wanted - below) * kth;
}

/** From here on insertion would cost more than a heap: one huge loss squeezes the others into few buckets. */
const CROWD = 48;

/** Insertion for the few of a bucket. */
function sort(from: usize, count: i32): void {
  if (count > CROWD) {
    sortByHeap(from, count);
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = f64.load(from + ((<usize>i) << 3));
    let at = i;
    while (at > 0 && f64.load(from + ((<usize>(at - 1)) << 3)) > value) {
      f64.store(from + ((<usize>at) << 3), f64.load(from + ((<usize>(at - 1)) << 3)));
      at--;
    }
    f64.store(from + ((<usize>at) << 3), value);
  }
}

function sortByHeap(from: usize, count: i32): void {
  for (let root = (count >> 1) - 1; root >= 0; root--) sink(from, root, count);
  for (let last = count - 1; last > 0; last--) {
    const top = f64.load(from);
    f64.store(from, f64.load(from + ((<usize>last) << 3)));
    f64.store(from + ((<usize>last) << 3), top);
    sink(from, 0, last);
  }
}

function sink(from: usize, root: i32, count: i32): void {
  const value = f64.load(from + ((<usize>root) << 3));
  let at = root;
  while (true) {
    let child = 2 * at + 1;
    if (child >= count) break;
    if (child + 1 < count && f64.load(from + ((<usize>(child + 1)) << 3)) > f64.load(from + ((<usize>child) << 3)))
      child++;
    if (f64.load(from + ((<usize>child) << 3)) <= value) break;
    f64.store(from + ((<usize>at) << 3), f64.load(from + ((<usize>child) << 3)));
    at = child;
  }
  f64.store(from + ((<usize>at) << 3), value);
}
