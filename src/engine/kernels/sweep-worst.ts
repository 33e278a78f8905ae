/** The sum of the worst sessions without sorting them all: as `expectedShortfall` in metrics/returns.ts has it, before its division. */
import type { SweepScratch } from './sweep-sheet.js';

interface Counts {
  /** Sessions in `daily`, and those of them in `losses`: the ones below 0. */
  readonly days: number;
  readonly lossCount: number;
  /** The worst of all; 0 without losses. */
  readonly lowest: number;
  /** All sessions; those that held nothing earned exactly 0. */
  readonly sessions: number;
  /** How many are summed. */
  readonly worst: number;
}

/** Buckets of a first, coarse order: about as many as there are values, so that each holds few. */
export const BUCKETS = 1024;

/**
 * Sum, in order of time, of what is below the k-th lowest, and that value for the rest of the k. The k-th lowest is one number however
 * it is found, so the kernel and this may look for it in different ways.
 */
export function sumOfWorst(scratch: SweepScratch, { days, lossCount, lowest, sessions, worst }: Counts): number {
  const { daily, losses, kept, sizes } = scratch;
  if (worst === 0) return 0;
  if (worst <= lossCount) {
    const scale = (BUCKETS - 1) / lowest;
    const taken = takeLowest(scratch, lossCount, scale, worst);
    return sumBelow(kept, taken, kept[sizes[0]!]!, worst);
  }
  let zeros = sessions - days;
  for (let i = 0; i < days; i++) if (daily[i] === 0) zeros++;
  if (worst <= lossCount + zeros) return sumBelow(losses, lossCount, 0, worst);
  // Hardly a session that did not gain: rare enough to sort them all. Those that held nothing are below the k-th lowest.
  const sorted = new Float64Array(sessions);
  sorted.set(daily.subarray(0, days));
  sorted.sort();
  return sumBelow(daily, days, sorted[worst - 1]!, worst - (sessions - days));
}

function sumBelow(values: Float64Array, count: number, kth: number, wanted: number): number {
  let sum = 0;
  let below = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value < kth) {
      sum += value;
      below++;
    }
  }
  return sum + (wanted - below) * kth;
}

/**
 * Finds the bucket of the k-th lowest. Its losses and all lower ones go into `kept`, in order of time; behind them once more those of
 * the bucket alone, lowest first. Tells how many are in order of time; `sizes[0]` is where the k-th lowest stands.
 */
function takeLowest({ losses, kept, sizes }: SweepScratch, count: number, scale: number, wanted: number): number {
  sizes.fill(0);
  for (let i = 0; i < count; i++) {
    const at = bucketOf(losses[i]!, scale);
    sizes[at] = sizes[at]! + 1;
  }
  let bucket = BUCKETS;
  let reached = 0;
  while (reached < wanted) reached += sizes[--bucket]!;
  let taken = 0;
  for (let i = 0; i < count; i++) {
    kept[taken] = losses[i]!;
    taken += bucketOf(losses[i]!, scale) >= bucket ? 1 : 0;
  }
  let end = taken;
  for (let i = 0; i < taken; i++) {
    kept[end] = kept[i]!;
    end += bucketOf(kept[i]!, scale) === bucket ? 1 : 0;
  }
  sortFew(kept, taken, end);
  // `reached` counts to the end of the bucket.
  sizes[0] = end - 1 - (reached - wanted);
  return taken;
}

const bucketOf = (loss: number, scale: number): number => Math.min(loss * scale, BUCKETS - 1) | 0;

// From here on insertion would cost more than a real sort: one huge loss squeezes the others into few buckets.
const CROWD = 48;

function sortFew(values: Float64Array, from: number, to: number): void {
  if (to - from > CROWD) {
    values.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    let at = i;
    while (at > from && values[at - 1]! > value) {
      values[at] = values[at - 1]!;
      at--;
    }
    values[at] = value;
  }
}
