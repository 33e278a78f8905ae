import { describe, expect, it } from 'vitest';
import { drawNormal, sampleWithoutReplacement, shuffle } from './draws.js';
import { hashLabel, splitmix64 } from './seeding.js';
import { createRng, xoshiro128 } from './xoshiro128.js';

describe('the generator', () => {
  it('gives the outputs published for xoshiro128** from the state 1, 2, 3, 4', () => {
    const next = xoshiro128([1, 2, 3, 4]);
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(published.map(() => next())).toEqual(published);
  });

  it('is seeded by the published splitmix64 and FNV-1a', () => {
    const next = splitmix64(1234567n);
    expect([next(), next(), next()]).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n]);
    expect(hashLabel('foobar')).toBe(0x85944171f73967e8n);
  });

  it('repeats from its seed, and a fork does not depend on what was drawn before', () => {
    const [one, two] = [createRng(7), createRng(7)];
    const before = two.fork('fold:1').uint32();
    expect(Array.from({ length: 9 }, () => one.float())).toEqual(Array.from({ length: 9 }, () => two.float()));
    expect(one.fork('fold:1').uint32()).toBe(before);
    expect(one.fork('fold:2').uint32()).not.toBe(before);
    expect(createRng(-1).uint32()).not.toBe(createRng(1).uint32());
  });

  it('draws below a bound evenly', () => {
    const rng = createRng(1);
    const seen = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) seen[rng.below(6)]!++;
    for (const count of seen) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

describe('draws', () => {
  it('shuffles to a permutation and samples different rows in order', () => {
    const order = Int32Array.from({ length: 100 }, (_, i) => i);
    shuffle(order, createRng(3));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...order].every((value, i) => value === i)).toBe(false);
    const sample = sampleWithoutReplacement(50, 45, createRng(4));
    expect(new Set(sample).size).toBe(45);
    expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
    expect([...sampleWithoutReplacement(3, 3, createRng(5))]).toEqual([0, 1, 2]);
  });

  it('normal numbers have mean 0, variance 1 and no skew', () => {
    const rng = createRng(11);
    const draws = Array.from({ length: 50_000 }, () => drawNormal(rng));
    const mean = (f: (x: number) => number) => draws.reduce((sum, x) => sum + f(x), 0) / draws.length;
    expect(Math.abs(mean((x) => x))).toBeLessThan(0.02);
    expect(Math.abs(mean((x) => x * x) - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean((x) => x ** 3))).toBeLessThan(0.06);
  });
});
