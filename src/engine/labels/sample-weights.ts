/** How much of its own a label tells: labels that overlap share the same returns. Lopez de Prado (2018), ch. 4. */
import { assert } from '#base/assert.js';
import type { LabelSpans } from '../splits/split.js';

/**
 * Average uniqueness of each label, in (0, 1]: the mean of 1 / (labels alive) over the bars of its span; 1 where no other overlaps.
 *
 * A label [t0, t1] lives in the bars that end after t0, up to t1: those whose returns it is made of. `barEndMs` ascends.
 * NaN where a row has no label (t1 NaN) or no bar lies in its span.
 */
export function averageUniqueness(spans: LabelSpans, barEndMs: Float64Array): Float64Array {
  const lives = livesOf(spans, barEndMs);
  const alive = countAlive(lives, barEndMs.length);
  return Float64Array.from(lives, ({ from, to }) => {
    let sum = 0;
    for (let bar = from; bar < to; bar++) sum += 1 / alive[bar]!;
    return to > from ? sum / (to - from) : Number.NaN;
  });
}

/**
 * Weights by what a label's own share of the moves came to: |sum of return / labels alive| over its span, scaled to a mean of 1.
 * `barReturn[i]` ends at `barEndMs[i]`; an unknown return counts as none. All zero: all weights are 1. NaN as above.
 */
export function returnWeights(spans: LabelSpans, barEndMs: Float64Array, barReturn: Float64Array): Float64Array {
  assert(barReturn.length === barEndMs.length, 'every bar has a return');
  const lives = livesOf(spans, barEndMs);
  const alive = countAlive(lives, barEndMs.length);
  const weights = Float64Array.from(lives, ({ from, to }) => {
    let sum = 0;
    for (let bar = from; bar < to; bar++) if (Number.isFinite(barReturn[bar])) sum += barReturn[bar]! / alive[bar]!;
    return to > from ? Math.abs(sum) : Number.NaN;
  });
  const known = weights.filter((weight) => !Number.isNaN(weight));
  const total = known.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total > 0 || Number.isNaN(weight) ? (weight * known.length) / total : 1));
}

interface Life {
  readonly from: number;
  /** Excluded. */
  readonly to: number;
}

function livesOf({ t0, t1 }: LabelSpans, barEndMs: Float64Array): Life[] {
  assert(t0.length === t1.length, 'every row has a t0 and a t1');
  return Array.from(t0, (start, row) =>
    Number.isNaN(t1[row])
      ? { from: 0, to: 0 }
      : { from: firstAfter(barEndMs, start), to: firstAfter(barEndMs, t1[row]!) },
  );
}

/** First bar that ends after a moment. */
function firstAfter(sorted: Float64Array, ms: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Births and deaths summed up: one pass over labels, one over bars. */
function countAlive(lives: readonly Life[], bars: number): Int32Array {
  const change = new Int32Array(bars + 1);
  for (const { from, to } of lives) {
    if (to <= from) continue;
    change[from]!++;
    change[to]!--;
  }
  for (let bar = 1; bar <= bars; bar++) change[bar] = change[bar]! + change[bar - 1]!;
  return change;
}
