/** A matrix found again, by hash, by file or as a model's latest, and looked at before it is used. */
import { readFile } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { CheckedMatrix } from '#compute/tasks/check-matrix.task.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import type { Principal } from '#services/identity/principal.js';
import { recordArtifact } from '#services/operations/lineage.service.js';
import { type BuiltMatrix, findLatestMatrix, findMatricesBySha } from '#store/build-run.store.js';
import type { StrategyDesk } from './desk.js';
import { sha256 } from './identifiers.js';
import { getVisibleModel, type OpenModel } from './model-access.js';
import { intervalOf } from './model-config.js';
import { qualityDocument } from './quality-document.js';
import { inputFile } from './workspace.js';

/** A matrix to train or test on. */
export interface MatrixRef {
  /** The hash of the inputs; of the bytes for a file of the caller's own. */
  readonly matrixSha: string;
  /** The CSV in the artifact store. */
  readonly artifactSha: string;
  readonly featureColumns: readonly string[] | null;
  readonly horizonBars: number | null;
  readonly isIntraday: boolean | null;
  readonly ticker: string;
  readonly cadence: BarInterval;
  readonly dataSha: string | null;
  readonly isForeign: boolean;
}

/**
 * The matrix that was named, by hash or by file, else the model's latest. A file of the caller's own becomes an artifact.
 * Throws matrixMissing, matrixNotBuilt, shaAmbiguous, conflictingParameters, pathNotAllowed.
 */
export async function findMatrix(
  desk: Pick<StrategyDesk, 'db' | 'artifacts' | 'codeVersion' | 'workspaceDir'>,
  principal: Principal,
  open: OpenModel,
  named: { matrixSha: string | null; csv: string | null },
): Promise<MatrixRef> {
  if (named.matrixSha !== null && named.csv !== null) throw errors.conflictingParameters('matrix_sha', 'csv');
  if (named.csv !== null) return matrixOfFile(desk, open, named.csv);
  if (named.matrixSha !== null) return matrixBySha(desk, principal, named.matrixSha);
  const latest = await findLatestMatrix(desk.db, open.model.modelId);
  if (latest === undefined) throw errors.matrixNotBuilt(open.model.modelId);
  return refOf(latest);
}

async function matrixBySha(desk: Pick<StrategyDesk, 'db'>, principal: Principal, prefix: string): Promise<MatrixRef> {
  const found = await findMatricesBySha(desk.db, prefix.toLowerCase());
  if (found.length > 1) throw errors.shaAmbiguous(prefix);
  const [matrix] = found;
  if (matrix === undefined) throw errors.matrixMissing(prefix);
  if (matrix.ownerId !== null && matrix.ownerId !== principal.userId && principal.role !== 'admin')
    // Whoever may see the model may use what was built of it.
    await getVisibleModel(desk.db, principal, matrix.modelId);
  return refOf(matrix);
}

async function matrixOfFile(
  desk: Pick<StrategyDesk, 'db' | 'artifacts' | 'codeVersion' | 'workspaceDir'>,
  open: OpenModel,
  csv: string,
): Promise<MatrixRef> {
  const file = await inputFile({ dir: desk.workspaceDir }, 'csv', csv, '.csv');
  const bytes = await readFile(file.path);
  const artifactSha = sha256(bytes);
  const latest = await findLatestMatrix(desk.db, open.model.modelId);
  // Our own latest matrix by its other name.
  if (latest?.artifactSha === artifactSha) return refOf(latest);
  await recordArtifact(desk, desk.db, { kind: 'csv', content: bytes, modelId: open.model.modelId, uri: file.name });
  return {
    matrixSha: artifactSha,
    artifactSha,
    featureColumns: null,
    horizonBars: null,
    isIntraday: null,
    ticker: open.spec.ticker,
    cadence: intervalOf(open.spec.cadence),
    dataSha: null,
    isForeign: true,
  };
}

function refOf(matrix: BuiltMatrix): MatrixRef {
  const { metrics } = matrix;
  const work = matrix.params['work'] as JsonObject;
  return {
    matrixSha: matrix.matrixSha,
    artifactSha: matrix.artifactSha,
    featureColumns: metrics['feature_columns'] as readonly string[],
    horizonBars: (metrics['label'] as JsonObject)['horizon_bars'] as number,
    isIntraday: metrics['is_intraday'] as boolean,
    ticker: work['ticker'] as string,
    cadence: work['cadence'] as BarInterval,
    dataSha: matrix.barsSha,
    isForeign: false,
  };
}

/** A file of the caller's own is looked at before it is used; ours were when they were built. */
export async function judgeForeign(
  desk: Pick<StrategyDesk, 'artifacts' | 'compute'>,
  matrix: MatrixRef,
): Promise<{ qa: JsonObject | null; warnings: string[] }> {
  if (!matrix.isForeign) return { qa: null, warnings: [] };
  const { quality } = await checkMatrix(desk, matrix, 0);
  return { qa: qualityDocument(quality), warnings: quality.leakage.flags.map(({ column }) => `leakage:${column}`) };
}

export async function checkMatrix(
  desk: Pick<StrategyDesk, 'artifacts' | 'compute'>,
  matrix: MatrixRef,
  sampleRows: number,
): Promise<CheckedMatrix> {
  const csv = await desk.artifacts.read(matrix.artifactSha);
  const { featureColumns, horizonBars } = matrix;
  return desk.compute.run('checkMatrix', { csv, featureColumns, horizonBars, sampleRows });
}
