import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Matrix } from '#engine/frame/matrix.js';
import { shardBytesMax } from '#engine/models/boosting/crew.js';
import { type BoostingCheckpoint, type BoostingInput, fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import { BOOSTING_OBJECTIVES, type BoostingParams, boostingParams } from '#engine/models/boosting/params.js';
import type { TreeEnsemble } from '#engine/models/trees/tree.js';
import { drawNormal } from '#engine/random/draws.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { breakCrew, closeCrew, leadCrew, offerCrew } from './crew.js';
import { fitBoostingTogether } from './fit-boosting.js';
import { kernelHost } from './kernel-host.js';
import { openCompute } from './pool.js';

const compute = openCompute({ workers: 3 });
afterAll(() => compute.close());

/** Numbers with gaps, zeros and categories; whole labels, so that every objective can learn them. */
function made(rows: number, seed: number): { x: Matrix; y: Float64Array; weights: Float64Array } {
  const rng = createRng(seed);
  const columns = Array.from({ length: 7 }, (_, j) =>
    Float64Array.from({ length: rows }, () =>
      rng.float() < 0.1 ? NaN : j === 5 ? rng.below(20) : j === 6 ? Math.max(0, drawNormal(rng)) : drawNormal(rng),
    ),
  );
  const at = (j: number, i: number) => columns[j]![i]! || 0;
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const score = at(0, i) + at(1, i) * at(2, i) + (at(5, i) % 3) + drawNormal(rng);
    return score > 1.5 ? 2 : score > 0 ? 1 : 0;
  });
  const weights = Float64Array.from({ length: rows }, () => 0.5 + rng.float());
  return { x: { rows, names: columns.map((_, j) => `f${j}`), columns }, y, weights };
}

const hashOf = (ensemble: TreeEnsemble) => createHash('sha256').update(JSON.stringify(ensemble)).digest('hex');

const settings = (objective: BoostingParams['objective']): Partial<BoostingParams> => ({
  objective,
  numClass: objective === 'multiclass' ? 3 : 1,
  alpha: 0.8,
  numIterations: 6,
  numLeaves: 12,
  baggingFraction: 0.7,
  baggingFreq: 2,
  featureFraction: 0.8,
  categoricalFeatures: [5],
});

describe.each(BOOSTING_OBJECTIVES)('%s', (objective) => {
  const { x, y, weights } = made(5300, 1);
  const validation = made(1500, 2);
  const input = {
    x,
    y: objective === 'binary' ? y.map((label) => Math.min(label, 1)) : y,
    weights,
    validation: { ...validation, y: objective === 'binary' ? validation.y.map((l) => Math.min(l, 1)) : validation.y },
    params: settings(objective),
  };
  const alone = (more: Partial<BoostingInput> = {}) => fitBoosting({ ...input, rng: createRng(7), ...more });

  it('gives the same model on one, two and four lanes, by WebAssembly and by its twin, and when it is resumed', async () => {
    const twin = alone();
    const hash = hashOf(twin.ensemble);
    expect(hashOf(alone({ host: kernelHost }).ensemble)).toBe(hash);
    for (const lanes of [2, 4]) {
      const fit = await fitBoostingTogether(compute, { ...input, seed: 7 }, {}, lanes);
      expect(hashOf(fit.ensemble)).toBe(hash);
      expect(fit.losses).toEqual(twin.losses);
    }
    const checkpoints: BoostingCheckpoint[] = [];
    alone({ onRound: (checkpoint) => checkpoints.push(checkpoint) });
    // As a file would bring it back.
    const resume = JSON.parse(JSON.stringify(checkpoints[2])) as BoostingCheckpoint;
    const resumed = alone({ resume, host: kernelHost });
    expect(hashOf(resumed.ensemble)).toBe(hash);
    expect(resumed.losses).toEqual(twin.losses);
  });
});

describe('a fit on the pool', () => {
  const { x, y } = made(60_000, 3);

  it('frees its lanes when it is cancelled', async () => {
    const cancel = new AbortController();
    const fit = fitBoostingTogether(
      compute,
      { x, y, params: { numIterations: 1e6 }, seed: 1 },
      { signal: cancel.signal },
      3,
    );
    setTimeout(() => cancel.abort(), 300);
    await expect(fit).rejects.toMatchObject({ code: 'cancelled' });
    const answers = await Promise.all([1, 2, 3].map((value) => compute.run('echo', { value })));
    expect(answers).toEqual([1, 2, 3]);
  });

  it('says its own errors, whoever was lent to it', async () => {
    const broken = { x, y: y.map(() => -1), params: { objective: 'poisson' as const }, seed: 1 };
    await expect(fitBoostingTogether(compute, broken, {}, 3)).rejects.toMatchObject({ code: 'label_unfit' });
  });

  it('does not wait for lanes that never come', async () => {
    const busy = openCompute({ workers: 1 });
    const fit = await fitBoostingTogether(busy, { x, y, params: { numIterations: 3 }, seed: 1 }, {}, 3);
    const one = await fitBoostingTogether(busy, { x, y, params: { numIterations: 3 }, seed: 1 }, {}, 1);
    expect(hashOf(fit.ensemble)).toBe(hashOf(one.ensemble));
    await busy.close();
  });

  it('lets a lane that comes too late go at once', async () => {
    const offer = offerCrew(2, 65_536, 1);
    closeCrew(offer);
    await compute.run('joinCrew', { offer, lane: 1 });
  });

  it('has the same bytes on any number of shards, also where some hold no row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 2, max: 6 }),
        fc.constantFrom(...BOOSTING_OBJECTIVES),
        fc.integer(),
        (rows, shards, objective, seed) => {
          const data = made(rows, seed);
          const validation = made(1 + (Math.abs(seed) % 2000), seed + 1);
          const labels = (y: Float64Array) => y.map((label) => (objective === 'binary' ? Math.min(label, 1) : label));
          if (objective === 'poisson' || objective === 'tweedie') data.y[0] = 2;
          const input = {
            ...data,
            y: labels(data.y),
            validation: { ...validation, y: labels(validation.y) },
            params: { ...settings(objective), minDataInLeaf: 3, numIterations: 4 },
          };
          const alone = fitBoosting({ ...input, rng: createRng(seed) });
          const offer = offerCrew(
            shards,
            shardBytesMax(rows + validation.y.length, 7, boostingParams(input.params, 7), shards),
            7,
          );
          const crew = leadCrew(offer);
          const together = fitBoosting({ ...input, rng: createRng(seed), host: kernelHost, crew });
          expect(hashOf(together.ensemble)).toBe(hashOf(alone.ensemble));
          expect(together.losses).toEqual(alone.losses);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('ends when a lane was lost, and does not wait for it', () => {
    const offer = offerCrew(2, 65_536, 1);
    const crew = leadCrew(offer);
    const done: number[] = [];
    crew.run([0], (shard) => done.push(shard));
    expect(done).toEqual([0, 1]);
    breakCrew(offer);
    expect(() => crew.run([0], () => undefined)).toThrow(/lane/);
  });
});
