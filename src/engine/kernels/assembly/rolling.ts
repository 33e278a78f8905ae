/** Rolling moments and extremes of one series without holes: the twins are ../../features/rolling-moments.ts and rolling-extreme.ts, which tell why. */

const RENEW_AFTER: i32 = 1024;
const RENEW_BELOW: f64 = 1e-4;

// Places of a window's terms, in the order of `TERMS` in ../../features/rolling-kernel.ts.
const WINDOW = 0;
const KNOWN = 4;
const MEAN = 8;
const STD = 12;
const SUM = 16;

/** Whether every value is a finite number. */
export function isWhole(values: usize, rows: i32): bool {
  let i = 0;
  let off = f64x2.splat(0);
  for (; i + 1 < rows; i += 2) {
    const pair = v128.load(values + ((<usize>i) << 3));
    off = v128.or(off, f64x2.ne(f64x2.sub(pair, pair), f64x2.splat(0)));
  }
  if (i < rows) {
    const last = at(values, i);
    if (last - last !== 0) return false;
  }
  return !v128.any_true(off);
}

/** Two windows, one a lane; `first` and `second` are where their terms stand. Addresses of columns are 0 where they are not wanted. */
export function moments32(values: usize, rows: i32, first: usize, second: usize): void {
  rollMoments<f32>(values, rows, first, second);
}

export function moments64(values: usize, rows: i32, first: usize, second: usize): void {
  rollMoments<f64>(values, rows, first, second);
}

/** `ends` has a register for each row of the window, and one more. */
export function extremes32(
  values: usize,
  rows: i32,
  window: i32,
  known: i32,
  low: usize,
  high: usize,
  ends: usize,
): void {
  rollExtremes<f32>(values, rows, window, known, low, high, ends);
}

export function extremes64(
  values: usize,
  rows: i32,
  window: i32,
  known: i32,
  low: usize,
  high: usize,
  ends: usize,
): void {
  rollExtremes<f64>(values, rows, window, known, low, high, ends);
}

function put<T>(column: usize, row: i32, value: f64): void {
  store<T>(column + ((<usize>row) << alignof<T>()), <T>value);
}

function at(values: usize, row: i32): f64 {
  return load<f64>(values + ((<usize>row) << 3));
}

/** A column's row of the lanes' numbers; NaN before it is known. */
function show<T>(first: usize, second: usize, term: usize, row: i32, numbers: v128): void {
  const one: usize = load<u32>(first + term);
  const other: usize = load<u32>(second + term);
  if (one) put<T>(one, row, row >= load<i32>(first, KNOWN) ? f64x2.extract_lane(numbers, 0) : NaN);
  if (other) put<T>(other, row, row >= load<i32>(second, KNOWN) ? f64x2.extract_lane(numbers, 1) : NaN);
}

