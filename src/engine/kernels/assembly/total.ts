/** Sum of a column with four running sums, so that the order of additions is the same with and without SIMD. */

export function total(column: usize, rows: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const whole = rows & ~3;
  let at = column;
  for (let i = 0; i < whole; i += 4) {
    low = f64x2.add(low, v128.load(at));
    high = f64x2.add(high, v128.load(at, 16));
    at += 32;
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let i = whole; i < rows; i++) {
    sum += load<f64>(at);
    at += 8;
  }
  return sum;
}
