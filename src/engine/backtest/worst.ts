/** The mean of the worst share of sessions, without sorting them all. */

interface Room {
  /** Returns of the sessions that held anything. */
  readonly daily: Float64Array;
  readonly worst: Float64Array;
}

// Buckets of a first, coarse order; about as many as there are values to order, so that each holds few.
const BUCKETS = 1024;
// From here on insertion would cost more than a real sort.
const CROWD = 48;
const sizes = new Int32Array(BUCKETS);

/**
 * Expected shortfall as `expectedShortfall` in metrics/returns.ts has it: the mean of the lowest ceil(share * total), summed from the
 * lowest up. `daily[0..days)` are the returns that may differ from 0 among `total` sessions; `worst` is scratch. Null without sessions.
 */
export function meanOfWorst({ daily, worst }: Room, days: number, total: number, share: number): number | null {
  if (total === 0) return null;
  const wanted = Math.ceil(share * total - 1e-9);
  let lowest = 0;
  let losses = 0;
  for (let i = 0; i < days; i++) {
    const value = daily[i]!;
    if (!(value < 0)) continue;
    losses++;
    if (value < lowest) lowest = value;
  }
  // Every session that is not among these returns earned exactly 0, which adds nothing to the sum.
  const idle = total - days;
  if (losses + idle < wanted) return meanOfSorted(daily, days, idle, wanted);
  const kept = takeLowest(daily, days, lowest, Math.min(losses, wanted), worst);
  let sum = 0;
  for (let i = 0; i < Math.min(kept, wanted); i++) sum += worst[i]!;
  return sum / wanted;
}

/** Hardly a session without a gain: rare enough to sort them all. */
function meanOfSorted(daily: Float64Array, days: number, idle: number, wanted: number): number {
  const sorted = new Float64Array(days + idle);
  sorted.set(daily.subarray(0, days));
  sorted.sort();
  let sum = 0;
  for (let i = 0; i < wanted; i++) sum += sorted[i]!;
  return sum / wanted;
}

/** Puts at least the `wanted` lowest of the losses into `out`, lowest first; tells how many it put there. */
function takeLowest(daily: Float64Array, days: number, lowest: number, wanted: number, out: Float64Array): number {
  if (wanted === 0) return 0;
  sizes.fill(0);
  const scale = (BUCKETS - 1) / lowest;
  // lowest * scale can round above the last bucket's number, never by one.
  for (let i = 0; i < days; i++) if (daily[i]! < 0) sizes[(daily[i]! * scale) | 0]!++;
  let bucket = BUCKETS - 1;
  let kept = 0;
  let fullest = 0;
  while (bucket >= 0 && kept < wanted) {
    const size = sizes[bucket]!;
    if (size > fullest) fullest = size;
    sizes[bucket--] = kept;
    kept += size;
  }
  for (let i = 0; i < days; i++) {
    const value = daily[i]!;
    if (!(value < 0)) continue;
    const at = (value * scale) | 0;
    if (at > bucket) out[sizes[at]!++] = value;
  }
  // One huge loss squeezes the others into few buckets.
  if (fullest > CROWD) out.subarray(0, kept).sort();
  else sortNearly(out, kept);
  return kept;
}

/** Insertion sort: quick where every value is near its place. */
function sortNearly(values: Float64Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const value = values[i]!;
    let at = i;
    while (at > 0 && values[at - 1]! > value) {
      values[at] = values[at - 1]!;
      at--;
    }
    values[at] = value;
  }
}