function rollMoments<T>(values: usize, rows: i32, first: usize, second: usize): void {
  if (rows === 0) return;
  const one = load<i32>(first, WINDOW);
  const other = load<i32>(second, WINDOW);
  const windows = f64x2(<f64>one, <f64>other);
  const zero = f64x2.splat(0);
  const unit = f64x2.splat(1);
  const below = f64x2.splat(RENEW_BELOW);
  const hasMean = load<u32>(first, MEAN) | load<u32>(second, MEAN);
  const hasStd = load<u32>(first, STD) | load<u32>(second, STD);
  const hasSum = load<u32>(first, SUM) | load<u32>(second, SUM);
  const unknown = f64x2.splat(NaN);
  show<T>(first, second, MEAN, 0, unknown);
  show<T>(first, second, STD, 0, unknown);
  show<T>(first, second, SUM, 0, unknown);
  let base = f64x2.splat(at(values, 0));
  let total = zero;
  let squares = zero;
  let largest = zero;
  let seen = zero;
  let age = 0;
  let otherAge = 0;
  for (let t = 1; t < rows; t++) {
    const came = f64x2.sub(v128.load64_splat(values + ((<usize>(t - 1)) << 3)), base);
    total = f64x2.add(total, came);
    squares = f64x2.add(squares, f64x2.mul(came, came));
    largest = f64x2.pmax(largest, squares);
    age++;
    otherAge++;
    // Where nothing leaves yet, the base itself does: its distance is 0.
    let leaving = base;
    if (t > one) leaving = v128.load64_lane(values + ((<usize>(t - one - 1)) << 3), leaving, 0);
    if (t > other) leaving = v128.load64_lane(values + ((<usize>(t - other - 1)) << 3), leaving, 1);
    const gone = f64x2.sub(leaving, base);
    total = f64x2.sub(total, gone);
    squares = f64x2.sub(squares, f64x2.mul(gone, gone));
    seen = f64x2.add(seen, unit);
    const count = f64x2.pmin(windows, seen);
    let spread = f64x2.sub(squares, f64x2.div(f64x2.mul(total, total), count));
    const worn = i64x2.bitmask(f64x2.lt(spread, f64x2.mul(largest, below)));
    if (worn | i32(age > RENEW_AFTER) | i32(otherAge > RENEW_AFTER)) {
      if ((worn & 1) | i32(age > RENEW_AFTER)) {
        const fresh = renew(values, t, one, f64x2.extract_lane(count, 0));
        base = f64x2.replace_lane(base, 0, fresh);
        total = f64x2.replace_lane(total, 0, renewedTotal);
        squares = f64x2.replace_lane(squares, 0, renewedSquares);
        largest = f64x2.replace_lane(largest, 0, renewedSquares);
        age = 0;
      }
      if ((worn & 2) | i32(otherAge > RENEW_AFTER)) {
        const fresh = renew(values, t, other, f64x2.extract_lane(count, 1));
        base = f64x2.replace_lane(base, 1, fresh);
        total = f64x2.replace_lane(total, 1, renewedTotal);
        squares = f64x2.replace_lane(squares, 1, renewedSquares);
        largest = f64x2.replace_lane(largest, 1, renewedSquares);
        otherAge = 0;
      }
      spread = f64x2.sub(squares, f64x2.div(f64x2.mul(total, total), count));
    }
    if (hasMean) show<T>(first, second, MEAN, t, f64x2.add(base, f64x2.div(total, count)));
    if (hasStd) {
      const variance = v128.and(f64x2.div(spread, f64x2.sub(count, unit)), f64x2.gt(spread, zero));
      // One value has no deviation.
      const several = f64x2.gt(count, unit);
      show<T>(first, second, STD, t, v128.bitselect(f64x2.sqrt(variance), unknown, several));
    }
    if (hasSum) show<T>(first, second, SUM, t, f64x2.add(f64x2.mul(base, count), total));
  }
}

let renewedTotal: f64 = 0;
let renewedSquares: f64 = 0;

/** Sums taken anew around the window's mean, which it gives. */
function renew(values: usize, t: i32, window: i32, count: f64): f64 {
  const tail = max<i32>(0, t - window);
  const base = meanOf(values, tail, t, count);
  renewedTotal = 0;
  renewedSquares = 0;
  for (let i = tail; i < t; i++) {
    const apart = at(values, i) - base;
    renewedTotal += apart;
    renewedSquares += apart * apart;
  }
  return base;
}

/** Exact for equal values. */
function meanOf(values: usize, from: i32, to: i32, count: f64): f64 {
  const first = at(values, from);
  let apart: f64 = 0;
  for (let i = from; i < to; i++) apart += at(values, i) - first;
  return first + apart / count;
}

/** One lane for the largest, one for the smallest, which is the largest of the negated. */
function rollExtremes<T>(
  values: usize,
  rows: i32,
  window: i32,
  known: i32,
  low: usize,
  high: usize,
  ends: usize,
): void {
  if (rows === 0) return;
  const signs = f64x2(1, -1);
  const least = f64x2.splat(-Infinity);
  for (let i = 0; i <= window; i++) v128.store(ends + ((<usize>i) << 4), least);
  let beginning = least;
  let place = 0;
  if (low) put<T>(low, 0, NaN);
  if (high) put<T>(high, 0, NaN);
  for (let t = 1; t < rows; t++) {
    const value = f64x2.mul(v128.load64_splat(values + ((<usize>(t - 1)) << 3)), signs);
    beginning = f64x2.pmax(beginning, value);
    place++;
    const extreme = f64x2.pmax(beginning, v128.load(ends + ((<usize>place) << 4)));
    // Adding 0 makes a negative zero plain.
    const shown = f64x2.add(f64x2.mul(extreme, signs), f64x2.splat(0));
    const isKnown = t >= known;
    if (high) put<T>(high, t, isKnown ? f64x2.extract_lane(shown, 0) : NaN);
    if (low) put<T>(low, t, isKnown ? f64x2.extract_lane(shown, 1) : NaN);
    if (place === window) {
      closeBlock(values + ((<usize>(t - window)) << 3), window, ends, signs);
      beginning = least;
      place = 0;
    }
  }
}

function closeBlock(block: usize, window: i32, ends: usize, signs: v128): void {
  let extreme = f64x2.splat(-Infinity);
  for (let i = window - 1; i >= 0; i--) {
    extreme = f64x2.pmax(extreme, f64x2.mul(v128.load64_splat(block + ((<usize>i) << 3)), signs));
    v128.store(ends + ((<usize>i) << 4), extreme);
  }
}
