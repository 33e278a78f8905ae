/** Processor time of one boosted tree beside C++: 1,000,000 rows x 28 columns, 255 bins, 31 leaves (large), one thread. */
import { createHash } from 'node:crypto';
import { kernelHost } from '#compute/kernel-host.js';
import { fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import { compileEnsemble } from '#engine/models/trees/compile.js';
import { rawScores } from '#engine/models/trees/predict.js';
import { createRng } from '#engine/random/xoshiro128.js';
import type { Bench } from '../bench.js';
import { runTwin } from './twin.js';

const SIZES = { small: { rows: 20_000, trees: 40 }, large: { rows: 1_000_000, trees: 12 } } as const;
const FEATURES = 28;
const BINS = 255;
const LEAVES = 31;

export const gbmReferenceBench: Bench = {
  name: 'reference/gbm',
  promise: 'a boosted tree in WebAssembly <= 1.25 of C++ on pairs of doubles, one thread',
  async run(size) {
    const { rows, trees } = SIZES[size];
    const rng = createRng(6);
    // Whole numbers that are their own bins: both sides cut at the same places.
    const bytes = Array.from({ length: FEATURES }, () => Uint8Array.from({ length: rows }, () => rng.below(BINS)));
    const at = (j: number, row: number) => bytes[j]![row]! / 127 - 1;
    const labels = Float64Array.from({ length: rows }, (_, row) => {
      const bend = Math.abs(at(3, row)) < 0.5 ? 0.7 : -0.7;
      return at(0, row) + 1.5 * at(1, row) * at(2, row) + bend + 2 * (rng.float() - 0.5) > 0.2 ? 1 : 0;
    });
    const columns = bytes.map((column) => Float64Array.from(column));
    const x = { rows, names: columns.map((_, j) => `f${j}`), columns };
    const spent: number[] = [];
    let since = process.cpuUsage();
    const onStep = () => {
      const { user, system } = process.cpuUsage(since);
      spent.push((user + system) / 1000);
      since = process.cpuUsage();
    };
    const { ensemble } = fitBoosting({
      x,
      y: labels,
      params: { objective: 'binary', numIterations: trees, numLeaves: LEAVES },
      rng: createRng(1),
      host: kernelHost,
      control: { onStep },
    });
    // The first tree's time has the learning of bins in it.
    const ours = spent.slice(1).sort((a, b) => a - b);
    const loss = meanLoss(rawScores(compileEnsemble(ensemble), x), labels);
    const hash = createHash('sha256').update(JSON.stringify(ensemble)).digest('hex').slice(0, 16);
    const result = { hash, rows, trees, ours_ms: ours[0]!, ours_median_ms: ours[ours.length >> 1]!, loss };
    const twin = runTwin('gbm', [Int32Array.of(rows, FEATURES, trees, LEAVES), ...bytes, labels]);
    if (twin === undefined) return { ...result, skipped: 'g++ is absent' };
    const scores = new Float64Array(rows);
    new Uint8Array(scores.buffer).set(twin.bytes);
    const theirLoss = meanLoss(scores, labels);
    if (Math.abs(theirLoss / loss - 1) > 1e-3) throw new Error(`The twin comes to a loss of ${theirLoss}, not ${loss}`);
    return { ...result, cpp_ms: twin.ms, cpp_loss: theirLoss, ratio: Number((ours[0]! / twin.ms).toFixed(3)) };
  },
};

const meanLoss = (scores: Float64Array, labels: Float64Array): number =>
  scores.reduce((sum, score, i) => sum + Math.log1p(Math.exp(labels[i] === 1 ? -score : score)), 0) / scores.length;
