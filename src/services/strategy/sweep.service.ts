/** Sweeps: many configurations of one model, ordered as one job, each answering for all that were tried. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { findModel } from '#store/model.store.js';
import {
  findFinishedSweepByKey,
  findSweep,
  insertSweep,
  listBestResults,
  listSweepResults,
  listSweeps,
  type Sweep,
  type SweepResult,
} from '#store/sweep.store.js';
import { inTransaction } from '#store/transaction.js';
import {
  bracketsMember,
  matrixDocument,
  numberOrId,
  refusePack,
  type SubmitOptions,
  type Submitted,
  statusOf,
} from './backtest.service.js';
import { type BacktestWish, configOf, runPlanOf, wishWarnings } from './backtest-request.js';
import { refuseCrowd } from './crowd.service.js';
import type { StrategyDesk } from './desk.js';
import { findMatrix, type MatrixRef } from './find-matrix.js';
import { shaOf } from './identifiers.js';
import { maySee, type OpenModel, openModel, riskInForce, viewerOf } from './model-access.js';
import { objectAt } from './model-config.js';
import { getTemplate } from './pack.service.js';
import { spendQuota } from './quota.service.js';
import { budgetHours } from './risk-profile.js';
import { type ConfigOnHours, configDocument, planDocument } from './run-plan.js';
import { expandSweep, type SweepAxes, type SweepConfig } from './sweep-grid.js';

export type { Sweep, SweepResult } from '#store/sweep.store.js';

export interface SweepWish {
  /** What all configurations share; its own thresholds, hours and top share are the axes' single values. */
  readonly shared: BacktestWish;
  readonly axes: SweepAxes;
  readonly minTrades: number;
  readonly minSharpe: number | null;
}

type SubmitDesk = Pick<StrategyDesk, 'db' | 'queue' | 'ids' | 'clock' | 'artifacts' | 'codeVersion' | 'workspaceDir'>;

export async function submitSweep(
  desk: SubmitDesk,
  principal: Principal,
  wish: SweepWish,
  options: SubmitOptions,
): Promise<{ sweepId: string } & Submitted> {
  const open = await openModel(desk, principal, wish.shared.modelId);
  refusePack(open, wish.shared.packId);
  const matrix = await findMatrix(desk, principal, open, wish.shared);
  const plan = runPlanOf(open, matrix, wish.shared);
  const risk = riskInForce(open, wish.shared.riskProfile ?? undefined);
  const axes = await withDefaultAxes(desk, open, wish, budgetHours(risk.budget));
  const configs = expandSweep(axes).map((config) => onGrid(open, matrix, wish.shared, config));
  const spec: JsonObject = {
    plan: planDocument(plan),
    configs: configs.map(configDocument),
    matrix: matrixDocument(matrix),
    risk_profile: risk.profile,
    save: wish.shared.save,
    min_trades: wish.minTrades,
    min_sharpe: wish.minSharpe,
    ...bracketsMember(open),
    warnings: wishWarnings(open, { ...wish.shared, allowedHours: axes.hours?.[0] ?? null }, plan.fit.algo),
  };
  const runSha = shaOf({ ...spec, model_id: open.model.modelId, tag: wish.shared.tag });
  if (options.reuse) {
    const done = await findFinishedSweepByKey(desk.db, runSha);
    if (done !== undefined) return { sweepId: done.sweepId, jobId: done.jobId, isReused: true };
  }
  const sweepId = desk.ids.short('sweep_');
  const { modelId, packId } = open.model;
  const job = await inTransaction(desk.db, async (tx) => {
    const sent = await desk.queue.send(tx, {
      id: sweepId,
      kind: 'sweep',
      payload: {},
      surface: 'sigma',
      ownerId: principal.userId,
      subject: { model_id: modelId, pack_id: packId },
      needs: wish.shared.save ? 'measurements' : 'nothing',
      dedupeKey: `sweep:${principal.userId ?? ''}:${runSha}`,
    });
    if (sent.id === sweepId) {
      await refuseCrowd(desk, tx, principal, { kind: 'sweep', isWaiting: options.isWaiting });
      await spendQuota(desk, tx, principal, 'sweep');
      await insertSweep(tx, {
        sweepId,
        jobId: sweepId,
        modelId,
        packId,
        spec,
        totalConfigs: configs.length,
        matrixSha: matrix.matrixSha,
        runSha,
        tag: wish.shared.tag,
        ownerId: principal.userId,
      });
    }
    return sent;
  });
  desk.queue.wake();
  return { sweepId: job.id, jobId: job.id, isReused: false };
}

