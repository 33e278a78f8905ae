import { expect, it } from 'vitest';
import { passRate } from './honest-null.fixture.js';

it('of 2,000 simulated sweeps without signal at most 5 % pass a gate with min_dsr 0.95; with a planted signal its power is printed', () => {
  const rate = passRate(2000);
  console.log(`2,000 sweeps without signal: ${(100 * rate).toFixed(2)} % pass`);
  expect(rate).toBeLessThanOrEqual(0.05);
  const powers = [0.05, 0.1, 0.15, 0.2, 0.25].map((skill) => ({ skill, power: passRate(200, { skill }) }));
  for (const { skill, power } of powers) console.log(`share known ${skill}: power ${(100 * power).toFixed(1)} %`);
  expect(powers.at(-1)!.power).toBeGreaterThan(0.5);
});
