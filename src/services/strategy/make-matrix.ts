/** The arithmetic of a matrix, asked of the compute threads: the same for a build, a preview and the proof of both. */
import type { JsonObject } from '#base/json.js';
import type { BuildMatrixOutput, MatrixSource } from '#compute/tasks/build-matrix.task.js';
import type { Recipe } from '#services/operations/recipe.js';
import type { StrategyDesk } from './desk.js';
import { sha256 } from './identifiers.js';
import { type DataSource, type MatrixWork, matrixKey, readSources, readWork, type SourceName } from './matrix-work.js';
import { gatherOptions } from './option-source.js';
import { gatherBars } from './price-source.js';

export type Snapshot = DataSource & { readonly bytes: Uint8Array };

/** All that a matrix will be made from, as the bytes that are kept: bars first, the ticker's own before all others. */
export async function snapshotData(
  desk: Pick<StrategyDesk, 'db' | 'measurements' | 'compute'>,
  work: MatrixWork,
  signal?: AbortSignal,
): Promise<Snapshot[]> {
  return [...(await snapshotBars(desk, work, signal)), ...(await snapshotOptions(desk, work, signal))];
}

async function snapshotBars(
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

async function snapshotOptions(
  desk: Pick<StrategyDesk, 'measurements' | 'compute'>,
  work: MatrixWork,
  signal?: AbortSignal,
): Promise<Snapshot[]> {
  const found = await gatherOptions(desk, work);
  return Promise.all(
    found.map(async (option) => {
      const { timestampUs } = option.columns;
      const [fromUs, toUs] = [timestampUs[0] ?? 0, timestampUs.at(-1) ?? 0];
      const bytes = await desk.compute.run('snapshotOptions', option, hear(signal));
      return { role: option.role, ticker: work.ticker, interval: null, fromUs, toUs, sha256: sha256(bytes), bytes };
    }),
  );
}

export async function computeMatrix(
  desk: Pick<StrategyDesk, 'compute'>,
  work: MatrixWork,
  sources: readonly (SourceName & { readonly bytes: Uint8Array })[],
  options: { sampleRows?: number; dumpsFlow?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<BuildMatrixOutput> {
  return desk.compute.run(
    'buildMatrix',
    {
      sources: sources.map(sourceOf),
      ticker: work.ticker,
      cadence: work.cadence,
      indicators: work.indicators,
      features: work.features,
      label: work.label,
      flowColumns: work.flow && { ...work.flow, distanceMax: work.distanceMax },
      riskFree: work.riskFree,
      kSigma: work.kSigma,
      fixedBp: work.fixedBp,
      allowedHours: work.allowedHours,
      startDay: work.startDay,
      endDay: work.endDay,
      sampleRows: options.sampleRows ?? 0,
      dumpsFlow: options.dumpsFlow ?? false,
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

/** Written out by interval: the compiler keeps role and interval together only so. */
const sourceOf = ({ bytes: csv, ...source }: SourceName & { readonly bytes: Uint8Array }): MatrixSource =>
  source.interval === null
    ? { role: source.role, ticker: source.ticker, interval: null, csv }
    : { role: source.role, ticker: source.ticker, interval: source.interval, csv };

const hear = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
