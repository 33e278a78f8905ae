/** A risk profile as a document (sigma 8): the engine's table in the words of the wire, and who may override whom. */
import type { JsonObject } from '#base/json.js';
import { RISK_PROFILES, type RiskBudget, type RiskProfile, riskBudgetOf } from '#engine/backtest/risk-budgets.js';
import { shaOf } from './identifiers.js';

export type { RiskProfile } from '#engine/backtest/risk-budgets.js';

export const parseRiskProfile = (text: string): RiskProfile | undefined =>
  RISK_PROFILES.find((profile) => profile === text.toLowerCase());

/** `Balanced`: how lineage spells it. */
export const capitalised = (profile: string) => profile.charAt(0).toUpperCase() + profile.slice(1);

const WIRE_KEYS: Readonly<Record<keyof RiskBudget, string>> = {
  minTrades: 'min_trades',
  minTradesPerYear: 'min_trades_per_year',
  minSampleDays: 'min_sample_days',
  maxDrawdownPct: 'max_drawdown_pct',
  es95Mult: 'es95_mult',
  minSharpe: 'min_sharpe',
  minCalmar: 'min_calmar',
  minDsr: 'min_dsr',
  turnoverMax: 'turnover_max',
  advBpsMax: 'adv_bps_max',
  spreadPctMax: 'spread_pct_max',
  oiMin: 'oi_min',
  volumeMin: 'volume_min',
  fillRateMin: 'fill_rate_min',
  allowedHours: 'allowed_hours',
  dailyLossCapR: 'daily_loss_cap_R',
};

/** The table of the contract for one pack and profile. */
export function tableBudget(packId: string, profile: RiskProfile): JsonObject {
  const budget = riskBudgetOf(packId, profile);
  const keys = Object.keys(WIRE_KEYS) as (keyof RiskBudget)[];
  return Object.fromEntries(keys.flatMap((key) => (budget[key] === undefined ? [] : [[WIRE_KEYS[key], budget[key]]])));
}

/** The budget in force: the policy's own keys over the pack's overrides, over the table. */
export const effectiveBudget = (layers: {
  packId: string;
  profile: RiskProfile;
  packOverride: JsonObject;
  policyOverride: JsonObject;
}): JsonObject => ({
  ...tableBudget(layers.packId, layers.profile),
  ...layers.packOverride,
  ...layers.policyOverride,
});

/** The document as the gate reads it; a key that is not a number says nothing. */
export function readBudget(budget: JsonObject): RiskBudget {
  const keys = Object.keys(WIRE_KEYS) as (keyof RiskBudget)[];
  return Object.fromEntries(
    keys.flatMap((key) => (typeof budget[WIRE_KEYS[key]] === 'number' ? [[key, budget[WIRE_KEYS[key]]]] : [])),
  );
}

export const budgetHours = (budget: JsonObject): readonly number[] | null => {
  const hours = budget['allowed_hours'];
  return Array.isArray(hours) ? (hours as readonly number[]) : null;
};

export const riskSha = (profile: RiskProfile, budget: JsonObject) =>
  shaOf({ risk_profile: profile, risk_budget: budget });
