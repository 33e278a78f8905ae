/** Backtests: ordered, looked at while they run, and shown with what they earned. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { isFinal, type Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import {
  type BacktestRun,
  deleteExpiredRuns,
  findBacktestRun,
  findFinishedRunByKey,
  insertBacktestRun,
} from '#store/backtest-run.store.js';
import { findModel } from '#store/model.store.js';
import { inTransaction } from '#store/transaction.js';
import { shownConfig } from './backtest-document.js';
import { type BacktestWish, configOf, runPlanOf, wishWarnings } from './backtest-request.js';
import { bracketsInForce } from './brackets.js';
import { refuseCrowd } from './crowd.service.js';
import type { StrategyDesk } from './desk.js';
import { findMatrix, judgeForeign, type MatrixRef } from './find-matrix.js';
import { shaOf } from './identifiers.js';
import { judgeRun } from './judge-run.js';
import { maySee, type OpenModel, openModel, reopenModel, riskInForce } from './model-access.js';
import { PLOT_FILES, type PlotFile, plotText } from './plots.js';
import type { RiskProfile } from './risk-profile.js';
import { configDocument, planDocument } from './run-plan.js';

export type { BacktestRun } from '#store/backtest-run.store.js';
export type { BacktestWish } from './backtest-request.js';

type SubmitDesk = Pick<
  StrategyDesk,
  'db' | 'queue' | 'ids' | 'clock' | 'artifacts' | 'codeVersion' | 'workspaceDir' | 'compute'
>;

/** An unsaved result can be asked for this long. */
const UNSAVED_MS = 3_600_000;

export interface SubmitOptions {
  /** Finished work of the same key is good enough. */
  readonly reuse: boolean;
  /** The caller waits for the answer: then there is no place in a queue for it. */
  readonly isWaiting: boolean;
}

export interface Submitted {
  readonly jobId: string;
  /** True when a finished run of the same key is shown in place of a new one. */
  readonly isReused: boolean;
}

/** Equal requests that are still queued or running are one job; with `reuse`, finished ones are as well. */
export async function submitBacktest(
  desk: SubmitDesk,
  principal: Principal,
  wish: BacktestWish,
  options: SubmitOptions,
): Promise<{ backtestId: string } & Submitted> {
  const open = await openModel(desk, principal, wish.modelId);
  refusePack(open, wish.packId);
  const matrix = await findMatrix(desk, principal, open, wish);
  const plan = runPlanOf(open, matrix, wish);
  const tried = configOf(open, matrix, wish);
  const risk = riskInForce(open, wish.riskProfile ?? undefined);
  const params: JsonObject = {
    plan: planDocument(plan),
    config: configDocument(tried),
    matrix: matrixDocument(matrix),
    risk_profile: risk.profile,
    ...bracketsMember(open),
  };
  const runSha = shaOf({ ...params, model_id: open.model.modelId, tag: wish.tag, save: wish.save });
  if (options.reuse) {
    const done = await findFinishedRunByKey(desk.db, runSha);
    if (done !== undefined) return { backtestId: done.backtestId, jobId: done.jobId, isReused: true };
  }
  const { qa, warnings } = await judgeForeign(desk, matrix);
  const backtestId = desk.ids.short('bt_');
  const { modelId, packId } = open.model;
  const job = await inTransaction(desk.db, async (tx) => {
    await deleteExpiredRuns(tx, desk.clock.nowMs());
    const sent = await desk.queue.send(tx, {
      id: backtestId,
      kind: 'backtest',
      payload: {},
      surface: 'sigma',
      ownerId: principal.userId,
      subject: { model_id: modelId, pack_id: packId },
      needs: wish.save ? 'measurements' : 'nothing',
      dedupeKey: `backtest:${principal.userId ?? ''}:${runSha}`,
    });
    if (sent.id === backtestId) {
      await refuseCrowd(desk, tx, principal, { kind: 'backtest', isWaiting: options.isWaiting });
      await insertBacktestRun(tx, {
        backtestId,
        jobId: backtestId,
        sweepId: null,
        modelId,
        packId,
        saved: wish.save,
        params: qa === null ? params : { ...params, qa },
        config: shownConfig(tried, plan.cv.splits),
        matrixSha: matrix.matrixSha,
        runSha,
        riskProfile: risk.profile,
        warnings: [...wishWarnings(open, wish, plan.fit.algo), ...warnings],
        tag: wish.tag,
        ownerId: principal.userId,
        expiresAtMs: wish.save ? null : desk.clock.nowMs() + UNSAVED_MS,
      });
    }
    return sent;
  });
  desk.queue.wake();
  return { backtestId: job.id, jobId: job.id, isReused: false };
}

