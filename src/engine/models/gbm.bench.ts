/** How long one gbm fit takes: 5,000 rows x 25 features x 300 rounds x 3 classes (large). */
import { createHash } from 'node:crypto';
import { drawNormal } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';
import { gbm } from './gbm.js';

const SIZES = { small: { rows: 400, trees: 10 }, large: { rows: 5000, trees: 300 } } as const;

export function bench(size: 'small' | 'large') {
  const { rows, trees } = SIZES[size];
  const rng = createRng(5);
  const columns = Array.from({ length: 25 }, () => Float64Array.from({ length: rows }, () => drawNormal(rng)));
  const y = Int8Array.from({ length: rows }, (_, i) => {
    const score = columns[0]![i]! + 0.5 * columns[1]![i]! * columns[2]![i]! + drawNormal(rng);
    return score > 0.5 ? 2 : score < -0.5 ? 0 : 1;
  });
  const x = { rows, names: columns.map((_, j) => `f${j}`), columns };
  const started = performance.now();
  const fitted = gbm.fit({ x, y, params: { nEstimators: trees }, rng: createRng(2025) });
  const ms = performance.now() - started;
  return { name: 'gbm.fit', rows, ms, hash: createHash('sha256').update(JSON.stringify(fitted)).digest('hex') };
}
