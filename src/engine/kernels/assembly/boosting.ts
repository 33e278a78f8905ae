/**
 * The loops of gradient boosting over rows: histograms, the partition of a node, gradients, scores.
 *
 * A cell of a histogram in the making is one 64-bit integer: the gradient's sum in the high half, the hessian's in the low one, so
 * that a row costs one load, one add and one store a feature. The cells stand at constant addresses, one block of eight features a
 * function: an address is then the bin and nothing else. Whole numbers make the sums exact, in any order and shared among any lanes.
 */

/** Cells of eight features in turn: 256 bins and a gap of one cache line, or equal bins of many features would share a cache set. */
const CELLS: usize = 0x10000;
const FEATURE_BYTES: usize = 2112;
/** Gradients and bins of the rows of a block, gathered before they are summed: there is no prefetch to ask for. */
const GATHERED_GRADIENTS: usize = 0x60000;
const GATHERED_BINS: usize = 0x61000;
const BLOCK_ROWS = 512;
/** By bin of the column that a node is split on: 1 goes left. The caller writes it. */
const GOES_LEFT: usize = 0x5f000;
/** Where `findCut` leaves what it found. */
const FOUND: usize = 0x5f100;
/** Then a half of a cell could overflow: |gradient| < 2^18, hessian < 2^19. */
const ROWS_BETWEEN_FLUSHES = 8192;

/** Carries the number of a block of features in its size: eight bytes each. */
class B0 {}
class B1 extends B0 {
  a: u64 = 0;
}
class B2 extends B1 {
  b: u64 = 0;
}
class B3 extends B2 {
  c: u64 = 0;
}
class B4 extends B3 {
  d: u64 = 0;
}
class B5 extends B4 {
  e: u64 = 0;
}
class B6 extends B5 {
  f: u64 = 0;
}
class B7 extends B6 {
  g: u64 = 0;
}
class B8 extends B7 {
  h: u64 = 0;
}
class B9 extends B8 {
  i: u64 = 0;
}
class B10 extends B9 {
  j: u64 = 0;
}
class B11 extends B10 {
  k: u64 = 0;
}
class B12 extends B11 {
  l: u64 = 0;
}
class B13 extends B12 {
  m: u64 = 0;
}
class B14 extends B13 {
  n: u64 = 0;
}
class B15 extends B14 {
  o: u64 = 0;
}

function addEight<B>(gradients: usize, rows: i32, bins: usize, stride: usize): void {
  const base: usize = CELLS + offsetof<B>() * FEATURE_BYTES;
  const end = gradients + ((<usize>rows) << 3);
  while (gradients < end) {
    const v = load<u64>(gradients);
    const b0 = (<usize>load<u8>(bins)) << 3;
    store<u64>(b0, load<u64>(b0, base) + v, base);
    const b1 = (<usize>load<u8>(bins, 1)) << 3;
    store<u64>(b1, load<u64>(b1, base + FEATURE_BYTES) + v, base + FEATURE_BYTES);
    const b2 = (<usize>load<u8>(bins, 2)) << 3;
    store<u64>(b2, load<u64>(b2, base + 2 * FEATURE_BYTES) + v, base + 2 * FEATURE_BYTES);
    const b3 = (<usize>load<u8>(bins, 3)) << 3;
    store<u64>(b3, load<u64>(b3, base + 3 * FEATURE_BYTES) + v, base + 3 * FEATURE_BYTES);
    const b4 = (<usize>load<u8>(bins, 4)) << 3;
    store<u64>(b4, load<u64>(b4, base + 4 * FEATURE_BYTES) + v, base + 4 * FEATURE_BYTES);
    const b5 = (<usize>load<u8>(bins, 5)) << 3;
    store<u64>(b5, load<u64>(b5, base + 5 * FEATURE_BYTES) + v, base + 5 * FEATURE_BYTES);
    const b6 = (<usize>load<u8>(bins, 6)) << 3;
    store<u64>(b6, load<u64>(b6, base + 6 * FEATURE_BYTES) + v, base + 6 * FEATURE_BYTES);
    const b7 = (<usize>load<u8>(bins, 7)) << 3;
    store<u64>(b7, load<u64>(b7, base + 7 * FEATURE_BYTES) + v, base + 7 * FEATURE_BYTES);
    bins += stride;
    gradients += 8;
  }
}

