/** The engine's one source of chance: xoshiro128** (Blackman & Vigna 2018), seeded through splitmix64. */
import { assert } from '#base/assert.js';
import type { Rng } from '#base/rng.js';
import { hashLabel, splitmix64 } from './seeding.js';

/** A generator from a whole number; equal seeds give equal numbers on every machine. */
export function createRng(seed: number): Rng {
  assert(Number.isSafeInteger(seed), 'a seed is a whole number');
  return fromKey(BigInt.asUintN(64, BigInt(seed)));
}

/** The key is kept beside the state, so that a fork does not depend on how much was drawn before. */
function fromKey(key: bigint): Rng {
  const next = splitmix64(key);
  const [first, second] = [next(), next()];
  const words = [first >> 32n, first & 0xffffffffn, second >> 32n, second & 0xffffffffn].map(Number);
  const uint32 = xoshiro128([words[0]!, words[1]!, words[2]!, words[3]!]);
  const float = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  return {
    uint32,
    float,
    below: (below) => drawBelow(uint32, below),
    fork: (label) => fromKey(splitmix64(key ^ hashLabel(label))()),
  };
}

/** The bare generator on a state of four words, not all zero. */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state.map((word) => word | 0) as [number, number, number, number];
  return () => {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return scrambled;
  };
}

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Without bias: draws above the largest multiple of `below` are thrown away. */
function drawBelow(uint32: () => number, below: number): number {
  assert(
    Number.isInteger(below) && below >= 1 && below <= 4294967296,
    'a draw is below a whole number of at most 2^32',
  );
  const limit = 4294967296 - (4294967296 % below);
  let word = uint32();
  while (word >= limit) word = uint32();
  return word % below;
}
