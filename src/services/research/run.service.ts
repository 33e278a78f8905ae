/** Walk-forward runs: what was tried on a dataset, fold by fold. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from '#store/database.js';
import { findDataset, holdDataset } from '#store/dataset.store.js';
import { type Fold, type FoldPage, listFolds, replaceFolds } from '#store/fold.store.js';
import {
  deleteRun,
  findRun,
  listRuns,
  putRun,
  type RunFilter,
  type RunListed,
  setStoredFoldCount,
  setSummaryMetrics,
  takeRun,
} from '#store/run.store.js';
import { findRunWithFolds, type RunWithFolds } from '#store/run-with-folds.store.js';
import { countSimulationsOfRun, deleteSimulationsOfRun } from '#store/simulation.store.js';
import { inTransaction } from '#store/transaction.js';
import type { ResearchDesk } from './desk.js';
import { summarizeFolds } from './fold-summary.js';
import { predictionMeasurementOf } from './measurement-name.js';

export type { Fold } from '#store/fold.store.js';
export type { RunFilter, RunListed } from '#store/run.store.js';

/** Its folds are those that were asked for. */
export type RunView = RunWithFolds;

/** A run to be written whole: what is left out gets its default, also when the run was there before. */
export interface RunToSave {
  readonly runId?: string | undefined;
  /** The id or the slug of a known dataset. */
  readonly datasetId: string;
  readonly declaredFoldCount?: number | undefined;
  readonly features?: readonly string[] | undefined;
  readonly thresholds?: readonly number[] | undefined;
  readonly predictionMeasurement?: string | undefined;
  readonly status?: string | undefined;
  readonly targetColumn?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly startedAtMs?: number | null | undefined;
  readonly completedAtMs?: number | null | undefined;
  readonly durationMs?: number | null | undefined;
  readonly summaryMetrics?: JsonObject | undefined;
  readonly hyperparameters?: JsonObject | undefined;
  readonly walkConfig?: JsonObject | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly createdAtMs?: number | undefined;
  /** Undefined leaves the stored folds as they are. */
  readonly folds?: readonly Fold[] | undefined;
}

export interface SavedRun {
  readonly runId: string;
  readonly predictionMeasurement: string;
  readonly foldsWritten: number;
}

type Reader = Pick<ResearchDesk, 'db'>;
type Maker = Pick<ResearchDesk, 'clock' | 'ids'>;

export const getRuns = (desk: Reader, filter: RunFilter, page: PageRequest): Promise<Page<RunListed>> =>
  listRuns(desk.db, filter, page);

/** The runs of one dataset, by its id or slug. */
export async function getRunsOfDataset(desk: Reader, idOrSlug: string, page: PageRequest): Promise<Page<RunListed>> {
  const dataset = await findDataset(desk.db, idOrSlug);
  if (dataset === undefined) throw errors.datasetMissing(idOrSlug);
  return listRuns(desk.db, { datasetId: dataset.datasetId }, page);
}

export async function getRunListed(desk: Reader, runId: string): Promise<RunListed> {
  const run = await findRun(desk.db, runId);
  if (run === undefined) throw errors.runMissing(runId);
  return run;
}

/** The run and its folds as of one moment. */
export async function getRun(desk: Reader, runId: string, page: FoldPage = { offset: 0 }): Promise<RunView> {
  const run = await findRunWithFolds(desk.db, runId, page);
  if (run === undefined) throw errors.runMissing(runId);
  return run;
}

/**
 * Writes the run and, when given, its folds in place of the stored ones, inside the caller's transaction.
 * Throws datasetUnknown, and invalidParameter for two folds of one number. Writing the same run again gives the same rows.
 */
export async function saveRun(desk: Maker, tx: Database, input: RunToSave): Promise<SavedRun> {
  const datasetId = await holdDataset(tx, input.datasetId);
  if (datasetId === undefined) throw errors.datasetUnknown(input.datasetId);
  const runId = input.runId ?? desk.ids.uuid();
  const predictionMeasurement = input.predictionMeasurement ?? predictionMeasurementOf(runId);
  const folds = input.folds && inOrder(input.folds);
  const nowMs = desk.clock.nowMs();
  const startedAtMs = input.startedAtMs ?? null;
  const completedAtMs = input.completedAtMs ?? null;
  const isTimed = startedAtMs !== null && completedAtMs !== null;
  const run = {
    runId,
    datasetId,
    declaredFoldCount: input.declaredFoldCount ?? 0,
    features: input.features ?? [],
    thresholds: input.thresholds ?? [],
    predictionMeasurement,
    status: input.status ?? 'COMPLETED',
    targetColumn: input.targetColumn ?? '',
    requestedBy: input.requestedBy ?? '',
    startedAtMs,
    completedAtMs,
    durationMs: input.durationMs ?? (isTimed ? completedAtMs - startedAtMs : null),
    summaryMetrics: input.summaryMetrics ?? {},
    hyperparameters: input.hyperparameters ?? {},
    walkConfig: input.walkConfig ?? {},
    metadata: input.metadata ?? {},
    createdAtMs: input.createdAtMs ?? nowMs,
  };
  await putRun(tx, run, nowMs);
  if (folds !== undefined) {
    await replaceFolds(tx, runId, folds);
    await setStoredFoldCount(tx, runId, folds.length);
  }
  const stored = folds ?? (await listFolds(tx, runId, { offset: 0 }));
  if (stored.length > 0) await setSummaryMetrics(tx, runId, summarizeFolds(stored, run.summaryMetrics));
  return { runId, predictionMeasurement, foldsWritten: folds?.length ?? 0 };
}

/** With `cascade` its simulations go too. The predictions stay in their measurement. */
export async function removeRun(desk: Reader, runId: string, { cascade }: { cascade: boolean }): Promise<void> {
  await inTransaction(desk.db, async (tx) => {
    if ((await takeRun(tx, runId)) === undefined) throw errors.runMissing(runId);
    const simulations = await countSimulationsOfRun(tx, runId);
    if (simulations > 0 && !cascade) throw errors.runInUse(runId, simulations);
    await deleteSimulationsOfRun(tx, runId);
    await deleteRun(tx, runId);
  });
}

function inOrder(folds: readonly Fold[]): readonly Fold[] {
  const sorted = [...folds].sort((a, b) => a.foldNumber - b.foldNumber);
  const twin = sorted.find((fold, i) => i > 0 && fold.foldNumber === sorted[i - 1]!.foldNumber);
  if (twin !== undefined)
    throw errors.invalidParameter('folds', `fold_number ${twin.foldNumber} appears more than once`);
  return sorted;
}
