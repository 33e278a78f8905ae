/** What is drawn from a generator: orders, samples without replacement, normal numbers. */
import { assert } from '#base/assert.js';
import type { Rng } from '#base/rng.js';
import { normalQuantile } from '../math/normal.js';

/** Shuffles in place, every order equally likely (Fisher-Yates). */
export function shuffle<T>(items: T[] | Int32Array, rng: Rng): void {
  const list = items as T[];
  for (let i = list.length - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const held = list[i]!;
    list[i] = list[j]!;
    list[j] = held;
  }
}

/** `count` different numbers of 0..size-1, ascending (selection sampling, Knuth 3.4.2 S). */
export function sampleWithoutReplacement(size: number, count: number, rng: Rng): Int32Array {
  assert(count >= 0 && count <= size, 'a sample is no larger than what it is drawn from');
  const chosen = new Int32Array(count);
  let taken = 0;
  for (let i = 0; taken < count; i++) {
    if (rng.float() * (size - i) < count - taken) chosen[taken++] = i;
  }
  return chosen;
}

/** One standard normal number, by the quantile: one uniform each, no state. */
export function drawNormal(rng: Rng): number {
  let uniform = rng.float();
  while (uniform === 0) uniform = rng.float();
  return normalQuantile(uniform);
}
