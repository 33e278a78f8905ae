/** Rolling demand features beside C++: mean, deviation, minimum and maximum over 7 and 28 days, and a week's lag. */
import { kernelHost } from '#compute/kernel-host.js';
import { computeFeatures } from '#engine/features/compute-features.js';
import { madeRows } from '#engine/features/features.bench.js';
import { lag } from '#engine/features/lag.js';
import { rolling } from '#engine/features/rolling.js';
import type { Bench } from '../bench.js';
import { compareWithTwin } from './compare.js';

const SIZES = {
  small: { rows: 20_000, series: 60, turns: 2 },
  large: { rows: 10_000_000, series: 30_000, turns: 3 },
} as const;

export const rollingReferenceBench: Bench = {
  name: 'reference/rolling',
  promise: '10 M rows, 30 k series, 9 outputs: <= 1.6 of C++',
  async run(size) {
    const { rows, series, turns } = SIZES[size];
    const panel = madeRows(rows, series);
    const requests = [
      rolling.request({
        windows: [7, 28],
        aggregations: ['mean', 'std', 'min', 'max'],
        target: 'quantity',
        minPeriods: null,
      }),
      lag.request({ lags: [7], target: 'quantity', fillValue: null }),
    ];
    const outputs = requests.flatMap((request) => request.outputs).length;
    const all = new Float32Array(rows * outputs);
    const columns = Array.from({ length: outputs }, (_, at) => all.subarray(at * rows, (at + 1) * rows));
    const ours = () => {
      computeFeatures(panel, requests, { columns, kernels: kernelHost });
      return all;
    };
    const input = [Int32Array.of(rows, series, turns)];
    return { rows, series, outputs, ...compareWithTwin({ name: 'rolling', turns, ours, input }) };
  },
};
