/** The test of a bench: it runs at its small size and gives a hash. Three files share the benches, so that one waits for its servers while another computes. */
import { expect, it } from 'vitest';
import type { Bench } from './bench.js';

export function runSmall(benches: readonly Bench[]): void {
  it.each(benches.map((bench) => [bench.name, bench] as const))(
    '%s runs and gives a hash',
    async (_, bench) => {
      const { hash, ...figures } = await bench.run('small');
      expect(hash).toMatch(/^[0-9a-f]{8,64}$/);
      expect(Object.keys(figures).length).toBeGreaterThan(0);
    },
    120_000,
  );
}
