/** A row of the leaderboard as both seeds and the original's page read it (contract 14). */
import { z } from 'zod';
import type { RankedRun } from '#services/strategy/leaderboard.service.js';
import { plotFields } from './backtest.wire.js';
import { toTs } from './job.wire.js';
import { tsOrNull } from './train.wire.js';

export const RowWire = z.looseObject({
  rank: z.int(),
  backtest_id: z.string(),
  id: z.int(),
  model_id: z.string(),
  pack_id: z.string(),
  status: z.string(),
});

export function toRow(run: RankedRun) {
  const metrics = run.metrics ?? {};
  const figure = (name: string) => (typeof metrics[name] === 'number' ? metrics[name] : null);
  return {
    rank: run.rank,
    backtest_id: run.backtestId,
    id: run.backtestRunId,
    model_id: run.modelId,
    pack_id: run.packId,
    tag: run.tag,
    risk_profile: run.riskProfile,
    status: run.status,
    metrics,
    gate: run.gate,
    score: run.score,
    config: run.config,
    lineage: run.lineage ?? {},
    params: run.params,
    best_sharpe_hourly: run.bestSharpeHourly,
    best_cum_ret: run.bestCumRet,
    trades_total: figure('trades'),
    trials: run.trialCount,
    dsr: run.dsr,
    ...plotFields(run, run.resultSha !== null),
    stage1_run_id: run.researchRunId,
    result_sha: run.resultSha,
    sweep_id: run.sweepId,
    started_at: tsOrNull(run.startedAtMs),
    finished_at: tsOrNull(run.finishedAtMs),
    created_at: toTs(run.createdAtMs),
    sharpe: figure('sharpe'),
    cum_ret: figure('cum_ret'),
    max_drawdown: figure('max_drawdown'),
    win_rate: figure('win_rate'),
    trades: figure('trades'),
  };
}
