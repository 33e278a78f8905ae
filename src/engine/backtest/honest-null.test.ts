import { describe, expect, it } from 'vitest';
import { passRate } from './honest-null.fixture.js';

// 200 sweeps tell a rate of 5 % to within 3 %: two standard errors. The long suite asks 2,000.
const SWEEPS = 200;

describe('the gate on sweeps that were only simulated', () => {
  it('lets hardly one in twenty pass that knows nothing', () => {
    const rate = passRate(SWEEPS);
    console.log(`${SWEEPS} sweeps without signal: ${(100 * rate).toFixed(1)} % pass`);
    expect(rate).toBeLessThanOrEqual(0.08);
  });

  it('lets many pass without its deflation, so that the limit is what holds them', () => {
    expect(passRate(50, { minDsr: 0.3 })).toBeGreaterThan(0.2);
  });

  it('sees a strong signal', () => {
    const rate = passRate(40, { skill: 0.25 });
    console.log(`40 sweeps with a quarter of the next move known: ${(100 * rate).toFixed(0)} % pass`);
    expect(rate).toBeGreaterThan(0.5);
  });
});
