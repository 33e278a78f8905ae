/** The sum of a lane's worst sessions without sorting them all: the twin is `../../sweep-worst.ts`. */
import { KEPT, SIZES } from './head';

/** A power of two, so that no number falls beside them. */
const BUCKETS = 1024;
/** 2^52: added to a number it leaves the nearest whole one in the lowest bits, much sooner than a conversion does. */
const WHOLE: f64 = 4503599627370496;

/** One lane's sum of its `worst` lowest sessions; losses from `from` to `until`, `daily` a register apart. */
export function sumOfWorst(
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
