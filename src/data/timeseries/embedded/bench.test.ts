/** The benches run, small, with every test run, so that they never rot. */
import { expect, it } from 'vitest';
import { bench as benchImport } from './csv.bench.js';
import { bench as benchExport } from './export.bench.js';

it('the small benches give the same bytes every time', async () => {
  for (const bench of [benchImport, benchExport]) {
    const [first, second] = [await bench('small'), await bench('small')];
    expect(first.rows).toBe(20_000);
    expect(second.hash).toBe(first.hash);
  }
});
