/** The arithmetic of a matrix, asked of the compute threads: the same for a build, a preview and the proof of both. */
import type { JsonObject } from '#base/json.js';
import type { BuildMatrixOutput } from '#compute/tasks/build-matrix.task.js';
import type { Recipe } from '#services/operations/recipe.js';
import type { StrategyDesk } from './desk.js';
import { sha256 } from './identifiers.js';
import { type BarSource, type MatrixWork, matrixKey, readSources, readWork } from './matrix-work.js';
import { gatherBars } from './price-source.js';

export interface Snapshot extends BarSource {
  readonly bytes: Uint8Array;
}

/** The bars a matrix will be made from, as the bytes that are kept. */
export async function snapshotBars(
  desk: Pick<StrategyDesk, 'db' | 'measurements' | 'compute'>,
  work: MatrixWork,
  signal?: AbortSignal,
): Promise<Snapshot[]> {
  const found = await gatherBars(desk, work);
  return Promise.all(
    found.map(async ({ role, ticker, interval, columns }) => {
      const { timestampUs } = columns;
      const [fromUs, toUs] = [timestampUs[0] ?? 0, timestampUs.at(-1) ?? 0];
      const bytes = await desk.compute.run('snapshotBars', columns, hear(signal));
      return { role, ticker, interval, fromUs, toUs, sha256: sha256(bytes), bytes };
    }),
  );
}

export async function computeMatrix(
  desk: Pick<StrategyDesk, 'compute'>,
  work: MatrixWork,
  sources: readonly (Pick<BarSource, 'role' | 'ticker' | 'interval'> & { readonly bytes: Uint8Array })[],
  options: { sampleRows?: number; signal?: AbortSignal | undefined } = {},
): Promise<BuildMatrixOutput> {
  return desk.compute.run(
    'buildMatrix',
    {
      sources: sources.map(({ role, ticker, interval, bytes }) => ({ role, ticker, interval, csv: bytes })),
      ticker: work.ticker,
      cadence: work.cadence,
      indicators: work.indicators,
      features: work.features,
      label: work.label.kind,
      kSigma: work.kSigma,
      fixedBp: work.fixedBp,
      allowedHours: work.allowedHours,
      startDay: work.startDay,
      endDay: work.endDay,
      sampleRows: options.sampleRows ?? 0,
    },
    hear(options.signal),
  );
}

export const keyOf = (work: MatrixWork, snapshots: readonly Snapshot[]): JsonObject => matrixKey(work, snapshots);

/** Makes a matrix again from the snapshots its key names. */
export const matrixRecipe = (desk: Pick<StrategyDesk, 'compute'>): Recipe => ({
  kind: 'matrix',
  async recompute({ parents, params, signal }) {
    const sources = readSources(params).map((source, at) => ({ ...source, bytes: parents[at]! }));
    const { csv } = await computeMatrix(desk, readWork(params), sources, { signal });
    return csv;
  },
});

const hear = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
