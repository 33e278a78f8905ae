/** Matrices: ordered, previewed, and found again by hash, by model or by file. */
import { readFile } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import { canonicalJson, type Json, type JsonObject } from '#base/json.js';
import type { BuildMatrixOutput } from '#compute/tasks/build-matrix.task.js';
import type { CheckedMatrix } from '#compute/tasks/check-matrix.task.js';
import type { BarInterval } from '#engine/calendar/bar-interval.js';
import { describeIndicator, type IndicatorRequest, resolveIndicators } from '#engine/indicators/resolve.js';
import { intervalOfEvent } from '#engine/labels/event-params.js';
import { isEventLabel, parseLabelKind } from '#engine/labels/label-kind.js';
import type { Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { type BuildRun, findBuildRun, insertBuildRun } from '#store/build-run.store.js';
import { findIndicatorSet } from '#store/pack.store.js';
import { inTransaction } from '#store/transaction.js';
import type { StrategyDesk } from './desk.js';
import { checkMatrix, findMatrix } from './find-matrix.js';
import { defaultLabel } from './identifiers.js';
import { computeMatrix, keyOf, snapshotData } from './make-matrix.js';
import { matrixMetrics } from './matrix-metrics.js';
import { type MatrixWork, matrixShaOf, workDocument } from './matrix-work.js';
import { indicatorsOf, type OpenModel, openModel } from './model-access.js';
import { intervalOf, isIndicatorList } from './model-config.js';
import { optionNeeds } from './option-source.js';
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
  /** Where the option flow by strike is written as well; null where it is not wanted. A matrix of shares has none. */
  readonly rawOut: string | null;
  readonly kSigma: number | null;
  readonly fixedBp: number | null;
  /** Null takes the model's own, else 7. */
  readonly distanceMax: number | null;
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

type BuildDesk = Pick<StrategyDesk, 'db' | 'queue' | 'ids' | 'workspaceDir' | 'riskFree'>;

export async function submitBuild(desk: BuildDesk, principal: Principal, wish: BuildWish): Promise<Job> {
  const open = await openModel(desk, principal, wish.modelId);
  refuseForeignPack(open, wish.packId);
  const { modelId, packId } = open.model;
  const work = workOf(desk, open, wish);
  const notes = notesOf(open, work);
  if (wish.rawOut !== null) await outputFile({ dir: desk.workspaceDir }, 'raw_out', wish.rawOut, '.csv');
  const rawOut = work.flow === null ? null : wish.rawOut;
  return sendBuild(desk, principal, { modelId, packId, outCsv: wish.outCsv, rawOut, notes, work });
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
    ...decisionsOf(cadence, { kind: label, params: {} }),
    indicators: sortedIndicators(indicators),
    features: open?.spec.features ?? null,
    kSigma: null,
    fixedBp: null,
    distanceMax: DISTANCE_DEFAULT,
    // No option columns, whatever the model is for (sigma 10.3); its indicators may still look at chains.
    flow: null,
    riskFree: 0,
    allowedHours: null,
    startDay: wish.startDay,
    endDay: wish.endDay,
  };
  const modelId = open?.model.modelId ?? `${wish.ticker.toLowerCase().replace(/[^a-z0-9.-]/g, '-')}_stock`;
  return sendBuild(desk, principal, { modelId, packId, outCsv: wish.outCsv, rawOut: null, notes: [], work });
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

interface BuildOrder {
  readonly modelId: string;
  readonly packId: string;
  readonly outCsv: string | null;
  readonly rawOut: string | null;
  /** What the caller should hear of the order, whatever comes of it. */
  readonly notes: readonly string[];
  readonly work: MatrixWork;
}

async function sendBuild(desk: BuildDesk, principal: Principal, order: BuildOrder): Promise<Job> {
  const { modelId, packId, work } = order;
  if (order.outCsv !== null) await outputFile({ dir: desk.workspaceDir }, 'out_csv', order.outCsv, '.csv');
  const jobId = desk.ids.short('build_');
  const params = { work: workDocument(work), out_csv: order.outCsv, raw_out: order.rawOut, notes: order.notes };
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
  readonly modelId: string;
  readonly packId: string;
  readonly work: JsonObject;
  /** The name a build of it would have. */
  readonly matrixSha: string;
  readonly metrics: JsonObject;
  readonly notes: readonly string[];
}

/** The matrix as it would be, with nothing written. A policy that is missing is a failure here; bad data is a verdict. */
export async function previewMatrix(
  desk: Pick<StrategyDesk, 'db' | 'measurements' | 'compute' | 'riskFree'>,
  principal: Principal,
  wish: BuildWish,
  sampleRows: number,
): Promise<Preview> {
  const open = await openModel(desk, principal, wish.modelId);
  refuseForeignPack(open, wish.packId);
  if (open.policy === undefined) throw errors.modelMissing(wish.modelId);
  const work = workOf(desk, open, wish);
  const snapshots = await snapshotData(desk, work);
  const built = await computeMatrix(desk, work, snapshots, { sampleRows });
  const { modelId, packId } = open.model;
  const matrixSha = matrixShaOf(keyOf(work, snapshots));
  return {
    ...built,
    modelId,
    packId,
    work: workDocument(work),
    matrixSha,
    metrics: matrixMetrics(built, built.csv.length),
    notes: notesOf(open, work),
  };
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

const DISTANCE_DEFAULT = 7;

/** A model's configuration and the caller's wishes, resolved. */
function workOf(
  { riskFree = 0 }: Pick<StrategyDesk, 'riskFree'>,
  { spec, ...open }: OpenModel,
  wish: BuildWish,
): MatrixWork {
  const indicators = sortedIndicators(indicatorsOf({ spec, ...open }));
  const features = wish.features ?? spec.features;
  const { distanceMax, ...flow } = spec.flow;
  const label = decisionsOf(intervalOf(spec.cadence), spec.label);
  const asked = { indicators, features, flow: spec.asset === 'opt' ? flow : null, ...label };
  return {
    ...asked,
    ticker: wish.ticker ?? spec.ticker,
    kSigma: wish.kSigma,
    fixedBp: wish.fixedBp,
    distanceMax: wish.distanceMax ?? distanceMax ?? DISTANCE_DEFAULT,
    riskFree: optionNeeds(asked).chain ? riskFree : 0,
    allowedHours: wish.allowedHours,
    startDay: wish.startDay,
    endDay: wish.endDay,
  };
}

/**
 * The label and the bars it is decided on: those of the cadence, or finer ones where an event's minute is not the end of one of them.
 * Throws label_unknown, label_unsupported or invalid_parameter before a job is made of it.
 */
function decisionsOf(cadence: BarInterval, label: MatrixWork['label']): Pick<MatrixWork, 'cadence' | 'label'> {
  const kind = parseLabelKind(label.kind, label.params);
  return { cadence: isEventLabel(kind) ? intervalOfEvent(kind, cadence) : cadence, label };
}

function notesOf({ spec }: OpenModel, { cadence, label }: MatrixWork): string[] {
  if (cadence === intervalOf(spec.cadence)) return [];
  return [
    `${label.kind} is decided at a minute at which no ${spec.cadence} bar ends: the matrix is made of ${cadence} bars`,
  ];
}

/** Resolved and in one order: two spellings of the same set are the same matrix, down to the order of its columns. */
const sortedIndicators = (requests: readonly IndicatorRequest[]): readonly IndicatorRequest[] =>
  resolveIndicators(requests)
    .map(describeIndicator)
    .sort((a, b) => (canonicalJson(a as Json) < canonicalJson(b as Json) ? -1 : 1));
