/** Small fits of one thread take turns on one memory: nothing of one may show in the next. */
import { expect, test } from 'vitest';
import { fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { kernelHost } from './kernel-host.js';

function madeRows(width: number, rows: number, seed: number) {
  const rng = createRng(seed);
  const columns = Array.from({ length: width }, () =>
    Float64Array.from({ length: rows }, () => (rng.below(10) === 0 ? Number.NaN : rng.float())),
  );
  const y = Float64Array.from(columns[0]!, (first, i) => (first || 0) + (columns[width - 1]![i]! || 0) + rng.float());
  return { x: { rows, names: columns.map((_, j) => `f${j}`), columns }, y };
}

const trainOn = (data: ReturnType<typeof madeRows>, host = { ...kernelHost }) =>
  JSON.stringify(
    fitBoosting({ ...data, params: { objective: 'regression', numIterations: 5 }, rng: createRng(1), host }).ensemble,
  );

test('a fit is the same after another that was narrower, wider, shorter or longer', () => {
  const data = madeRows(12, 1_000, 1);
  const fresh = trainOn(data);
  for (const before of [madeRows(10, 1_000, 2), madeRows(11, 1_001, 3), madeRows(13, 500, 4), madeRows(9, 4_000, 5)]) {
    const host = { ...kernelHost };
    trainOn(before, host);
    expect(trainOn(data, host)).toBe(fresh);
  }
});
