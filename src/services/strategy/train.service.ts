/** Training a model for use: ordered, and shown with how well it did on rows it had not seen. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { findModel } from '#store/model.store.js';
import {
  findFinishedTrainingByKey,
  findTrainingRun,
  insertTrainingRun,
  listTrainingRuns,
  type TrainingRun,
} from '#store/training-run.store.js';
import { inTransaction } from '#store/transaction.js';
import {
  getBacktest,
  judgeAnew,
  matrixDocument,
  refusePack,
  type SubmitOptions,
  type Submitted,
  statusOf,
} from './backtest.service.js';
import { type FitWish, fitPlanOf, wishWarnings } from './backtest-request.js';
import { refuseCrowd } from './crowd.service.js';
import type { StrategyDesk } from './desk.js';
import { findMatrix, judgeForeign } from './find-matrix.js';
import { shaOf } from './identifiers.js';
import { maySee, openModel, requirePolicy, viewerOf } from './model-access.js';
import { spendQuota } from './quota.service.js';
import type { RiskProfile } from './risk-profile.js';
import { planDocument, type RunPlan } from './run-plan.js';
import { outputFile } from './workspace.js';

export type { TrainingRun } from '#store/training-run.store.js';

export interface TrainWish extends FitWish {
  readonly modelId: string;
  readonly packId: string | null;
  readonly matrixSha: string | null;
  readonly csv: string | null;
  readonly startDay: number | null;
  readonly endDay: number | null;
  readonly allowedHours: readonly number[] | null;
  readonly splits: number;
  readonly embargo: number;
  readonly modelOut: string | null;
  readonly tag: string | null;
  readonly riskProfile: RiskProfile | null;
  readonly fromBacktest: string | null;
  readonly override: boolean;
}

type SubmitDesk = Pick<
  StrategyDesk,
  'db' | 'queue' | 'ids' | 'clock' | 'artifacts' | 'codeVersion' | 'workspaceDir' | 'compute'
>;

/** Equal requests that are still queued or running are one job; with `reuse`, finished ones are as well. */
export async function submitTraining(
  desk: SubmitDesk,
  principal: Principal,
  wish: TrainWish,
  options: SubmitOptions,
): Promise<Submitted> {
  const open = await openModel(desk, principal, wish.modelId);
  refusePack(open, wish.packId);
  requirePolicy(open);
  if (wish.fromBacktest !== null) await refuseFailing(desk, principal, wish);
  if (wish.modelOut !== null) await outputFile({ dir: desk.workspaceDir }, 'model_out', wish.modelOut, '.json');
  const matrix = await findMatrix(desk, principal, open, wish);
  const plan: RunPlan = {
    matrix: {
      matrixSha: matrix.matrixSha,
      featureColumns: matrix.featureColumns,
      horizonBars: matrix.horizonBars,
      isIntraday: matrix.isIntraday,
    },
    rows: { startDay: wish.startDay, endDay: wish.endDay },
    fit: fitPlanOf(open, wish),
    cv: { scheme: 'purged_kfold', splits: wish.splits, embargo: wish.embargo },
  };
  const params: JsonObject = {
    plan: planDocument(plan),
    allowed_hours: wish.allowedHours,
    matrix: matrixDocument(matrix),
    model_out: wish.modelOut,
    hyperparams_given: wish.hyperparams,
    warnings: wishWarnings(open, wish, plan.fit.algo),
  };
  const jobId = desk.ids.short('train_');
  const { modelId, packId } = open.model;
  const runSha = shaOf({ ...params, model_id: modelId, tag: wish.tag });
  if (options.reuse) {
    const done = await findFinishedTrainingByKey(desk.db, runSha);
    if (done !== undefined) return { jobId: done.jobId, isReused: true };
  }
  const { qa, warnings } = await judgeForeign(desk, matrix);
  const kept = qa === null ? params : { ...params, qa, warnings: [...(params['warnings'] as string[]), ...warnings] };
  const job = await inTransaction(desk.db, async (tx) => {
    const sent = await desk.queue.send(tx, {
      id: jobId,
      kind: 'train',
      payload: {},
      surface: 'sigma',
      ownerId: principal.userId,
      subject: { model_id: modelId, pack_id: packId },
      dedupeKey: `train:${principal.userId ?? ''}:${runSha}`,
    });
    if (sent.id === jobId) {
      await refuseCrowd(desk, tx, principal, { kind: 'train', isWaiting: options.isWaiting });
      await spendQuota(desk, tx, principal, 'train');
      await insertTrainingRun(tx, {
        jobId,
        modelId,
        packId,
        params: kept,
        matrixSha: matrix.matrixSha,
        runSha,
        tag: wish.tag,
        ownerId: principal.userId,
      });
    }
    return sent;
  });
  desk.queue.wake();
  return { jobId: job.id, isReused: false };
}

/** A configuration that failed its gate is trained only when somebody says so and signs with a tag (sigma 8.1). */
async function refuseFailing(
  desk: Pick<StrategyDesk, 'db' | 'queue' | 'artifacts'>,
  principal: Principal,
  wish: TrainWish,
): Promise<void> {
  const { run } = await getBacktest(desk, principal, wish.fromBacktest!);
  const gate = wish.riskProfile === null ? run.gate : await judgeAnew(desk, run, wish.riskProfile);
  const reasons = (gate?.['reasons'] ?? ['not_evaluated']) as readonly string[];
  const isAllowed = gate?.['pass'] === true || (wish.override && wish.tag !== null);
  if (!isAllowed) throw errors.gateFailed(run.backtestId, reasons);
}

export interface TrainingView {
  readonly run: TrainingRun;
  readonly job: Job | undefined;
  readonly status: string;
}

export async function getTraining(
  desk: Pick<StrategyDesk, 'db' | 'queue'>,
  principal: Principal,
  jobId: string,
): Promise<TrainingView> {
  const run = await findTrainingRun(desk.db, jobId);
  if (run === undefined || !(await mayRead(desk, principal, run))) throw errors.trainingMissing(jobId);
  const job = await desk.queue.find(desk.db, jobId);
  return { run, job, status: statusOf(run, job) };
}

async function mayRead(desk: Pick<StrategyDesk, 'db'>, principal: Principal, run: TrainingRun): Promise<boolean> {
  if (run.ownerId === principal.userId || principal.role === 'admin') return true;
  const model = await findModel(desk.db, run.modelId);
  return model !== undefined && maySee(model, principal);
}

/** Newest first: the caller's own, and those of models everybody sees. */
export async function browseTrainings(
  desk: Pick<StrategyDesk, 'db' | 'queue'>,
  principal: Principal,
  filter: { modelId?: string; packId?: string; tag?: string; fromMs?: number; toMs?: number },
  page: PageRequest,
): Promise<Page<TrainingView>> {
  const { items, total } = await listTrainingRuns(desk.db, viewerOf(principal), filter, page);
  const views = items.map(async (run) => {
    const job = await desk.queue.find(desk.db, run.jobId);
    return { run, job, status: statusOf(run, job) };
  });
  return { items: await Promise.all(views), total };
}
