/** How much may be risked: the three profiles of each pack (sigma 8), as budgets the gate holds a run against. */
import type { JsonObject } from '#base/json.js';
import { shaOf } from './identifiers.js';

export const RISK_PROFILES = ['conservative', 'balanced', 'aggressive'] as const;
export type RiskProfile = (typeof RISK_PROFILES)[number];

export const parseRiskProfile = (text: string): RiskProfile | undefined =>
  RISK_PROFILES.find((profile) => profile === text.toLowerCase());

/** `Balanced`: how lineage spells it. */
export const capitalised = (profile: string) => profile.charAt(0).toUpperCase() + profile.slice(1);

/** One figure for conservative, balanced and aggressive each. */
type Row = readonly [number, number, number];

const EVERY_PACK: Readonly<Record<string, Row>> = {
  min_dsr: [0.95, 0.9, 0.8],
  daily_loss_cap_R: [2, 3, 4],
  min_sample_days: [60, 60, 60],
};

const PACKS: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  zerosigma: {
    max_drawdown_pct: [0.15, 0.2, 0.25],
    es95_mult: [1.5, 2, 2.5],
    spread_pct_max: [0.08, 0.1, 0.12],
    oi_min: [1000, 500, 300],
    volume_min: [400, 200, 100],
    fill_rate_min: [0.9, 0.85, 0.8],
    min_trades: [50, 30, 20],
    min_sharpe: [1, 0.7, 0.5],
  },
  swingsigma: {
    max_drawdown_pct: [0.2, 0.25, 0.3],
    min_trades_per_year: [40, 30, 25],
    min_sharpe: [1.2, 1, 0.8],
    adv_bps_max: [5, 10, 15],
    turnover_max: [1.5, 2, 3],
    min_trades: [50, 30, 20],
  },
  longsigma: {
    max_drawdown_pct: [0.3, 0.35, 0.4],
    min_calmar: [0.8, 0.6, 0.4],
    min_sample_days: [756, 504, 378],
    min_trades: [10, 8, 5],
  },
  momentumsigma: {
    max_drawdown_pct: [0.15, 0.2, 0.25],
    min_sharpe: [1.2, 1, 0.8],
    turnover_max: [150, 250, 400],
    adv_bps_max: [5, 10, 15],
    min_trades: [50, 30, 20],
  },
  overnightsigma: {
    max_drawdown_pct: [0.12, 0.18, 0.25],
    min_sharpe: [1, 0.8, 0.6],
    min_trades: [50, 30, 20],
  },
};

/** Hours (New York) the zerosigma profiles trade in. */
const ZEROSIGMA_HOURS: Readonly<Record<RiskProfile, readonly number[]>> = {
  conservative: [13, 14, 15],
  balanced: [13, 14, 15],
  aggressive: [12, 13, 14, 15],
};

export const profileHours = (packId: string, profile: RiskProfile): readonly number[] | null =>
  packId === 'zerosigma' ? ZEROSIGMA_HOURS[profile] : null;

export interface RiskSizing {
  readonly riskPerTradeR: number;
  readonly capitalPerTrade: number;
  readonly totalExposure: number;
  readonly openPositionsMax: number;
  readonly minConfidence: number;
}

export const SIZING: Readonly<Record<RiskProfile, RiskSizing>> = {
  conservative: {
    riskPerTradeR: 0.5,
    capitalPerTrade: 0.02,
    totalExposure: 0.1,
    openPositionsMax: 3,
    minConfidence: 0.7,
  },
  balanced: { riskPerTradeR: 1, capitalPerTrade: 0.05, totalExposure: 0.25, openPositionsMax: 5, minConfidence: 0.6 },
  aggressive: {
    riskPerTradeR: 1.5,
    capitalPerTrade: 0.1,
    totalExposure: 0.5,
    openPositionsMax: 10,
    minConfidence: 0.5,
  },
};

/** The table of the contract for one pack and profile; an unknown pack has what all packs share. */
export function tableBudget(packId: string, profile: RiskProfile): JsonObject {
  const column = RISK_PROFILES.indexOf(profile);
  const rows = { ...EVERY_PACK, ...PACKS[packId] };
  const budget = Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, row[column]!]));
  const hours = profileHours(packId, profile);
  return hours === null ? budget : { ...budget, allowed_hours: hours };
}

/** The budget in force: the request's own keys over the policy's, over the pack's overrides, over the table. */
export const effectiveBudget = (layers: {
  packId: string;
  profile: RiskProfile;
  packOverride?: JsonObject | undefined;
  policyOverride?: JsonObject | undefined;
  requestOverride?: JsonObject | undefined;
}): JsonObject => ({
  ...tableBudget(layers.packId, layers.profile),
  ...layers.packOverride,
  ...layers.policyOverride,
  ...layers.requestOverride,
});

export const riskSha = (profile: RiskProfile, budget: JsonObject) =>
  shaOf({ risk_profile: profile, risk_budget: budget });
