/** Matrices: ordered, previewed, and found again by hash, by model or by file. */
import { readFile } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import { canonicalJson, type Json, type JsonObject } from '#base/json.js';
import type { BuildMatrixOutput } from '#compute/tasks/build-matrix.task.js';
import type { CheckedMatrix } from '#compute/tasks/check-matrix.task.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { describeIndicator, type IndicatorRequest, resolveIndicators } from '#engine/indicators/resolve.js';
import { parseLabelKind } from '#engine/labels/label-kind.js';
import type { Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { type BuildRun, findBuildRun, insertBuildRun } from '#store/build-run.store.js';
import { findIndicatorSet } from '#store/pack.store.js';
import { inTransaction } from '#store/transaction.js';
import type { StrategyDesk } from './desk.js';
import { checkMatrix, findMatrix } from './find-matrix.js';
import { defaultLabel } from './identifiers.js';
import { computeMatrix, snapshotBars } from './make-matrix.js';
import { type MatrixWork, workDocument } from './matrix-work.js';
import { indicatorsOf, type OpenModel, openModel } from './model-access.js';
import { intervalOf, isIndicatorList } from './model-config.js';
import { getPack } from './pack.service.js';
import { coarsestStored } from './price-source.js';
import { inputFile, outputFile } from './workspace.js';

export type { BuildRun } from '#store/build-run.store.js';

/** What a build or a preview of a model may vary. */
export interface BuildWish {
  readonly modelId: string;
  readonly packId: string | null;
  /** Day numbers, both included. */
  readonly startDay: number;
  readonly endDay: number;
  readonly features: readonly string[] | null;
  readonly outCsv: string | null;
  readonly kSigma: number | null;
  readonly fixedBp: number | null;
  readonly distanceMax: number;
  readonly ticker: string | null;
  readonly allowedHours: readonly number[] | null;
}

/** A matrix of any stock, with or without a model (sigma 10.3). */
export interface StockWish {
  readonly ticker: string;
  readonly startDay: number;
  readonly endDay: number;
  readonly outCsv: string | null;
  readonly packId: string;
  readonly modelId: string | null;
  readonly labelKind: string | null;
  readonly indicatorSet: string | null;
  readonly cadence: string | null;
}

type BuildDesk = Pick<StrategyDesk, 'db' | 'queue' | 'ids' | 'workspaceDir'>;

export async function submitBuild(desk: BuildDesk, principal: Principal, wish: BuildWish): Promise<Job> {
  const open = await openModel(desk, principal, wish.modelId);
  refuseForeignPack(open, wish.packId);
  const { modelId, packId } = open.model;
  return sendBuild(desk, principal, { modelId, packId, outCsv: wish.outCsv, work: workOf(open, wish) });
}

/** Without a model the indicators are the pack's, and the matrix is named after the ticker. */
export async function submitStockBuild(
  desk: BuildDesk & Pick<StrategyDesk, 'measurements'>,
  principal: Principal,
  wish: StockWish,
): Promise<Job> {
  const open = wish.modelId === null ? undefined : await openModel(desk, principal, wish.modelId);
  const packId = open?.model.packId ?? wish.packId;
  const pack = await getPack(desk, packId);
  const setName = wish.indicatorSet ?? (open === undefined ? stockSetOf(packId, pack.meta) : null);
  const indicators = setName === null ? indicatorsOf(open!) : await indicatorsOfSet(desk, packId, setName);
  const named = wish.cadence ?? open?.spec.cadence ?? null;
  const cadence = named === null ? await storedCadence(desk, wish.ticker) : intervalOf(named);
  const isDaily = cadence === 'day' || cadence === 'week';
  const horizon = open?.spec.horizon ?? (packId === 'longsigma' ? 'long' : 'swing');
  const label = wish.labelKind ?? (isDaily ? defaultLabel(packId, horizon, 'daily') : 'next_bar_updown');
  const work: MatrixWork = {
    ticker: wish.ticker,
    cadence,
    indicators: sortedIndicators(indicators),
    features: open?.spec.features ?? null,
    label: { kind: knownLabel(label), params: {} },
    kSigma: null,
    fixedBp: null,
    distanceMax: 7,
    allowedHours: null,
    startDay: wish.startDay,
    endDay: wish.endDay,
  };
  const modelId = open?.model.modelId ?? `${wish.ticker.toLowerCase().replace(/[^a-z0-9.-]/g, '-')}_stock`;
  return sendBuild(desk, principal, { modelId, packId, outCsv: wish.outCsv, work });
}

const stockSetOf = (packId: string, meta: JsonObject): string =>
  STOCK_SETS[packId] ?? String(meta['default_indicator_set'] ?? '');

/** The packs whose default set is made for options have another for stocks. */
const STOCK_SETS: Readonly<Record<string, string>> = {
  swingsigma: 'swing_eq_default',
  longsigma: 'long_eq_default',
  overnightsigma: 'overnight_eq_default',
  momentumsigma: 'momo_eq_default',
};

async function indicatorsOfSet(desk: Pick<StrategyDesk, 'db'>, packId: string, name: string) {
  const set = await findIndicatorSet(desk.db, { packId, name });
  if (set === undefined || !isIndicatorList(set.indicators))
    throw errors.invalidParameter('indicator_set_name', `pack ${packId} has no indicator set ${name}`);
  return set.indicators;
}

async function storedCadence(desk: Pick<StrategyDesk, 'db' | 'measurements'>, ticker: string): Promise<BarInterval> {
  const stored = await coarsestStored(desk, ticker);
  if (stored === undefined)
    throw errors.insufficientData(`no bars of ${ticker} are stored`, { ticker, kind: 'bars', missing_from: null });
  return stored;
}

async function sendBuild(
  desk: BuildDesk,
  principal: Principal,
  order: { modelId: string; packId: string; outCsv: string | null; work: MatrixWork },
): Promise<Job> {
  const { modelId, packId, work } = order;
  if (order.outCsv !== null) await outputFile({ dir: desk.workspaceDir }, 'out_csv', order.outCsv, '.csv');
  const jobId = desk.ids.short('build_');
  const params = { work: workDocument(work), out_csv: order.outCsv };
  const job = await inTransaction(desk.db, async (tx) => {
    await insertBuildRun(tx, { jobId, modelId, packId, params, tag: null, ownerId: principal.userId });
    return desk.queue.send(tx, {
      id: jobId,
      kind: 'build_matrix',
      payload: {},
      surface: 'sigma',
      ownerId: principal.userId,
      subject: { model_id: modelId, pack_id: packId },
    });
  });
  desk.queue.wake();
  return job;
}

/** The row of a build; undefined when the job is no build. */
export const findBuild = (desk: Pick<StrategyDesk, 'db'>, jobId: string): Promise<BuildRun | undefined> =>
  findBuildRun(desk.db, jobId);

export interface Preview extends BuildMatrixOutput {
  readonly work: MatrixWork;
}

/** The matrix as it would be, with nothing written. A policy that is missing is a failure here; bad data is a verdict. */
export async function previewMatrix(
  desk: Pick<StrategyDesk, 'db' | 'measurements' | 'compute'>,
  principal: Principal,
  wish: BuildWish,
  sampleRows: number,
): Promise<Preview> {
  const open = await openModel(desk, principal, wish.modelId);
  refuseForeignPack(open, wish.packId);
  if (open.policy === undefined) throw errors.modelMissing(wish.modelId);
  const work = workOf(open, wish);
  const built = await computeMatrix(desk, work, await snapshotBars(desk, work), { sampleRows });
  return { ...built, work };
}

/** The same questions asked of a matrix that is there: one built before, or a file of the caller's own. */
export async function previewForeign(
  desk: Pick<StrategyDesk, 'db' | 'artifacts' | 'codeVersion' | 'workspaceDir' | 'compute'>,
  principal: Principal,
  named: { modelId: string; matrixSha: string | null; csv: string | null },
  sampleRows: number,
): Promise<CheckedMatrix> {
  const open = await openModel(desk, principal, named.modelId);
  if (named.csv === null) return checkMatrix(desk, await findMatrix(desk, principal, open, named), sampleRows);
  if (named.matrixSha !== null) throw errors.conflictingParameters('matrix_sha', 'csv');
  // A preview writes nothing, so the file is looked at where it lies.
  const csv = await readFile((await inputFile({ dir: desk.workspaceDir }, 'csv', named.csv, '.csv')).path);
  return desk.compute.run('checkMatrix', { csv, featureColumns: null, horizonBars: null, sampleRows });
}

function refuseForeignPack({ model }: OpenModel, packId: string | null): void {
  if (packId !== null && packId !== model.packId)
    throw errors.invalidParameter('pack_id', `${model.modelId} is a model of ${model.packId}`);
}

/** A model's configuration and the caller's wishes, resolved. Options need data that no slice of ours can hold yet. */
function workOf({ spec, ...open }: OpenModel, wish: BuildWish): MatrixWork {
  const ticker = wish.ticker ?? spec.ticker;
  if (spec.asset === 'opt') throw errors.optionDataMissing(ticker);
  return {
    ticker,
    cadence: intervalOf(spec.cadence),
    indicators: sortedIndicators(indicatorsOf({ spec, ...open })),
    features: wish.features ?? spec.features,
    label: { kind: knownLabel(spec.label.kind), params: spec.label.params },
    kSigma: wish.kSigma,
    fixedBp: wish.fixedBp,
    distanceMax: wish.distanceMax,
    allowedHours: wish.allowedHours,
    startDay: wish.startDay,
    endDay: wish.endDay,
  };
}

/** Throws label_unknown or label_unsupported before a job is made of it. */
function knownLabel(kind: string): string {
  parseLabelKind(kind);
  return kind;
}

/** Resolved and in one order: two spellings of the same set are the same matrix, down to the order of its columns. */
const sortedIndicators = (requests: readonly IndicatorRequest[]): readonly IndicatorRequest[] =>
  resolveIndicators(requests)
    .map(describeIndicator)
    .sort((a, b) => (canonicalJson(a as Json) < canonicalJson(b as Json) ? -1 : 1));