/** The last block where it has four features at most. */
function addFour<B>(gradients: usize, rows: i32, bins: usize, stride: usize): void {
  const base: usize = CELLS + offsetof<B>() * FEATURE_BYTES;
  const end = gradients + ((<usize>rows) << 3);
  while (gradients < end) {
    const v = load<u64>(gradients);
    const b0 = (<usize>load<u8>(bins)) << 3;
    store<u64>(b0, load<u64>(b0, base) + v, base);
    const b1 = (<usize>load<u8>(bins, 1)) << 3;
    store<u64>(b1, load<u64>(b1, base + FEATURE_BYTES) + v, base + FEATURE_BYTES);
    const b2 = (<usize>load<u8>(bins, 2)) << 3;
    store<u64>(b2, load<u64>(b2, base + 2 * FEATURE_BYTES) + v, base + 2 * FEATURE_BYTES);
    const b3 = (<usize>load<u8>(bins, 3)) << 3;
    store<u64>(b3, load<u64>(b3, base + 3 * FEATURE_BYTES) + v, base + 3 * FEATURE_BYTES);
    bins += stride;
    gradients += 8;
  }
}

function addBlock<B>(width: i32, gradients: usize, rows: i32, bins: usize, stride: usize): void {
  const left = width - <i32>offsetof<B>();
  if (left > 4) addEight<B>(gradients, rows, bins + offsetof<B>(), stride);
  else if (left > 0) addFour<B>(gradients, rows, bins + offsetof<B>(), stride);
}

/** Adds rows to the cells of `width` features; width is a multiple of four. */
function addRows(width: i32, gradients: usize, rows: i32, bins: usize, stride: usize): void {
  addBlock<B0>(width, gradients, rows, bins, stride);
  addBlock<B1>(width, gradients, rows, bins, stride);
  addBlock<B2>(width, gradients, rows, bins, stride);
  addBlock<B3>(width, gradients, rows, bins, stride);
  if (width <= 32) return;
  addBlock<B4>(width, gradients, rows, bins, stride);
  addBlock<B5>(width, gradients, rows, bins, stride);
  addBlock<B6>(width, gradients, rows, bins, stride);
  addBlock<B7>(width, gradients, rows, bins, stride);
  if (width <= 64) return;
  addBlock<B8>(width, gradients, rows, bins, stride);
  addBlock<B9>(width, gradients, rows, bins, stride);
  addBlock<B10>(width, gradients, rows, bins, stride);
  addBlock<B11>(width, gradients, rows, bins, stride);
  addBlock<B12>(width, gradients, rows, bins, stride);
  addBlock<B13>(width, gradients, rows, bins, stride);
  addBlock<B14>(width, gradients, rows, bins, stride);
  addBlock<B15>(width, gradients, rows, bins, stride);
}

/** Adds the cells to `out`, [gradient, hessian] in doubles, feature after feature with `sizes` bins each; clears them. */
function flush(features: i32, sizes: usize, out: usize): void {
  for (let f = 0; f < features; f++) {
    let cell = CELLS + <usize>f * FEATURE_BYTES;
    const end = cell + ((<usize>load<i32>(sizes + ((<usize>f) << 2))) << 3);
    while (cell < end) {
      const v = v128.load64_zero(cell);
      // Low half the hessian, high half the gradient: swapped, and the hessian is unsigned.
      const g = f64x2.convert_low_i32x4_s(i32x4.shuffle(v, v, 1, 1, 1, 1));
      const h = f64x2.convert_low_i32x4_u(v);
      v128.store(out, f64x2.add(v128.load(out), v128.shuffle<u64>(g, h, 0, 2)));
      store<u64>(cell, 0);
      cell += 8;
      out += 16;
    }
  }
}

/**
 * Histogram of rows order[0..rows), or of the rows 0..rows where `order` is 0.
 *
 * `bins` is row after row, `stride` bytes each, of which `width` (a multiple of four, 128 at most) are counted; `gradients` one cell a row.
 * `out` is written, not added to: `features` features with `sizes` bins each.
 */
