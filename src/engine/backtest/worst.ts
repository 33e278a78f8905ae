/** The mean of the worst share of sessions, without sorting them all. */

interface Room {
  /** Returns of the sessions that held anything. */
  readonly daily: Float64Array;
  /** Those below 0, in any order. */
  readonly losses: Float64Array;
  /** Scratch, as long. */
  readonly worst: Float64Array;
}

interface Counts {
  readonly days: number;
  readonly losses: number;
  /** All sessions; those that held nothing earned exactly 0, which adds nothing to a sum. */
  readonly total: number;
}

// Buckets of a first, coarse order; about as many as there are values to order, so that each holds few.
const BUCKETS = 1024;
// From here on insertion would cost more than a real sort.
const CROWD = 48;
const sizes = new Int32Array(BUCKETS);

/** Expected shortfall as `expectedShortfall` in metrics/returns.ts has it: the mean of the lowest ceil(share * total), summed from the lowest up. */
export function meanOfWorst(room: Room, { days, losses, total }: Counts, share: number): number | null {
  if (total === 0) return null;
  const wanted = Math.ceil(share * total - 1e-9);
  const idle = total - days;
  if (losses + idle < wanted) return meanOfSorted(room.daily, days, idle, wanted);
  const kept = takeLowest(room, losses, Math.min(losses, wanted));
  let sum = 0;
  for (let i = 0; i < Math.min(kept, wanted); i++) sum += room.worst[i]!;
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

/** Puts at least the `wanted` lowest of the losses into `worst`, lowest first; tells how many it put there. */
function takeLowest({ losses, worst }: Room, count: number, wanted: number): number {
  if (wanted === 0) return 0;
  let lowest = 0;
  for (let i = 0; i < count; i++) if (losses[i]! < lowest) lowest = losses[i]!;
  sizes.fill(0);
  const scale = (BUCKETS - 1) / lowest;
  for (let i = 0; i < count; i++) {
    const at = (losses[i]! * scale) | 0;
    sizes[at] = sizes[at]! + 1;
  }
  let bucket = BUCKETS - 1;
  let kept = 0;
  let fullest = 0;
  while (kept < wanted) {
    const size = sizes[bucket]!;
    if (size > fullest) fullest = size;
    sizes[bucket--] = kept;
    kept += size;
  }
  for (let i = 0; i < count; i++) {
    const at = (losses[i]! * scale) | 0;
    if (at <= bucket) continue;
    const place = sizes[at]!;
    worst[place] = losses[i]!;
    sizes[at] = place + 1;
  }
  // One huge loss squeezes the others into few buckets.
  if (fullest > CROWD) worst.subarray(0, kept).sort();
  else sortNearly(worst, kept);
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
