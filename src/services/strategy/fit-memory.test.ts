import { describe, expect, it } from 'vitest';
import { createFitMemory } from './fit-memory.js';

const learned = (fold: number, rows = 10) => ({
  fold,
  testProbabilities: new Float64Array(rows),
  innerProbabilities: new Float64Array(rows),
  calibration: { method: 'none' as const, curves: [null, null, null], warnings: [] },
  warnings: [],
});

describe('the memory of fits', () => {
  it('gives back what it keeps, and lets the longest unused go', () => {
    const memory = createFitMemory(3 * 160);
    for (const key of ['a', 'b', 'c']) memory.keep(key, learned(0));
    expect(memory.find('a')).toBeDefined();
    memory.keep('d', learned(1));
    expect(['a', 'b', 'c', 'd'].map((key) => memory.find(key) !== undefined)).toEqual([true, false, true, true]);
  });

  it('counts what it replaces once, and keeps one that is larger than all', () => {
    const memory = createFitMemory(160);
    for (let i = 0; i < 5; i++) memory.keep('a', learned(i));
    expect(memory.find('a')?.fold).toBe(4);
    memory.keep('huge', learned(0, 1000));
    expect([memory.find('a'), memory.find('huge')?.fold]).toEqual([undefined, 0]);
  });
});