export function histogram(
  order: usize,
  rows: i32,
  gradients: usize,
  bins: usize,
  stride: usize,
  width: i32,
  features: i32,
  sizes: usize,
  out: usize,
): void {
  let total: usize = 0;
  for (let f = 0; f < features; f++) total += <usize>load<i32>(sizes + ((<usize>f) << 2));
  memory.fill(out, 0, total << 4);
  // Narrow rows in long blocks, wide rows in short ones: what is gathered stays in the nearest cache.
  const blockRows = min(BLOCK_ROWS, max(32, 16384 / width));
  let unflushed = 0;
  for (let from = 0; from < rows; from += blockRows) {
    const count = min(blockRows, rows - from);
    if (unflushed + count > ROWS_BETWEEN_FLUSHES) {
      flush(features, sizes, out);
      unflushed = 0;
    }
    unflushed += count;
    if (order === 0) {
      addRows(width, gradients + ((<usize>from) << 3), count, bins + <usize>from * stride, stride);
      continue;
    }
    let at = order + ((<usize>from) << 2);
    let g = GATHERED_GRADIENTS;
    let b = GATHERED_BINS;
    const end = at + ((<usize>count) << 2);
    while (at < end) {
      const row = <usize>load<i32>(at);
      store<u64>(g, load<u64>(gradients + (row << 3)));
      // Whole vectors: the last one writes beyond the row, where the next row is written after it.
      let source = bins + row * stride;
      let into = b;
      b += <usize>width;
      do {
        v128.store(into, v128.load(source));
        source += 16;
        into += 16;
      } while (into < b);
      g += 8;
      at += 4;
    }
    addRows(width, GATHERED_GRADIENTS, count, GATHERED_BINS, <usize>width);
  }
  flush(features, sizes, out);
  // Rows are padded to four features. What the padding counted is nobody's, and a wider fit on this memory must not find it.
  for (let f = features; f < width; f++) memory.fill(CELLS + <usize>f * FEATURE_BYTES, 0, FEATURE_BYTES);
}

/** Puts the rows whose bin goes left before the others, both in the order they had; how many those are. `scratch` holds as many rows. */
export function partition(order: usize, rows: i32, column: usize, scratch: usize): i32 {
  let left = order;
  let right = scratch;
  const end = order + ((<usize>rows) << 2);
  // Written to both sides and counted on one: which side is next cannot be foreseen, and a wrong guess costs more than a write.
  for (let at = order; at < end; at += 4) {
    const row = load<u32>(at);
    const step = (<usize>load<u8>(<usize>load<u8>(column + row), GOES_LEFT)) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += step;
    right += 4 - step;
  }
  memory.copy(left, scratch, right - scratch);
  return <i32>((left - order) >> 2);
}

/** Adds a leaf's value to the scores of its rows. */
export function addLeaf(order: usize, rows: i32, value: f64, scores: usize): void {
  const end = order + ((<usize>rows) << 2);
  for (let at = order; at < end; at += 4) {
    const score = scores + ((<usize>load<u32>(at)) << 3);
    store<f64>(score, load<f64>(score) + value);
  }
}

/** into -= less, over `bins` pairs. */
export function subtract(into: usize, less: usize, bins: i32): void {
  const end = into + ((<usize>bins) << 4);
  while (into < end) {
    v128.store(into, f64x2.sub(v128.load(into), v128.load(less)));
    into += 16;
    less += 16;
  }
}

/** into += more, over `bins` pairs. */
export function add(into: usize, more: usize, bins: i32): void {
  const end = into + ((<usize>bins) << 4);
  while (into < end) {
    v128.store(into, f64x2.add(v128.load(into), v128.load(more)));
    into += 16;
    more += 16;
  }
}

/** The largest size of a number. */
export function largest(column: usize, rows: i32): f64 {
  let both = f64x2.splat(0);
  const end = column + ((<usize>(rows & ~1)) << 3);
  let at = column;
  for (; at < end; at += 16) both = f64x2.pmax(both, f64x2.abs(v128.load(at)));
  let most = max(f64x2.extract_lane(both, 0), f64x2.extract_lane(both, 1));
  if (rows & 1) most = max(most, abs(load<f64>(at)));
  return most;
}

/** Two cells from two rows, halves up. */
function cellsOf(gradients: v128, hessians: v128): v128 {
  const half = f64x2.splat(0.5);
  const g = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(gradients, half))));
  const h = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(hessians, half))));
  return v128.or(i64x2.shl(g, 32), h);
}

