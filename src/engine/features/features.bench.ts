/** How long rolling features take: 10 million rows in 30,000 series, 9 outputs (large). The C++ twin makes the same rows. */
import { createHash } from 'node:crypto';
import { kernelHost } from '#compute/kernel-host.js';
import { computeFeatures } from './compute-features.js';
import type { DemandPanel } from './demand-panel.js';
import { lag } from './lag.js';
import { rolling } from './rolling.js';

export const promise = '<= 1.6 of the C++ twin at 10 M rows, 30 k series, 9 outputs';

const SIZES = { small: { rows: 20_000, series: 60 }, large: { rows: 10_000_000, series: 30_000 } } as const;

/**
 * Gap-free series of equal length (the last takes the rest); quantity is bits 24..31 of a 32-bit linear congruence
 * (x = 1664525 x + 1013904223, from 1), modulo 50, plus ten times the series' number modulo 7.
 */
export function madeRows(rows: number, series: number): DemandPanel {
  const length = Math.floor(rows / series);
  const offsets = Int32Array.from({ length: series + 1 }, (_, s) => (s === series ? rows : s * length));
  const day = new Int32Array(rows);
  const quantity = new Float64Array(rows);
  let state = 1;
  for (let s = 0; s < series; s++) {
    for (let t = offsets[s]!; t < offsets[s + 1]!; t++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      day[t] = 19_000 + t - offsets[s]!;
      quantity[t] = ((state >>> 24) % 50) + 10 * (s % 7);
    }
  }
  return { rows, offsets, day, quantity };
}

/** Mean, deviation, minimum and maximum over 7 and 28 days, and the value of a week ago: as 32-bit columns. */
export function bench(size: 'small' | 'large') {
  const { rows, series } = SIZES[size];
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
  const columns = requests.flatMap(({ outputs }) => outputs).map(() => new Float32Array(rows));
  // The compiler warms up on a small part, as in a server that has been running.
  computeFeatures(panel, requests, { columns, kernels: kernelHost, series: [0, Math.min(series, 300)] });
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  computeFeatures(panel, requests, { columns, kernels: kernelHost });
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const hash = createHash('sha256');
  for (const column of columns) hash.update(new Uint8Array(column.buffer));
  return {
    name: 'features.rolling',
    rows,
    series,
    outputs: columns.length,
    ms,
    cpuMs: (user + system) / 1000,
    hash: hash.digest('hex'),
  };
}
