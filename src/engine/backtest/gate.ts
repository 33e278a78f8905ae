/** Whether a backtest may be trusted with money, and every reason why not (sigma.md 8.1). */
import type { RiskBudget } from './risk-budgets.js';

/** What the gate looks at; null is "not known". */
export interface GateInput {
  readonly trades: number;
  readonly sessions: number;
  readonly maxDrawdown: number;
  readonly es95: number | null;
  readonly avgLoss: number | null;
  readonly sharpe: number | null;
  readonly calmar: number | null;
  readonly dsr: number | null;
  readonly turnover: number | null;
  readonly advBps?: number | null;
  readonly medianSpreadPct?: number | null;
  readonly oiMinObserved?: number | null;
  readonly volumeMinObserved?: number | null;
  readonly fillRate?: number | null;
}

export interface GateContext {
  readonly asset: 'eq' | 'opt';
  /** Mean return of the bracket replay in percent, where brackets are enabled; undefined where they are not. */
  readonly parityAvgReturnPct?: number | null;
}

export interface GateCheck {
  readonly code: string;
  readonly limit: number;
  readonly value: number | null;
  /** Null: the value is not known, so the check neither passed nor failed. */
  readonly ok: boolean | null;
}

export interface Gate {
  readonly pass: boolean;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly checks: readonly GateCheck[];
}

const SAMPLE_DAYS_MIN = 60;

interface Rule {
  readonly code: string;
  readonly limit: number | undefined;
  readonly value: number | null | undefined;
  readonly holds: (value: number, limit: number) => boolean;
  /** A ratio that could not be computed is a failure, not a gap in the data. */
  readonly failsOnNull?: boolean;
}

const atLeast = (value: number, limit: number) => value >= limit;
const atMost = (value: number, limit: number) => value <= limit;

/** Checks without a limit in the budget are not made. Reasons and checks stand in the contract's order. */
export function evaluateGate(input: GateInput, budget: RiskBudget, context: GateContext): Gate {
  const rules = rulesOf(input, budget, context).filter(({ limit }) => limit !== undefined);
  const checks = rules.map(({ code, limit, value, holds, failsOnNull }): GateCheck => {
    const known = value ?? null;
    const ok = known === null ? (failsOnNull ? false : null) : holds(known, limit!);
    return { code, limit: limit!, value: known, ok };
  });
  const reasons = checks.filter(({ ok }) => ok === false).map(({ code }) => code);
  const warnings = checks.filter(({ ok }) => ok === null).map(({ code }) => `${code}_not_evaluated`);
  if (context.asset === 'opt' && hasNoOptionData(input)) warnings.push('capacity_not_evaluated');
  return { pass: reasons.length === 0, reasons, warnings, checks };
}

function rulesOf(input: GateInput, budget: RiskBudget, { asset, parityAvgReturnPct }: GateContext): Rule[] {
  const avgLoss = input.avgLoss === null ? null : Math.abs(input.avgLoss);
  const es95 = input.es95 === null || avgLoss === null ? null : Math.abs(input.es95);
  const es95Limit = budget.es95Mult === undefined ? undefined : budget.es95Mult * (avgLoss ?? 1);
  const perYear = input.sessions === 0 ? null : (input.trades * 252) / input.sessions;
  const equity = <T>(limit: T | undefined) => (asset === 'eq' ? limit : undefined);
  const option = <T>(limit: T | undefined) => (asset === 'opt' ? limit : undefined);
  return [
    { code: 'min_trades_not_met', limit: budget.minTrades, value: input.trades, holds: atLeast },
    { code: 'trades_per_year_not_met', limit: budget.minTradesPerYear, value: perYear, holds: atLeast },
    { code: 'sample_too_short', limit: budget.minSampleDays ?? SAMPLE_DAYS_MIN, value: input.sessions, holds: atLeast },
    { code: 'max_dd_exceeded', limit: budget.maxDrawdownPct, value: Math.abs(input.maxDrawdown), holds: atMost },
    { code: 'es95_exceeded', limit: es95Limit, value: es95, holds: atMost },
    { code: 'sharpe_below_min', limit: budget.minSharpe, value: input.sharpe, holds: atLeast, failsOnNull: true },
    { code: 'calmar_below_min', limit: budget.minCalmar, value: input.calmar, holds: atLeast, failsOnNull: true },
    { code: 'dsr_below_min', limit: budget.minDsr, value: input.dsr, holds: atLeast, failsOnNull: true },
    { code: 'turnover_exceeded', limit: equity(budget.turnoverMax), value: input.turnover, holds: atMost },
    { code: 'adv_above_limit', limit: equity(budget.advBpsMax), value: input.advBps, holds: atMost },
    { code: 'spread_above_limit', limit: option(budget.spreadPctMax), value: input.medianSpreadPct, holds: atMost },
    { code: 'oi_below_min', limit: option(budget.oiMin), value: input.oiMinObserved, holds: atLeast },
    { code: 'volume_below_min', limit: option(budget.volumeMin), value: input.volumeMinObserved, holds: atLeast },
    { code: 'fill_rate_below_min', limit: option(budget.fillRateMin), value: input.fillRate, holds: atLeast },
    {
      code: 'parity_negative',
      limit: parityAvgReturnPct === undefined ? undefined : 0,
      value: parityAvgReturnPct,
      holds: (value) => value > 0,
    },
  ];
}

const hasNoOptionData = ({ medianSpreadPct, oiMinObserved, volumeMinObserved, fillRate }: GateInput): boolean =>
  [medianSpreadPct, oiMinObserved, volumeMinObserved, fillRate].every((value) => value === undefined || value === null);