/**
 * Gradients and hessians to cells, in steps of 1 / scale, halves up; `hessians` 0 means that every hessian is one step.
 * Columns and cells have room for an even number of rows.
 */
export function toCells(
  gradients: usize,
  hessians: usize,
  rows: i32,
  gradientScale: f64,
  hessianScale: f64,
  cells: usize,
): void {
  const g = f64x2.splat(gradientScale);
  const h = f64x2.splat(hessianScale);
  const end = cells + ((<usize>rows) << 3);
  const step: usize = hessians === 0 ? 0 : 16;
  let steps = f64x2.splat(1);
  while (cells < end) {
    if (step) steps = f64x2.mul(v128.load(hessians), h);
    v128.store(cells, cellsOf(f64x2.mul(v128.load(gradients), g), steps));
    gradients += 16;
    hessians += step;
    cells += 16;
  }
}

// e^x to 2e-10: finer than the steps it is rounded to. Beyond 709.7 it is infinite, below -700 next to nothing.
function quickExp(x: v128): v128 {
  const y = f64x2.pmax(f64x2.splat(-700), f64x2.pmin(f64x2.splat(710), x));
  const k = f64x2.floor(f64x2.add(f64x2.mul(y, f64x2.splat(Math.LOG2E)), f64x2.splat(0.5)));
  const r = f64x2.sub(
    f64x2.sub(y, f64x2.mul(k, f64x2.splat(0.6931471803691238))),
    f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)),
  );
  let sum = f64x2.splat(1.0 / 40320.0);
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
  const exponent = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k));
  return f64x2.mul(sum, i64x2.shl(i64x2.add(exponent, i64x2.splat(1023)), 52));
}

/** e^x in place; the column has room for an even number of rows. */
export function exps(column: usize, rows: i32): void {
  const end = column + ((<usize>rows) << 3);
  for (; column < end; column += 16) v128.store(column, quickExp(v128.load(column)));
}

/** Cells of the logistic loss: g = p - y, h = p (1 - p), y being 0 or 1. Columns and cells have room for an even number of rows. */
export function logisticCells(
  scores: usize,
  labels: usize,
  rows: i32,
  gradientScale: f64,
  hessianScale: f64,
  cells: usize,
): void {
  const g = f64x2.splat(gradientScale);
  const h = f64x2.splat(hessianScale);
  const one = f64x2.splat(1);
  const end = cells + ((<usize>rows) << 3);
  while (cells < end) {
    const score = v128.load(scores);
    const e = quickExp(f64x2.neg(f64x2.abs(score)));
    const smaller = f64x2.div(e, f64x2.add(one, e));
    const larger = f64x2.div(one, f64x2.add(one, e));
    const p = v128.bitselect(larger, smaller, f64x2.ge(score, f64x2.splat(0)));
    const gradient = f64x2.sub(p, v128.load(labels));
    v128.store(cells, cellsOf(f64x2.mul(gradient, g), f64x2.mul(f64x2.mul(larger, smaller), h)));
    scores += 16;
    labels += 16;
    cells += 16;
  }
}

/** |G|^2 / (H + lambda) of two bins, gradients drawn `shrink` nearer to zero. */
function terms(gradients: v128, hessians: v128, shrink: v128, lambda: v128): v128 {
  const size = f64x2.pmax(f64x2.splat(0), f64x2.sub(f64x2.abs(gradients), shrink));
  return f64x2.div(f64x2.mul(size, size), f64x2.add(hessians, lambda));
}

/** What every bin of a search is measured by: lanes are gradient and hessian. */
let total: v128 = f64x2.splat(0);
let absent: v128 = f64x2.splat(0);
let hasAbsent: bool = false;
let shrinks: v128 = f64x2.splat(0);
let lambdas: v128 = f64x2.splat(0);
let lightest: f64 = 0;

/** The cuts after one bin, missing values first left, then right; `sum` is what stands up to it. Gives the better of them and `best`. */
function tryCut(sum: v128, bin: i32, best: f64): f64 {
  for (let side = hasAbsent ? 1 : 0; side >= 0; side--) {
    const left = side ? f64x2.add(sum, absent) : sum;
    const right = f64x2.sub(total, left);
    if (f64x2.extract_lane(left, 1) < lightest || f64x2.extract_lane(right, 1) < lightest) continue;
    const both = terms(v128.shuffle<u64>(left, right, 0, 2), v128.shuffle<u64>(left, right, 1, 3), shrinks, lambdas);
    const score = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    if (score <= best) continue;
    best = score;
    v128.store(FOUND, left);
    store<i32>(FOUND, bin, 16);
    // Where a node has nothing missing, a later missing value follows the heavier side.
    const isHeavier = f64x2.extract_lane(left, 1) >= f64x2.extract_lane(right, 1);
    store<i32>(FOUND, hasAbsent ? side : <i32>isHeavier, 20);
  }
  return best;
}

