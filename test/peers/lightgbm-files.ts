/** What is asked of LightGBM about model files, both ways; run where it can be imported, and after it was installed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planShap, shapValues } from '#engine/explain/tree-shap.js';
import { compileEnsemble } from '#engine/models/trees/compile.js';
import { madeEnsemble, madeRows } from '#engine/models/trees/made-ensemble.fixture.js';
import { predictions } from '#engine/models/trees/output.js';
import { leafIndices, rawScores } from '#engine/models/trees/predict.js';
import { readLightgbm } from '#engine/models/trees/read-lightgbm.js';
import type { TreeEnsemble } from '#engine/models/trees/tree.js';
import { writeLightgbm } from '#engine/models/trees/write-lightgbm.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { openDesk, type PeerDesk, type PeerKind, type PeerParams } from './lightgbm-peer.js';

const SHARED = join(process.cwd(), '../shared/data/lightgbm');
const FEATURES = 6;
const KINDS: readonly PeerKind[] = ['raw', 'prediction', 'leaf', 'contrib'];

export function describeFiles(python: string): void {
  let desk: PeerDesk;
  beforeAll(() => {
    desk = openDesk(python);
  });
  afterAll(() => desk.close());

  /** Has LightGBM predict by our files and by its own, and holds all answers together. */
  function compare(ensembles: readonly { name: string; ensemble: TreeEnsemble }[], kinds = KINDS) {
    const seed = 77;
    const width = Math.max(...ensembles.map(({ ensemble }) => ensemble.featureNames.length));
    const x = madeRows(createRng(seed), 200, width);
    const tableOf = (ensemble: TreeEnsemble) => {
      const columns = x.columns.slice(0, ensemble.featureNames.length);
      return desk.table(`rows-${columns.length}`, columns);
    };
    desk.run(
      ensembles.map(({ name, ensemble }) => ({
        do: 'predict' as const,
        rows: tableOf(ensemble),
        model: desk.write(name, writeLightgbm(ensemble)),
        kinds,
      })),
    );
    for (const { name, ensemble } of ensembles) {
      const compiled = compileEnsemble(ensemble);
      // Where predictions are averages, LightGBM's raw scores and contributions are sums all the same.
      const rounds = ensemble.averageOutput ? ensemble.trees.length / ensemble.treesPerRound : 1;
      const summed = (means: Float64Array) => means.map((mean) => mean * rounds);
      const answers: Record<PeerKind, () => Float64Array> = {
        raw: () => summed(rawScores(compiled, x)),
        prediction: () => predictions(compiled, x),
        leaf: () => Float64Array.from(leafIndices(compiled, x)),
        contrib: () => summed(shapValues(planShap(compiled), x)),
      };
      for (const kind of kinds) {
        const theirs =
          kind === 'leaf' ? Float64Array.from(desk.integers(`${name}.leaf`)) : desk.doubles(`${name}.${kind}`);
        expect(gap(answers[kind](), theirs), `${name}: ${kind}`).toBeLessThan(kind === 'contrib' ? 1e-9 : 1e-12);
      }
    }
  }

  it.skipIf(!existsSync(SHARED))(
    'loads the twelve shared models as we write them (skipped without ../shared/data)',
    () => {
      const files = readdirSync(SHARED).filter((file) => file.endsWith('.txt'));
      compare(files.map((name) => ({ name, ensemble: readLightgbm(readFileSync(join(SHARED, name), 'utf8')) })));
      expect(files).toHaveLength(12);
    },
  );

  it('loads ensembles with every turn a tree may take, several classes and averages', () => {
    const ensembles = Array.from({ length: 40 }, (_, seed) => ({
      name: `made-${seed}`,
      ensemble: madeEnsemble(createRng(seed), {
        features: FEATURES,
        rounds: 3,
        leavesMax: 20,
        treesPerRound: seed % 3 === 0 ? 3 : 1,
        averageOutput: seed % 5 === 0,
      }),
    }));
    // Where no training row came by, LightGBM's contributions are NaN.
    compare(ensembles, ['raw', 'prediction', 'leaf']);
  });

  it('writes files of every objective and way of boosting that we read as it means them', () => {
    const rng = createRng(31);
    const rows = 400;
    const x = madeRows(rng, rows, FEATURES);
    const signal = x.columns[0]!.map(
      (value, i) => (Math.abs(value) < 100 ? value : 0) + 0.3 * rng.float() + (i % 3) / 3,
    );
    const zeroOne = signal.map((value) => (value > 1 ? 1 : 0));
    const classes = signal.map((value) => (value > 3 ? 2 : value > 0 ? 1 : 0));
    const positive = signal.map((value) => 0.1 + value * value);
    const cases: [name: string, labels: Float64Array, params: PeerParams][] = [
      ['regression', signal, { objective: 'regression' }],
      ['sqrt', signal, { objective: 'regression', reg_sqrt: true }],
      ['regression_l1', signal, { objective: 'regression_l1' }],
      ['huber', signal, { objective: 'huber', alpha: 0.7 }],
      ['fair', signal, { objective: 'fair' }],
      ['quantile', signal, { objective: 'quantile', alpha: 0.2 }],
      ['mape', positive, { objective: 'mape' }],
      ['poisson', positive, { objective: 'poisson' }],
      ['gamma', positive, { objective: 'gamma' }],
      ['tweedie', positive, { objective: 'tweedie', tweedie_variance_power: 1.2 }],
      ['binary', zeroOne, { objective: 'binary', sigmoid: 1.7, scale_pos_weight: 2 }],
      ['cross_entropy', zeroOne, { objective: 'cross_entropy' }],
      ['cross_entropy_lambda', zeroOne, { objective: 'cross_entropy_lambda' }],
      ['multiclass', classes, { objective: 'multiclass', num_class: 3 }],
      ['multiclassova', classes, { objective: 'multiclassova', num_class: 3, sigmoid: 0.5 }],
      ['lambdarank', classes, { objective: 'lambdarank' }],
      ['rank_xendcg', classes, { objective: 'rank_xendcg' }],
      ['forest', signal, { objective: 'regression', boosting: 'rf', bagging_freq: 1, bagging_fraction: 0.6 }],
      ['dart', signal, { objective: 'regression', boosting: 'dart' }],
      ['zero', signal, { objective: 'regression', zero_as_missing: true }],
      ['not-missing', signal, { objective: 'regression', use_missing: false }],
      ['one-leaf', new Float64Array(rows).fill(3), { objective: 'regression' }],
      ['monotone', signal, { objective: 'regression', monotone_constraints: [1, 0, 0, 0, 0, 0] }],
    ];
    const common = { num_leaves: 12, min_data_in_leaf: 5, learning_rate: 0.1, num_threads: 1, verbosity: -1, seed: 3 };
    const table = desk.table('train', x.columns);
    desk.run(
      cases.map(([name, labels, params]) => ({
        do: 'train' as const,
        rows: table,
        labels: desk.write(`labels-${name}`, labels),
        model: `theirs-${name}`,
        params: { ...common, ...params },
        rounds: 8,
        categorical: [5],
        ...(name.includes('rank') ? { group: Array.from({ length: 20 }, () => 20) } : {}),
      })),
    );
    compare(cases.map(([name]) => ({ name: `read-${name}`, ensemble: readLightgbm(desk.text(`theirs-${name}`)) })));
  });

  it('refuses nothing in parameters that it does not know', () => {
    const ensemble = madeEnsemble(createRng(4), { features: 2, rounds: 2, leavesMax: 5 });
    const parameters = [['almanac_growth', 'leaf']] as const;
    compare([{ name: 'ours', ensemble: { ...ensemble, parameters } }], ['raw', 'prediction', 'leaf']);
  });
}

export function gap(ours: Float64Array, theirs: Float64Array): number {
  expect(ours.length).toBe(theirs.length);
  return ours.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - theirs[i]!) / Math.max(1, Math.abs(theirs[i]!))),
    0,
  );
}

export const describePeer = (what: string, missing: string | undefined, body: () => void): void => {
  if (missing === undefined) describe(what, body);
  else {
    console.warn(`Skipped: ${what}: ${missing}.`);
    describe.skip(`${what} (skipped: ${missing})`, () => {
      it('is skipped', () => undefined);
    });
  }
};
