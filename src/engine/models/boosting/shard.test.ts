import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng } from '../../random/xoshiro128.js';
import { gather } from './crew.js';
import { BOOSTING_DEFAULTS } from './params.js';
import { STEPS } from './steps.js';

test('a histogram without one child is the other child, to the bit; a partition keeps all rows in order', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 3000 }), fc.nat(9), (seed, rows, columns) => {
      const rng = createRng(seed);
      const sizes = Array.from({ length: columns + 1 }, () => 2 + rng.below(200));
      const shape = {
        rows,
        sizes,
        outputs: 1,
        leaves: 2,
        slots: 3,
        isWeighted: false,
        hasUnitHessian: false,
        isLogistic: true,
      };
      const params = { ...BOOSTING_DEFAULTS, objective: 'binary' } as const;
      const { shards, run } = gather({ shapes: [shape], params }, undefined, undefined);
      const shard = shards[0]!;
      shard.setUp(rows);
      sizes.forEach((size, j) => {
        const column = shard.column(j);
        for (let row = 0; row < rows; row++) column[row] = rng.below(size);
      });
      for (let row = 0; row < rows; row++) {
        shard.labels[row] = rng.below(2);
        shard.scores[0]![row] = 4 * rng.float() - 2;
      }
      for (const step of [STEPS.fillRows, STEPS.derive, STEPS.startTree]) run([step, 0]);
      shard.setGoesLeft(Uint8Array.from({ length: 256 }, () => rng.below(2)));
      run([STEPS.split, 0, 1, rng.below(sizes.length)]);
      run([STEPS.count, 0, 0, 1]);
      run([STEPS.count, 0, 1, 2]);
      shard.subtract(0, 1);
      expect(shard.pairs(0)).toEqual(shard.pairs(2));
      const [left, right] = [[...shard.bagOf(0)], [...shard.bagOf(1)]];
      for (const side of [left, right]) expect(side).toEqual([...side].sort((a, b) => a - b));
      expect([...left, ...right].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
    }),
    { numRuns: 40 },
  );
});