export function refusePack({ model }: OpenModel, packId: string | null): void {
  if (packId !== null && packId !== model.packId)
    throw errors.invalidParameter('pack_id', `${model.modelId} is a model of ${model.packId}`);
}

/** A run keeps the brackets of its day: a policy may change while it waits. */
export function bracketsMember(open: OpenModel): JsonObject {
  const brackets = bracketsInForce(open);
  return brackets === undefined ? {} : { brackets };
}

/** What a run must know of its matrix besides how to read it. */
export const matrixDocument = (matrix: MatrixRef): JsonObject => ({
  artifact_sha: matrix.artifactSha,
  data_sha: matrix.dataSha,
  ticker: matrix.ticker,
  cadence: matrix.cadence,
  is_foreign: matrix.isForeign,
});

export interface BacktestView {
  readonly run: BacktestRun;
  /** Undefined when the job's row has been cleaned away. */
  readonly job: Job | undefined;
  /** The run's own once it is over, the job's before. */
  readonly status: string;
  /** The whole result document; null until there is one. */
  readonly document: JsonObject | null;
}

/** By `bt_...` id or number. Throws backtestMissing also for what the caller may not see. */
export async function getBacktest(
  desk: Pick<StrategyDesk, 'db' | 'queue' | 'artifacts'>,
  principal: Principal,
  id: string,
): Promise<BacktestView> {
  const run = await findVisibleRun(desk, principal, id);
  const job = await desk.queue.find(desk.db, run.jobId);
  return { run, job, status: statusOf(run, job), document: await documentOf(desk, run) };
}

/** A file of a kept run, made from its document; throws backtestMissing where there is none of that name. */
export async function getPlot(
  desk: Pick<StrategyDesk, 'db' | 'artifacts'>,
  principal: Principal,
  asked: { readonly modelId: string; readonly backtestId: string; readonly file: string },
): Promise<{ readonly file: PlotFile; readonly text: string }> {
  const run = await findVisibleRun(desk, principal, asked.backtestId);
  const file = PLOT_FILES.find((known) => known === asked.file);
  const document = run.resultSha === null ? null : await documentOf(desk, run);
  if (file === undefined || document === null || run.modelId.toLowerCase() !== asked.modelId.toLowerCase())
    throw errors.backtestMissing(`${asked.backtestId}/${asked.file}`);
  return { file, text: plotText(file, document) };
}

/** The same run held against another risk profile; what was stored stays. */
export async function judgeAnew(
  desk: Pick<StrategyDesk, 'db'>,
  run: BacktestRun,
  profile: RiskProfile,
): Promise<JsonObject | null> {
  if (run.metrics === null) return null;
  const open = await reopenModel(desk, run.modelId);
  return judgeRun(open, riskInForce(open, profile), run.metrics, replayedReturn(run)).gate;
}

/** What the stored gate was told of the bracket replay. */
function replayedReturn({ gate }: BacktestRun): number | null | undefined {
  const checks = (gate?.['checks'] ?? []) as readonly JsonObject[];
  return checks.find(({ code }) => code === 'parity_negative')?.['value'] as number | null | undefined;
}

async function findVisibleRun(desk: Pick<StrategyDesk, 'db'>, principal: Principal, id: string): Promise<BacktestRun> {
  const run = await findBacktestRun(desk.db, numberOrId(id, 'bt_'));
  if (run === undefined) throw errors.backtestMissing(id);
  if (run.ownerId === principal.userId || principal.role === 'admin') return run;
  const model = await findModel(desk.db, run.modelId);
  if (model === undefined || !maySee(model, principal)) throw errors.backtestMissing(id);
  return run;
}

/** `12` and `bt_12` are run 12; anything else is an id (sigma 5.2). */
export function numberOrId(id: string, prefix: string): string | number {
  const digits = id.startsWith(prefix) ? id.slice(prefix.length) : id;
  return /^\d{1,9}$/.test(digits) ? Number(digits) : id;
}

/** A run that failed or was cancelled is open again as soon as its job is retried. */
export function statusOf(run: { readonly status: string }, job: Job | undefined): string {
  if (run.status === 'completed' || job === undefined) return run.status;
  const hasEnded = run.status === 'failed' || run.status === 'cancelled';
  return hasEnded && isFinal(job.status) ? run.status : job.status;
}

async function documentOf(desk: Pick<StrategyDesk, 'artifacts'>, run: BacktestRun): Promise<JsonObject | null> {
  if (run.resultSha === null) return run.result;
  return JSON.parse((await desk.artifacts.read(run.resultSha)).toString('utf8')) as JsonObject;
}
