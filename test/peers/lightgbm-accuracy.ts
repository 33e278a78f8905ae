/** At equal settings on the same rows: does our boosting learn as well as LightGBM, and does LightGBM predict the same by our models? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import { rankAuc } from '#engine/metrics/probability.js';
import { fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import type { BoostingParams } from '#engine/models/boosting/params.js';
import { compileEnsemble } from '#engine/models/trees/compile.js';
import { predictions } from '#engine/models/trees/output.js';
import { rawScores } from '#engine/models/trees/predict.js';
import { readLightgbm } from '#engine/models/trees/read-lightgbm.js';
import { writeLightgbm } from '#engine/models/trees/write-lightgbm.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { type PeerSet, peerSets } from './data-sets.js';
import { gap } from './lightgbm-files.js';
import { openDesk, type PeerDesk, type PeerParams } from './lightgbm-peer.js';

/** How much worse than LightGBM we may be, relative. */
const WORSE_MAX = 0.003;
const ROUNDS = 100;

const SETTINGS = { numLeaves: 31, learningRate: 0.1, minDataInLeaf: 20, maxBin: 255 } as const;

export function describeAccuracy(python: string): void {
  let desk: PeerDesk;
  beforeAll(() => {
    desk = openDesk(python);
  });
  afterAll(() => desk.close());

  describe.each(peerSets().map((set) => [set.name, set] as const))('%s', (name, set) => {
    it(`is learnt within ${100 * WORSE_MAX} % of LightGBM, and LightGBM predicts by our model to 1e-12`, () => {
      const ours = fitHere(set);
      const table = desk.table(`${name}-test`, set.test.x.columns);
      const theirs = `${name}-theirs`;
      const written = desk.write(`${name}-ours`, writeLightgbm(ours));
      desk.run([
        {
          do: 'train',
          rows: desk.table(`${name}-train`, set.train.x.columns),
          labels: desk.write(`${name}-labels`, set.train.y),
          model: theirs,
          params: { ...inSnakeCase(SETTINGS), objective: set.objective, num_threads: 1, verbosity: -1 },
          rounds: ROUNDS,
          categorical: set.categorical,
        },
        { do: 'predict', rows: table, model: theirs, kinds: ['prediction'] },
        { do: 'predict', rows: table, model: written, kinds: ['raw', 'prediction'] },
      ]);
      const compiled = compileEnsemble(ours);
      const predicted = predictions(compiled, set.test.x);
      expect(gap(rawScores(compiled, set.test.x), desk.doubles(`${written}.raw`))).toBeLessThan(1e-12);
      expect(gap(predicted, desk.doubles(`${written}.prediction`))).toBeLessThan(1e-12);
      const there = desk.doubles(`${theirs}.prediction`);
      expect(gap(predictions(compileEnsemble(readLightgbm(desk.text(theirs))), set.test.x), there)).toBeLessThan(1e-12);

      const [here, peer] = [scoreOf(set, predicted), scoreOf(set, there)];
      const worse = set.metric === 'auc' ? (peer - here) / peer : (here - peer) / peer;
      console.info(
        `${name}: ${set.metric} ${here.toFixed(6)} here, ${peer.toFixed(6)} LightGBM, ${percent(worse)} worse`,
      );
      expect(worse).toBeLessThan(WORSE_MAX);
    });
  });
}

function fitHere({ objective, train, categorical }: PeerSet) {
  const params: Partial<BoostingParams> = {
    ...SETTINGS,
    objective,
    numIterations: ROUNDS,
    categoricalFeatures: categorical,
  };
  return fitBoosting({ ...train, params, rng: createRng(1), host: kernelHost }).ensemble;
}

function scoreOf({ metric, test: { y } }: PeerSet, predicted: Float64Array): number {
  if (metric === 'auc') return rankAuc(predicted, y)!;
  return Math.sqrt(predicted.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / y.length);
}

const percent = (share: number): string => `${(100 * share).toFixed(3)} %`;

/** Our settings wear LightGBM's names in camelCase. */
function inSnakeCase(params: Readonly<Record<string, number>>): PeerParams {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [snake(name), value]));
}
