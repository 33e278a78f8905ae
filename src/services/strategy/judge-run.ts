/** Gate, score and lineage of a finished result: what is judged of it, apart from what was measured. */
import type { JsonObject } from '#base/json.js';
import { evaluateGate, type GateInput } from '#engine/backtest/gate.js';
import { rankingScore } from '#engine/backtest/score.js';
import type { OpenModel, RiskInForce } from './model-access.js';
import { readBudget } from './risk-profile.js';
import { toObject } from './wire-names.js';

export interface Judgement {
  readonly gate: JsonObject;
  readonly pass: boolean;
  readonly score: number | null;
}

/**
 * Reads the metrics of a document, so that a stored run is judged anew in the same way (sigma 8.1). The replay's mean
 * return is undefined where the run has no brackets, null where they could not be replayed.
 */
export function judgeRun(
  { model, spec }: Pick<OpenModel, 'model' | 'spec'>,
  risk: RiskInForce,
  metrics: JsonObject,
  parityAvgReturnPct: number | null | undefined,
): Judgement {
  const budget = readBudget(risk.budget);
  const figure = (name: string): number | null => {
    const value = metrics[name];
    return typeof value === 'number' ? value : null;
  };
  const input: GateInput = {
    trades: figure('trades') ?? 0,
    sessions: figure('sessions') ?? 0,
    maxDrawdown: figure('max_drawdown') ?? 0,
    es95: figure('es95'),
    avgLoss: figure('avg_loss'),
    sharpe: figure('sharpe'),
    calmar: figure('calmar'),
    dsr: figure('dsr'),
    turnover: figure('turnover'),
  };
  const gate = evaluateGate(input, budget, {
    asset: spec.asset,
    ...(parityAvgReturnPct === undefined ? {} : { parityAvgReturnPct }),
  });
  const score = rankingScore(
    model.packId,
    {
      ...input,
      sortino: figure('sortino'),
      stdSharpeFolds: figure('std_sharpe_folds'),
    },
    budget,
  );
  return { gate: toObject(gate), pass: gate.pass, score };
}
