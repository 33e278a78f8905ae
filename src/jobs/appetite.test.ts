import { describe, expect, it } from 'vitest';
import { makeAppetite } from './appetite.js';

const appetiteAfter = (hands: number, ...ranMs: readonly number[]) => {
  const appetite = makeAppetite(hands);
  for (const ms of ranMs) appetite.ate(ms);
  return { ahead: appetite.ahead(), kept: appetite.kept(500) };
};
const many = (ms: number) => new Array<number>(100).fill(ms);

describe('the appetite of a worker', () => {
  it('is for its hands alone until it knows how long jobs take', () => {
    expect(appetiteAfter(2)).toEqual({ ahead: 0, kept: 0 });
  });

  it('grows with short jobs, by what the hands do in a twentieth of a second, up to 200', () => {
    expect(appetiteAfter(1, ...many(5))).toEqual({ ahead: 10, kept: Infinity });
    expect(appetiteAfter(4, ...many(5)).ahead).toBe(40);
    expect(appetiteAfter(1, ...many(0)).ahead).toBe(200);
  });

  it('is gone with the first long job, and what would have to wait goes back to those who are free', () => {
    expect(appetiteAfter(1, ...many(0), 330)).toEqual({ ahead: 0, kept: 1 });
    expect(appetiteAfter(2, ...many(0), 100)).toEqual({ ahead: 1, kept: Infinity });
    expect(appetiteAfter(1, ...many(0), 10_000)).toEqual({ ahead: 0, kept: 0 });
  });

  it('comes back when jobs are short again', () => {
    expect(appetiteAfter(1, 10_000, ...many(0)).ahead).toBe(200);
  });
});
