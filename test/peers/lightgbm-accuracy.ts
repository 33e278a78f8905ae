/** At equal settings on the same rows: does our boosting learn as well as LightGBM, and does LightGBM predict the same by our models? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import { rankAuc } from '#engine/metrics/probability.js';
import { fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import { BOOSTING_OBJECTIVES, type BoostingParams } from '#engine/models/boosting/params.js';
import { compileEnsemble } from '#engine/models/trees/compile.js';
import { predictions } from '#engine/models/trees/output.js';
import { leafIndices, rawScores } from '#engine/models/trees/predict.js';
import { readLightgbm } from '#engine/models/trees/read-lightgbm.js';
import type { TreeEnsemble } from '#engine/models/trees/tree.js';
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
  const sets = peerSets();
  let desk: PeerDesk;
  beforeAll(() => {
    desk = openDesk(python);
  });
  afterAll(() => desk.close());

  it('predicts by our models of every objective to 1e-12', () => {
    const set = sets[2]!;
    const models = [...modelsOfEveryObjective(set)];
    const x = { rows: 2000, columns: set.test.x.columns.map((column) => column.slice(0, 2000)) };
    const rows = desk.table('rows', x.columns);
    desk.run(
      models.map(([name, model]) => ({
        do: 'predict' as const,
        rows,
        model: desk.write(name, writeLightgbm(model)),
        kinds: ['raw', 'prediction', 'leaf'] as const,
      })),
    );
    for (const [name, model] of models) {
      const compiled = compileEnsemble(model);
      expect(model.trees.length, name).toBeGreaterThanOrEqual(10);
      expect(gap(rawScores(compiled, x), desk.doubles(`${name}.raw`)), name).toBeLessThan(1e-12);
      expect(gap(predictions(compiled, x), desk.doubles(`${name}.prediction`)), name).toBeLessThan(1e-12);
      expect(leafIndices(compiled, x), name).toEqual(desk.integers(`${name}.leaf`));
    }
  });

  describe.each(sets.map((set) => [set.name, set] as const))('%s', (name, set) => {
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

/** A small model of every objective, with categories, missing values and a monotone column. */
function modelsOfEveryObjective(set: PeerSet): Map<string, TreeEnsemble> {
  const rows = 2000;
  const columns = set.train.x.columns.map((column) => column.slice(0, rows));
  const x = { ...set.train.x, rows, columns };
  return new Map(
    BOOSTING_OBJECTIVES.map((objective) => {
      const levels = objective === 'binary' ? 2 : 3;
      const isNumber = objective !== 'binary' && objective !== 'multiclass';
      const y = Float64Array.from({ length: rows }, (_, i) => {
        const level = (set.train.y[i]! + (columns[2]![i]! > 0 ? 1 : 0)) % levels;
        return isNumber ? level + (i % 97) / 97 : level;
      });
      const params: Partial<BoostingParams> = {
        objective,
        numClass: objective === 'multiclass' ? levels : 1,
        numIterations: 10,
        categoricalFeatures: set.categorical,
        // Leaves that are percentiles cannot be held to a direction.
        ...(isPercentile(objective) ? {} : { monotoneConstraints: columns.map((_, j) => (j === 3 ? 1 : 0)) }),
        catSmooth: 1,
        minDataPerGroup: 5,
      };
      return [objective, fitBoosting({ x, y, params, rng: createRng(2), host: kernelHost }).ensemble] as const;
    }),
  );
}

const isPercentile = (objective: string) => objective === 'regression_l1' || objective === 'quantile';

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
