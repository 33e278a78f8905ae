/** The end of a sweep: its members ranked, counted and reported, and its rows written in one go. */
import type { JsonObject } from '#base/json.js';
import { completeSweep, type Sweep } from '#store/sweep.store.js';
import { inTransaction } from '#store/transaction.js';
import type { StrategyDesk } from './desk.js';
import { lineageOf, type OpenModel, riskInForce } from './model-access.js';
import { parseRiskProfile } from './risk-profile.js';
import { planDocument, type RunPlan } from './run-plan.js';
import type { Member } from './sweep-member.js';
import { ownFile } from './workspace.js';

/** What the report and the answer keep in full. */
const REPORTED_RUNS = 50;

/** Ranks the members, which come in the order of the grid, and writes report and rows. */
export async function finishSweep(
  desk: StrategyDesk,
  open: OpenModel,
  sweep: Sweep,
  plan: RunPlan,
  members: readonly Member[],
  pbo: number | null,
): Promise<JsonObject> {
  const done = members.filter(({ result }) => result.status === 'completed');
  const ranked = [...done].sort((a, b) => sharpeOf(b) - sharpeOf(a) || a.result.position - b.result.position);
  const minTrades = sweep.spec['min_trades'] as number;
  const minSharpe = sweep.spec['min_sharpe'] as number | null;
  const kept = done.filter(
    ({ result }) =>
      numberIn(result.metrics, 'trades') >= minTrades &&
      (minSharpe === null || numberIn(result.metrics, 'sharpe') >= minSharpe),
  );
  const risk = riskInForce(open, parseRiskProfile(sweep.spec['risk_profile'] as string));
  const lineage = lineageOf(open, risk, desk.codeVersion, { matrixSha: sweep.matrixSha, runSha: sweep.runSha });
  const summary: JsonObject = {
    count: done.length,
    failed: members.length - done.length,
    filtered: kept.length,
    gate_passed: done.filter(({ result }) => result.gate?.['pass'] === true).length,
    best: ranked[0] === undefined ? null : runDocument(ranked[0]),
  };
  const report: JsonObject = {
    sweep: {
      model_id: sweep.modelId,
      tag: sweep.tag,
      total_configs: sweep.totalConfigs,
      pbo,
      plan: planDocument(plan),
    },
    runs: ranked.slice(0, REPORTED_RUNS).map(runDocument),
    lineage,
  };
  const stored = await desk.artifacts.put(JSON.stringify(report));
  const reportPath = `reports/backtest_sweep_${sweep.modelId}_${stampOf(sweep.createdAtMs)}.json`;
  await desk.artifacts.link(stored.sha256, (await ownFile({ dir: desk.workspaceDir }, reportPath)).path);
  const isWhollyFailed = done.length === 0;
  await inTransaction(desk.db, (tx) =>
    completeSweep(
      tx,
      sweep.sweepRunId,
      {
        status: isWhollyFailed ? 'failed' : 'completed',
        summary,
        pbo,
        reportSha: stored.sha256,
        reportPath,
        lineage,
        error: isWhollyFailed ? (members[0]?.result.error ?? null) : null,
      },
      members.map(({ result }) => result),
    ),
  );
  return { sweep_id: sweep.sweepId, count: done.length, gate_passed: summary['gate_passed']! };
}

const runDocument = ({ result, backtestId, shown }: Member): JsonObject => ({
  ...shown,
  backtest_id: backtestId,
  metrics: result.metrics,
  gate: result.gate,
  score: result.score,
  result: result.result,
});

const numberIn = (metrics: JsonObject | null, name: string): number => {
  const value = metrics?.[name];
  return typeof value === 'number' ? value : Number.NEGATIVE_INFINITY;
};

const sharpeOf = ({ result }: Member) => Math.max(numberIn(result.metrics, 'sharpe_hourly'), -Number.MAX_VALUE);

/** `20250102_153000`, UTC. */
const stampOf = (ms: number) => new Date(ms).toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);
