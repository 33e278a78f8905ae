/** Feature columns of a panel, series after series: all features of one series while its rows are still near. */
import { assert } from '#base/assert.js';
import type { KernelHost } from '../kernels/kernel.js';
import type { FeatureColumn, FeatureRequest } from './demand-feature.js';
import { type DemandPanel, seriesCount } from './demand-panel.js';

export interface FeatureTable {
  readonly names: readonly string[];
  /** As long as the panel; NaN is "not known". */
  readonly columns: readonly FeatureColumn[];
}

export interface FeatureOptions {
  /** Half the memory at seven digits; default float64. */
  readonly precision?: 'float64' | 'float32';
  /** Columns to write into, one an output, so that workers can share them. */
  readonly columns?: readonly FeatureColumn[];
  /** First and last (excluded) series to compute: series do not know of each other, so any cut gives the same bytes. */
  readonly series?: readonly [from: number, to: number];
  /** Changes the time, not a byte. */
  readonly kernels?: KernelHost;
}

/** Computes requests in their order. The panel must hold what `checkPanel` asserts. */
export function computeFeatures(
  panel: DemandPanel,
  requests: readonly FeatureRequest[],
  options: FeatureOptions = {},
): FeatureTable {
  const names = requests.flatMap(({ outputs }) => outputs);
  assert(new Set(names).size === names.length, 'two columns do not share a name');
  const make = () => (options.precision === 'float32' ? new Float32Array(panel.rows) : new Float64Array(panel.rows));
  const columns = options.columns ?? names.map(make);
  assert(columns.length === names.length, 'there is one column for each output');
  const [first, last] = options.series ?? [0, seriesCount(panel)];
  let taken = 0;
  const fills = requests.map((request) => {
    const own = columns.slice(taken, taken + request.outputs.length);
    taken += own.length;
    return request.prepare(panel, own, options.kernels);
  });
  for (let s = first; s < last; s++) {
    const [from, to] = [panel.offsets[s]!, panel.offsets[s + 1]!];
    if (from < to) for (const fill of fills) fill(from, to);
  }
  return { names, columns };
}
