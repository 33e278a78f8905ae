import { describe, expect, it } from 'vitest';
import { evaluateGate, type GateInput } from './gate.js';
import { riskBudgetOf } from './risk-budgets.js';
import { rankingScore } from './score.js';

const GOOD: GateInput = {
  trades: 120,
  sessions: 500,
  maxDrawdown: -0.1,
  es95: -0.01,
  avgLoss: -0.02,
  sharpe: 1.5,
  calmar: 1.2,
  dsr: 0.97,
  turnover: 1.2,
  advBps: 3,
  medianSpreadPct: 0.05,
  oiMinObserved: 2000,
  volumeMinObserved: 900,
  fillRate: 0.95,
};

describe('the gate', () => {
  it('passes what meets every limit', () => {
    for (const pack of ['swingsigma', 'longsigma', 'momentumsigma', 'overnightsigma']) {
      expect(
        evaluateGate(GOOD, { ...riskBudgetOf(pack, 'balanced'), minSampleDays: 60 }, { asset: 'eq' }),
      ).toMatchObject({ pass: true, reasons: [], warnings: [] });
    }
    expect(evaluateGate(GOOD, riskBudgetOf('zerosigma', 'conservative'), { asset: 'opt' }).pass).toBe(true);
  });

  it('names every reason in the order of the contract', () => {
    const bad: GateInput = {
      trades: 3,
      sessions: 30,
      maxDrawdown: -0.6,
      es95: -0.5,
      avgLoss: -0.01,
      sharpe: null,
      calmar: null,
      dsr: null,
      turnover: 9,
      advBps: 99,
      medianSpreadPct: 0.5,
      oiMinObserved: 1,
      volumeMinObserved: 1,
      fillRate: 0.1,
    };
    const budget = {
      ...riskBudgetOf('zerosigma', 'balanced'),
      ...riskBudgetOf('swingsigma', 'balanced'),
      minCalmar: 1,
    };
    const shared = [
      'min_trades_not_met',
      'trades_per_year_not_met',
      'sample_too_short',
      'max_dd_exceeded',
      'es95_exceeded',
      'sharpe_below_min',
      'calmar_below_min',
      'dsr_below_min',
    ];
    expect(evaluateGate(bad, budget, { asset: 'eq', parityAvgReturnPct: -1 }).reasons).toEqual([
      ...shared,
      'turnover_exceeded',
      'adv_above_limit',
      'parity_negative',
    ]);
    expect(evaluateGate(bad, budget, { asset: 'opt' }).reasons).toEqual([
      ...shared,
      'spread_above_limit',
      'oi_below_min',
      'volume_below_min',
      'fill_rate_below_min',
    ]);
  });

  it('warns about what it could not see, and fails ratios that do not exist', () => {
    const blind: GateInput = {
      trades: 0,
      sessions: 300,
      maxDrawdown: 0,
      es95: 0,
      avgLoss: null,
      sharpe: null,
      calmar: null,
      dsr: null,
      turnover: 0,
    };
    const equity = evaluateGate(blind, riskBudgetOf('swingsigma', 'balanced'), { asset: 'eq' });
    expect(equity.reasons).toEqual([
      'min_trades_not_met',
      'trades_per_year_not_met',
      'sharpe_below_min',
      'dsr_below_min',
    ]);
    expect(equity.warnings).toEqual(['adv_above_limit_not_evaluated']);
    const option = evaluateGate(blind, riskBudgetOf('zerosigma', 'balanced'), { asset: 'opt' });
    expect(option.warnings).toContain('capacity_not_evaluated');
    expect(option.warnings).toContain('es95_exceeded_not_evaluated');
    expect(option.checks.find(({ code }) => code === 'oi_below_min')).toEqual({
      code: 'oi_below_min',
      limit: 500,
      value: null,
      ok: null,
    });
  });

  it('reads the table of budgets', () => {
    expect(riskBudgetOf('swingsigma', 'balanced')).toMatchObject({
      maxDrawdownPct: 0.25,
      minSharpe: 1,
      minDsr: 0.9,
      minTradesPerYear: 30,
    });
    expect(riskBudgetOf('zerosigma', 'aggressive').allowedHours).toEqual([12, 13, 14, 15]);
    expect(riskBudgetOf('homemade', 'conservative')).toEqual({ minDsr: 0.95, dailyLossCapR: 2 });
  });
});

describe('the ranking score', () => {
  const metrics = {
    trades: 25,
    sharpe: 2,
    sortino: 3,
    calmar: 0.7,
    maxDrawdown: -0.1,
    turnover: 1,
    stdSharpeFolds: 0.5,
  };
  it('is the formula of each pack', () => {
    expect(rankingScore('zerosigma', metrics, {})).toBeCloseTo(3 * 0.5 - 0.05 - 0.1, 12);
    expect(rankingScore('swingsigma', metrics, { turnoverMax: 2 })).toBeCloseTo(2 * 0.5 - 0.05 - 0.03, 12);
    expect(rankingScore('overnightsigma', metrics, {})).toBeCloseTo(2 * 0.5 - 0.03, 12);
    expect(rankingScore('longsigma', metrics, {})).toBe(0.7);
    expect(rankingScore('swingsigma', { ...metrics, sharpe: null }, {})).toBeNull();
  });
});
