import { describe, expect, it } from 'vitest';
import { GRANULARITIES, granularityOf, intervalMsOf, spellingsOf } from './granularity.js';

describe('granularities', () => {
  it.each(GRANULARITIES)('%s is known by each of its spellings in any case', (granularity) => {
    for (const spelling of spellingsOf(granularity)) {
      expect(granularityOf(spelling)).toBe(granularity);
      if (spelling !== '1m') expect(granularityOf(` ${spelling.toUpperCase()} `)).toBe(granularity);
    }
  });

  it('no spelling means two of them', () => {
    const all = GRANULARITIES.flatMap(spellingsOf);
    expect(new Set(all).size).toBe(all.length);
  });

  it('a month is none of ours, and not a minute', () => {
    for (const text of ['1M', 'M', '1w', '', '7d']) expect(granularityOf(text)).toBeUndefined();
  });

  it('have their length', () => {
    expect(GRANULARITIES.map(intervalMsOf)).toEqual([6e4, 3e5, 9e5, 1.8e6, 3.6e6, 1.44e7, 8.64e7]);
  });
});
