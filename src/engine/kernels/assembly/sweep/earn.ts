/** What one stance earns at several rates of costs, two rates a register: the twin is `../../sweep.ts`. */
import { DAILY, EARNED, END, EXPIRED, FIGURES, FILLED, GROSS, LOSSES, NET, RATES, SESSION, TRADED } from './head';
import { sumOfWorst } from './worst';

// Places of a rate's figures, in bytes, in the order of ../../sweep.ts.
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

/** What idle returns add to a sum of powers; 0 of none, even where the power is too large to be a number. */
function share(idle: v128, power: v128): v128 {
  return v128.and(f64x2.mul(idle, power), f64x2.ne(idle, f64x2.splat(0)));
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
  put(figures, SECOND, f64x2.add(second, share(idle, z2)));
  put(figures, THIRD, f64x2.add(third, share(idle, z3)));
  put(figures, FOURTH, f64x2.add(fourth, share(idle, f64x2.mul(z3, z))));
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
  put(figures, BAR_SECOND, f64x2.add(squares, share(idle, f64x2.mul(z, z))));
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