/** Where nothing varies: the template's or the house's thresholds, and hours where the model has any to choose by. */
async function withDefaultAxes(
  desk: Pick<StrategyDesk, 'db'>,
  { model, spec }: OpenModel,
  { axes, shared }: SweepWish,
  profileHours: readonly number[] | null,
): Promise<SweepAxes> {
  const isDaily = spec.cadence === 'daily' || spec.cadence === 'weekly';
  const hours = axes.hours ?? [
    shared.allowedHours ?? (isDaily ? null : (spec.allowedHours ?? profileHours ?? DEFAULT_HOURS)),
  ];
  // S2 counts an absent axis once; only where nothing varies at all there are variants to fall back on.
  const isVaried = axes.thresholds !== null || axes.topPct !== null || (axes.form === 'product' && axes.hours !== null);
  if (isVaried) return { ...axes, hours };
  const template =
    model.templateId === null ? undefined : await getTemplate(desk, model.templateId).catch(() => undefined);
  const listed = objectAt(template?.doc ?? {}, 'sweeps_defaults')['thresholds_variants'];
  const thresholds = Array.isArray(listed)
    ? listed.map((text) => String(text).split(',').map(Number))
    : DEFAULT_THRESHOLDS;
  return { ...axes, thresholds, hours };
}

const DEFAULT_HOURS = [13, 14, 15];
const DEFAULT_THRESHOLDS = [
  [0.5, 0.52, 0.54],
  [0.55, 0.6, 0.65],
];

const onGrid = (open: OpenModel, matrix: MatrixRef, shared: BacktestWish, config: SweepConfig): ConfigOnHours =>
  configOf(open, matrix, {
    ...shared,
    thresholds: config.thresholds ?? shared.thresholds,
    topPct: config.topPct,
    allowedHours: config.allowedHours,
    combine: config.kind === 'both' ? 'and' : 'override',
  });

export interface SweepView {
  readonly sweep: Sweep;
  readonly job: Job | undefined;
  readonly status: string;
  /** Percent. */
  readonly progress: number;
}

/** By `sweep_...` id or number. Throws sweepMissing also for what the caller may not see. */
export async function getSweep(
  desk: Pick<StrategyDesk, 'db' | 'queue'>,
  principal: Principal,
  id: string,
): Promise<SweepView> {
  const sweep = await findSweep(desk.db, numberOrId(id, 'sweep_'));
  if (sweep === undefined) throw errors.sweepMissing(id);
  if (sweep.ownerId !== principal.userId && principal.role !== 'admin') {
    const model = await findModel(desk.db, sweep.modelId);
    if (model === undefined || !maySee(model, principal)) throw errors.sweepMissing(id);
  }
  return viewOf(sweep, await desk.queue.find(desk.db, sweep.jobId));
}

export const getSweepResults = (
  desk: Pick<StrategyDesk, 'db'>,
  sweep: Sweep,
  page: PageRequest,
): Promise<Page<SweepResult>> => listSweepResults(desk.db, sweep.sweepRunId, page);

/** The best by Sharpe ratio per bar, completed ones only. */
export const getBestResults = (desk: Pick<StrategyDesk, 'db'>, sweep: Sweep, count: number): Promise<SweepResult[]> =>
  listBestResults(desk.db, sweep.sweepRunId, count);

export async function browseSweeps(
  desk: Pick<StrategyDesk, 'db' | 'queue'>,
  principal: Principal,
  filter: { packId?: string; modelId?: string; tag?: string; status?: string },
  page: PageRequest,
): Promise<Page<SweepView>> {
  const { items, total } = await listSweeps(desk.db, viewerOf(principal), filter, page);
  const views = await Promise.all(
    items.map(async (sweep) => viewOf(sweep, await desk.queue.find(desk.db, sweep.jobId))),
  );
  return { items: views, total };
}

function viewOf(sweep: Sweep, job: Job | undefined): SweepView {
  const status = statusOf(sweep, job);
  const part = job === undefined || job.total === 0 ? 0 : Math.floor((100 * job.progress) / job.total);
  return { sweep, job, status, progress: status === 'completed' ? 100 : Math.min(part, 99) };
}
