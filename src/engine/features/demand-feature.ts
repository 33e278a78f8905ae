/** What a demand feature is: columns of a panel in, named columns out, and why row t knows nothing of its future. */
import type { KernelHost } from '../kernels/kernel.js';
import type { DemandPanel } from './demand-panel.js';

export type FeatureColumn = Float64Array | Float32Array;

/** Fills the rows of one series. */
export type FillSeries = (from: number, to: number) => void;

/** A feature with its parameters settled. */
export interface FeatureRequest {
  readonly feature: string;
  readonly outputs: readonly string[];
  /** Makes what is needed once for all series; the columns stand in the order of `outputs`. `kernels` changes the time, not a byte. */
  prepare(panel: DemandPanel, columns: readonly FeatureColumn[], kernels?: KernelHost): FillSeries;
}

export interface FeatureDefinition<P> {
  readonly name: string;
  /** Formula and source. */
  readonly doc: string;
  /** Why no value at t depends on what is measured at t or later; `feature.test.ts` tries to refute it. */
  readonly timeSafety: string;
  readonly reads: readonly (keyof DemandPanel)[];
  readonly defaults: P;
  outputs(params: P): readonly string[];
  prepare(panel: DemandPanel, params: P, columns: readonly FeatureColumn[], kernels?: KernelHost): FillSeries;
}

/** One member of the list in `registry.ts`. */
export interface DemandFeature<P> {
  readonly name: string;
  readonly doc: string;
  readonly timeSafety: string;
  readonly reads: readonly (keyof DemandPanel)[];
  request(params: P): FeatureRequest;
  requestDefaults(): FeatureRequest;
}

export function defineFeature<P>(definition: FeatureDefinition<P>): DemandFeature<P> {
  const { name, doc, timeSafety, reads, defaults } = definition;
  const request = (params: P): FeatureRequest => ({
    feature: name,
    outputs: definition.outputs(params),
    prepare: (panel, columns, kernels) => definition.prepare(panel, params, columns, kernels),
  });
  return { name, doc, timeSafety, reads, request, requestDefaults: () => request(defaults) };
}

/** For a feature whose column the panel does not have: nothing is known. */
export function fillUnknown(columns: readonly FeatureColumn[]): FillSeries {
  return (from, to) => {
    for (const column of columns) column.fill(Number.NaN, from, to);
  };
}
