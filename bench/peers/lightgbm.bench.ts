/** Boosting, prediction and SHAP beside LightGBM itself on one thread: processor time a tree of 31 leaves on 28 columns of 255 bins. */
import { createHash } from 'node:crypto';
import { kernelHost } from '#compute/kernel-host.js';
import { planShap, shapValues } from '#engine/explain/tree-shap.js';
import { fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import { compileEnsemble } from '#engine/models/trees/compile.js';
import { rawScores } from '#engine/models/trees/predict.js';
import type { Rows } from '#engine/models/trees/row-block.js';
import type { TreeEnsemble } from '#engine/models/trees/tree.js';
import { writeLightgbm } from '#engine/models/trees/write-lightgbm.js';
import { drawNormal } from '#engine/random/draws.js';
import { createRng } from '#engine/random/xoshiro128.js';
import {
  findPeer,
  openDesk,
  type PeerDesk,
  type PeerPrediction,
  type PeerTraining,
} from '../../test/peers/lightgbm-peer.js';
import type { Bench } from '../bench.js';

const SIZES = {
  small: { rows: 3000, rounds: 4, turns: 1, predicted: 500, explained: 50 },
  large: { rows: 1_000_000, rounds: 12, turns: 4, predicted: 100_000, explained: 2000 },
} as const;
const FEATURES = 28;

export const lightgbmBench: Bench = {
  name: 'peers/lightgbm',
  promise: 'a tree: <= 1.1 of LightGBM on as many threads; SHAP: <= 1',
  async run(size) {
    const { rows, rounds, turns, predicted, explained } = SIZES[size];
    const rng = createRng(28);
    // Numbers that 32 bits hold: LightGBM then reads half the bytes, and both see the same.
    const columns = Array.from({ length: FEATURES }, () =>
      Float64Array.from({ length: rows }, () => Math.fround(drawNormal(rng))),
    );
    const y = Float64Array.from({ length: rows }, (_, i) => {
      const [a, b, c, d] = columns.map((column) => column[i]!) as [number, number, number, number];
      return rng.float() < 1 / (1 + Math.exp(-(a * b + Math.sin(2 * c) + d))) ? 1 : 0;
    });
    const x = { rows, names: columns.map((_, at) => `f${at}`), columns };
    const { python, version, missing } = findPeer();
    const desk = python === undefined ? undefined : openDesk(python);
    try {
      const table = desk?.table(
        'rows',
        columns.map((column) => Float32Array.from(column)),
      );
      desk?.write('labels', y);
      const ours: number[] = [];
      const theirs: number[] = [];
      let model: TreeEnsemble | undefined;
      // By turns, so that what the machine's other guests do meets both alike.
      for (let turn = 0; turn < turns; turn++) {
        const ticks = [cpuMs()];
        const input = {
          x,
          y,
          params: { objective: 'binary', numIterations: rounds },
          rng: createRng(1),
          host: kernelHost,
        } as const;
        model = fitBoosting({ ...input, onRound: () => ticks.push(cpuMs()) }).ensemble;
        // The first round holds the binning as well.
        ours.push(median(ticks.slice(2).map((ms, at) => ms - ticks[at + 1]!)));
        if (desk === undefined || table === undefined) continue;
        const params = { objective: 'binary', num_leaves: 31, max_bin: 255, num_threads: 1, verbosity: -1 };
        const step = { do: 'train', rows: table, labels: 'labels', model: 'theirs', params, rounds } as const;
        theirs.push(median((desk.run([step]) as [PeerTraining])[0].cpuMs));
      }
      const hash = createHash('sha256').update(writeLightgbm(model!)).digest('hex');
      const figures = { rows, features: FEATURES, threads: 1, tree_ms: round(Math.min(...ours)), hash };
      if (desk === undefined) return { ...figures, skipped: missing! };
      const peer = Math.min(...theirs);
      return {
        ...figures,
        lightgbm: version!,
        lightgbm_tree_ms: round(peer),
        ratio: round(Math.min(...ours) / peer),
        predict_ratio: compareUse(desk, model!, x, 'raw', predicted, turns),
        shap_ratio: compareUse(desk, model!, x, 'contrib', explained, turns),
      };
    } finally {
      desk?.close();
    }
  },
};

/** Processor time of using a model on the first rows, ours over LightGBM's. */
function compareUse(
  desk: PeerDesk,
  model: TreeEnsemble,
  x: Rows,
  kind: 'raw' | 'contrib',
  rows: number,
  turns: number,
): number {
  const head = { rows, columns: x.columns.map((column) => column.slice(0, rows)) };
  const compiled = compileEnsemble(model);
  const plan = planShap(compiled);
  const step = {
    do: 'predict',
    rows: desk.table('head', head.columns),
    model: desk.write('ours', writeLightgbm(model)),
    kinds: [kind],
  } as const;
  let [ours, theirs] = [Infinity, Infinity];
  for (let turn = 0; turn < turns; turn++) {
    const started = cpuMs();
    if (kind === 'raw') rawScores(compiled, head);
    else shapValues(plan, head);
    ours = Math.min(ours, cpuMs() - started);
    theirs = Math.min(theirs, (desk.run([step]) as [PeerPrediction])[0].cpuMs[kind]!);
  }
  return round(ours / theirs);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

const round = (value: number): number => Number(value.toFixed(3));
