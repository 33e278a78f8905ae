import { describe, expect, it } from 'vitest';
import { benches } from './benches.js';
import { findKernelBenches } from './kernel-benches.js';

const all = [...benches, ...(await findKernelBenches())];

describe('every bench at its small size', () => {
  it.each(all.map((bench) => [bench.name, bench] as const))(
    '%s runs and gives a hash',
    async (_, bench) => {
      const { hash, ...figures } = await bench.run('small');
      expect(hash).toMatch(/^[0-9a-f]{8,64}$/);
      expect(Object.keys(figures).length).toBeGreaterThan(0);
    },
    120_000,
  );

  it('has a name of its own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});
