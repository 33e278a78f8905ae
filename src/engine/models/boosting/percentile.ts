/** Percentiles as LightGBM takes them for the leaves and the start of its l1 and quantile losses. */

/**
 * The `alpha` percentile of some values, NaN-free; of none it is 0.
 *
 * Unweighted: linear between the two values around position (n - 1) alpha (LightGBM's PercentileFun; type 7 of Hyndman & Fan 1996).
 * Weighted: the first value whose running weight is above alpha of the total.
 */
export function percentile(values: Float64Array, weights: Float64Array | undefined, alpha: number): number {
  if (values.length <= 1) return values[0] ?? 0;
  return weights === undefined ? plain(values, alpha) : weighted(values, weights, alpha);
}

function plain(values: Float64Array, alpha: number): number {
  const last = values.length - 1;
  // Counted from the largest, as LightGBM counts.
  const position = last * (1 - alpha);
  const whole = Math.floor(position);
  const parted = values.slice();
  const above = select(parted, last - whole);
  if (whole === last) return above;
  let below = -Infinity;
  for (let i = 0; i < last - whole; i++) if (parted[i]! > below) below = parted[i]!;
  return above - (above - below) * (position - whole);
}

// Parts that shrink worse than this are put in order: no sequence can make the search slow.
const PARTINGS_MAX = 64;

/** The `wanted`-th smallest, from 0; what is smaller then stands before it (Hoare 1961). */
function select(values: Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length - 1;
  for (let turn = 0; low < high; turn++) {
    if (turn === PARTINGS_MAX) {
      values.subarray(low, high + 1).sort();
      break;
    }
    const pivot = middleOf(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const held = values[left]!;
      values[left++] = values[right]!;
      values[right--] = held;
    }
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return values[wanted]!;
}

const middleOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

function weighted(values: Float64Array, weights: Float64Array, alpha: number): number {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const running = new Float64Array(order.length);
  let sum = 0;
  for (let i = 0; i < order.length; i++) {
    sum += weights[order[i]!]!;
    running[i] = sum;
  }
  const found = running.findIndex((weight) => weight > sum * alpha);
  return values[order[found < 0 ? order.length - 1 : found]!]!;
}