/**
 * The best cut of one feature: the largest |GL|^2 / (HL + lambda) + |GR|^2 / (HR + lambda) above `floor`, gradients drawn `shrink`
 * nearer to zero, no side lighter than `weightMin` (> 0). Bins are `values` of numbers, then one of missing values where `missing` is 1.
 *
 * Ties go to the lower bin, then to missing values on the left. Gives the score, or `floor` when no cut is above it; the left side's
 * sums, the bin and whether missing go left stand at FOUND. Two bins are weighed at a time; only what beats the best is looked at closer.
 */
export function findCut(
  pairs: usize,
  values: i32,
  missing: i32,
  gradient: f64,
  hessian: f64,
  shrink: f64,
  lambda: f64,
  weightMin: f64,
  floor: f64,
): f64 {
  total = f64x2.replace_lane(f64x2.splat(gradient), 1, hessian);
  shrinks = f64x2.splat(shrink);
  lambdas = f64x2.splat(lambda);
  lightest = weightMin;
  absent = missing ? v128.load(pairs + ((<usize>values) << 4)) : f64x2.splat(0);
  hasAbsent = v128.any_true(f64x2.ne(absent, f64x2.splat(0)));
  const gradients = f64x2.splat(gradient);
  const hessians = f64x2.splat(hessian);
  const absentG = f64x2.splat(f64x2.extract_lane(absent, 0));
  const absentH = f64x2.splat(f64x2.extract_lane(absent, 1));
  const weights = f64x2.splat(weightMin);
  const isTorn = hasAbsent;
  // Beyond the last number only what is missing is left.
  const cuts = isTorn ? values : values - 1;
  let best = floor;
  let sum = f64x2.splat(0);
  let bin = 0;
  for (; bin + 1 < cuts; bin += 2) {
    const first = v128.load(pairs);
    const second = v128.load(pairs, 16);
    pairs += 32;
    // What holds nothing parts nothing that the bin before it did not: most bins of a small leaf are so.
    if (!v128.any_true(v128.or(first, second))) continue;
    const one = f64x2.add(sum, first);
    sum = f64x2.add(one, second);
    const leftG = v128.shuffle<u64>(one, sum, 0, 2);
    const leftH = v128.shuffle<u64>(one, sum, 1, 3);
    const rightH = f64x2.sub(hessians, leftH);
    // What is right of here only gets lighter; with missing values on the left it was lighter still.
    if (f64x2.extract_lane(rightH, 0) < weightMin) return best;
    const bests = f64x2.splat(best);
    let better = v128.and(
      v128.and(f64x2.ge(leftH, weights), f64x2.ge(rightH, weights)),
      f64x2.gt(
        f64x2.add(terms(leftG, leftH, shrinks, lambdas), terms(f64x2.sub(gradients, leftG), rightH, shrinks, lambdas)),
        bests,
      ),
    );
    if (isTorn) {
      const tornG = f64x2.add(leftG, absentG);
      const tornH = f64x2.add(leftH, absentH);
      const restH = f64x2.sub(hessians, tornH);
      const isFit = v128.and(f64x2.ge(tornH, weights), f64x2.ge(restH, weights));
      const score = f64x2.add(
        terms(tornG, tornH, shrinks, lambdas),
        terms(f64x2.sub(gradients, tornG), restH, shrinks, lambdas),
      );
      better = v128.or(better, v128.and(isFit, f64x2.gt(score, bests)));
    }
    if (!v128.any_true(better)) continue;
    if (v128.any_true(first)) best = tryCut(one, bin, best);
    if (v128.any_true(second)) best = tryCut(sum, bin + 1, best);
  }
  if (bin < cuts) {
    const last = v128.load(pairs);
    if (v128.any_true(last)) best = tryCut(f64x2.add(sum, last), bin, best);
  }
  return best;
}
