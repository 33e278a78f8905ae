/** Boosting, prediction and SHAP beside LightGBM itself: time a tree of 31 leaves on 28 columns of 255 bins, on one thread and on two. */
import { createHash } from 'node:crypto';
import { fitBoostingTogether } from '#compute/fit-boosting.js';
import { openCompute } from '#compute/pool.js';
import type { Compute } from '#compute/port.js';
import { planShap, shapValues } from '#engine/explain/tree-shap.js';
import type { LabelledRows } from '#engine/models/boosting/fit-boosting.js';
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
  type PeerTable,
  type PeerTraining,
} from '../../test/peers/lightgbm-peer.js';
import type { Bench } from '../bench.js';

const SIZES = {
  small: { rows: 3000, rounds: 4, turns: 1, predicted: 500, explained: 50 },
  large: { rows: 1_000_000, rounds: 12, turns: 4, predicted: 100_000, explained: 2000 },
} as const;
const FEATURES = 28;

/** Time a tree: of all processors together, and on the clock, which a busy machine makes worthless. */
interface TreeTime {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export const lightgbmBench: Bench = {
  name: 'peers/lightgbm',
  promise: 'a tree: <= 1.1 of LightGBM on as many threads; SHAP: <= 1',
  async run(size) {
    const { rows, rounds, turns, predicted, explained } = SIZES[size];
    const data = madeData(rows);
    const { python, version, missing } = findPeer();
    const desk = python === undefined ? undefined : openDesk(python);
    const compute = openCompute({ workers: 2 });
    // The pool's threads let a process end while they work.
    const awake = setInterval(() => undefined, 60_000);
    try {
      const table = desk?.table(
        'rows',
        data.x.columns.map((column) => Float32Array.from(column)),
      );
      desk?.write('labels', data.y);
      const ours: Record<1 | 2, TreeTime[]> = { 1: [], 2: [] };
      const theirs: Record<1 | 2, TreeTime[]> = { 1: [], 2: [] };
      const models = new Map<string, TreeEnsemble>();
      // By turns, so that what the machine's other guests do meets both alike.
      for (let turn = 0; turn < turns; turn++) {
        for (const threads of [1, 2] as const) {
          const { model, time } = await fitHere(compute, data, rounds, threads);
          models.set(createHash('sha256').update(writeLightgbm(model)).digest('hex'), model);
          ours[threads].push(time);
          if (desk !== undefined && table !== undefined) theirs[threads].push(fitThere(desk, table, rounds, threads));
        }
      }
      const [[hash, model], ...others] = [...models] as [[string, TreeEnsemble]];
      if (others.length > 0) throw new Error('Threads or turns came to different models');
      const figures = { rows, features: FEATURES, tree_ms: best(ours[1]), tree_ms_2_threads: best(ours[2]), hash };
      if (desk === undefined) return { ...figures, skipped: missing! };
      return {
        ...figures,
        lightgbm: version!,
        lightgbm_tree_ms: best(theirs[1]),
        lightgbm_tree_ms_2_threads: best(theirs[2]),
        ratio: round(best(ours[1]) / best(theirs[1])),
        ratio_2_threads: round(best(ours[2]) / best(theirs[2])),
        wall_ratio: round(best(ours[1], 'wallMs') / best(theirs[1], 'wallMs')),
        wall_ratio_2_threads: round(best(ours[2], 'wallMs') / best(theirs[2], 'wallMs')),
        predict_ratio: compareUse(desk, model, data.x, 'raw', predicted, turns),
        shap_ratio: compareUse(desk, model, data.x, 'contrib', explained, turns),
      };
    } finally {
      clearInterval(awake);
      await compute.close();
      desk?.close();
    }
  },
};

/** Columns on shared memory, of numbers that 32 bits hold: LightGBM then reads half the bytes, and both see the same. */
function madeData(rows: number): LabelledRows {
  const rng = createRng(28);
  const shared = () => new Float64Array(new SharedArrayBuffer(8 * rows));
  const columns = Array.from({ length: FEATURES }, () => shared().map(() => Math.fround(drawNormal(rng))));
  const y = shared();
  for (let i = 0; i < rows; i++) {
    const [a, b, c, d] = columns.map((column) => column[i]!) as [number, number, number, number];
    y[i] = rng.float() < 1 / (1 + Math.exp(-(a * b + Math.sin(2 * c) + d))) ? 1 : 0;
  }
  return { x: { rows, names: columns.map((_, at) => `f${at}`), columns }, y };
}

async function fitHere(compute: Compute, { x, y }: LabelledRows, rounds: number, threads: number) {
  // The first round holds the binning as well: time runs from its end.
  const ticks: { done: number; cpu: number; wall: number }[] = [];
  const onProgress = (done: number) => ticks.push({ done, cpu: cpuMs(), wall: performance.now() });
  const params = { objective: 'binary', numIterations: rounds } as const;
  const { ensemble } = await fitBoostingTogether(compute, { x, y, params, seed: 1 }, { onProgress }, threads);
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  const trees = last.done - first.done;
  const time = { cpuMs: (last.cpu - first.cpu) / trees, wallMs: (last.wall - first.wall) / trees };
  return { model: ensemble, time };
}

function fitThere(desk: PeerDesk, rows: PeerTable, rounds: number, threads: number): TreeTime {
  const params = { objective: 'binary', num_leaves: 31, max_bin: 255, num_threads: threads, verbosity: -1 };
  const step = { do: 'train', rows, labels: 'labels', model: 'theirs', params, rounds } as const;
  const [{ cpuMs, wallMs }] = desk.run([step]) as [PeerTraining];
  const mean = (times: readonly number[]) => times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return { cpuMs: mean(cpuMs), wallMs: mean(wallMs) };
}

/** Of several turns: others only ever add. */
const best = (times: readonly TreeTime[], which: keyof TreeTime = 'cpuMs'): number =>
  round(Math.min(...times.map((time) => time[which])));

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

const round = (value: number): number => Number(value.toFixed(3));
