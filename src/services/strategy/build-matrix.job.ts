/** Builds a matrix: bars to bytes, refused when a feature knows the future, then files first and rows after. */
import { rename, writeFile } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import { canonicalJson, type Json, type JsonObject } from '#base/json.js';
import type { BuildMatrixOutput } from '#compute/tasks/build-matrix.task.js';
import { defineJob, type JobType } from '#jobs/job-type.js';
import { recordArtifact } from '#services/operations/lineage.service.js';
import { type BuildRun, completeBuildRun, findBuildRun, startBuildRun } from '#store/build-run.store.js';
import { findModel } from '#store/model.store.js';
import { inTransaction } from '#store/transaction.js';
import type { StrategyDesk } from './desk.js';
import { computeMatrix, keyOf, type Snapshot, snapshotData } from './make-matrix.js';
import { matrixMetrics } from './matrix-metrics.js';
import { type MatrixWork, matrixShaOf, readWork } from './matrix-work.js';
import { lineageOf, reopenModel, riskInForce } from './model-access.js';
import { endWithJob, rememberFailure } from './run-failure.js';
import { outputFile, ownFile } from './workspace.js';

export const buildMatrixJob = (desk: StrategyDesk): JobType =>
  defineJob<JsonObject, JsonObject>({
    name: 'build_matrix',
    attemptsMax: 3, // Safe: every file is named by its content, and the rows say the same twice.
    timeoutMs: 1_800_000,
    needs: 'measurements',
    run: ({ job, signal, progress }) =>
      rememberFailure(desk, 'build_run', job.id, async () => {
        const run = await findBuildRun(desk.db, job.id);
        if (run === undefined) throw errors.jobMissing(job.id);
        await startBuildRun(desk.db, job.id);
        const work = readWork(run.params['work'] as JsonObject);
        progress(0, 3, 'reading data');
        const snapshots = await snapshotData(desk, work, signal);
        progress(1, 3, 'computing');
        const dumpsFlow = typeof run.params['raw_out'] === 'string';
        const built = await computeMatrix(desk, work, snapshots, { signal, dumpsFlow });
        refuse(work, built);
        progress(2, 3, 'writing');
        const matrixSha = await keep(desk, run, work, snapshots, built);
        progress(3, 3);
        return { matrix_sha: matrixSha, rows: built.rows };
      }),
    afterEnd: endWithJob(desk, 'build_run'),
  });

function refuse(work: MatrixWork, built: BuildMatrixOutput): void {
  if (built.leaks.length > 0)
    throw errors.leakage(built.leaks.map(({ column, example }) => ({ column, example: { ...example } })));
  if (built.rows === 0)
    throw errors.insufficientData(`no bar of ${work.ticker} in that range has a label${whyOf(built)}`, {
      ticker: work.ticker,
      kind: 'rows',
      null_label: built.dropped.nullLabel,
      null_price: built.dropped.nullPrice,
      hours: built.dropped.hours,
    });
}

const whyOf = ({ missing }: BuildMatrixOutput) => {
  const reason = missing.find(({ name }) => name === 'label')?.reason;
  return reason === undefined ? '' : `: ${reason}`;
};

async function keep(
  desk: StrategyDesk,
  run: BuildRun,
  work: MatrixWork,
  snapshots: readonly Snapshot[],
  built: BuildMatrixOutput,
): Promise<string> {
  const key = keyOf(work, snapshots);
  const matrixSha = matrixShaOf(key);
  const stored = await desk.artifacts.put(built.csv);
  const metrics = matrixMetrics(built, stored.sizeBytes);
  const path = `matrices/${run.modelId}_${matrixSha.slice(0, 8)}.csv`;
  const asked = run.params['out_csv'];
  const out =
    typeof asked === 'string'
      ? await outputFile({ dir: desk.workspaceDir }, 'out_csv', asked, '.csv')
      : await ownFile({ dir: desk.workspaceDir }, `matrices/${run.modelId}/training_matrix_built.csv`);
  const immutable = await ownFile({ dir: desk.workspaceDir }, path);
  for (const file of [immutable, out]) {
    await desk.artifacts.link(stored.sha256, file.path);
    await writeManifest(`${file.path}.meta.json`, { matrix_sha: matrixSha, sha256: stored.sha256, ...metrics, key });
  }
  await writeFlow(desk, run, built);
  const barsSha = snapshots[0]!.sha256;
  const lineage = await lineageOfBuild(desk, run, matrixSha, barsSha);
  const kept = await Promise.all(snapshots.map(({ bytes }) => desk.artifacts.put(bytes)));
  await inTransaction(desk.db, async (tx) => {
    for (const [at, snapshot] of snapshots.entries())
      await recordArtifact(desk, tx, {
        kind: snapshot.interval === null ? 'options' : 'bars',
        content: kept[at]!,
        informationTimeMs: snapshot.toUs / 1000,
        uri: `${snapshot.ticker}_${snapshot.interval ?? snapshot.role}`,
      });
    await recordArtifact(desk, tx, {
      kind: 'matrix',
      content: stored,
      parents: snapshots.map(({ sha256 }) => sha256),
      params: key,
      modelId: run.modelId,
      packId: run.packId,
      ...(built.lastKnownMs === null ? {} : { informationTimeMs: built.lastKnownMs }),
    });
    await completeBuildRun(tx, run.jobId, {
      metrics,
      matrixSha,
      artifactSha: stored.sha256,
      barsSha,
      path,
      outCsv: out.name,
      lineage,
    });
  });
  return matrixSha;
}

/** A stock matrix without a model has only what it was made from. */
async function lineageOfBuild(
  desk: StrategyDesk,
  run: BuildRun,
  matrixSha: string,
  dataSha: string,
): Promise<JsonObject> {
  const model = await findModel(desk.db, run.modelId);
  if (model === undefined) return { matrix_sha: matrixSha, data_sha: dataSha, code_version: desk.codeVersion };
  const open = await reopenModel(desk, run.modelId);
  return lineageOf(open, riskInForce(open), desk.codeVersion, { matrixSha, dataSha });
}

/** A copy for people; the columns stand in the matrix, so it is no artifact of its own. */
async function writeFlow(desk: StrategyDesk, run: BuildRun, { flowCsv }: BuildMatrixOutput): Promise<void> {
  const asked = run.params['raw_out'];
  if (typeof asked !== 'string' || flowCsv === null) return;
  const { path } = await outputFile({ dir: desk.workspaceDir }, 'raw_out', asked, '.csv');
  await writeFile(`${path}.tmp`, flowCsv);
  await rename(`${path}.tmp`, path);
}

async function writeManifest(path: string, manifest: JsonObject): Promise<void> {
  await writeFile(`${path}.tmp`, canonicalJson(manifest as Json));
  await rename(`${path}.tmp`, path);
}
