/** What each pack allows at each risk profile (sigma.md 8): gates and sizing, never the matrix. */

export const RISK_PROFILES = ['conservative', 'balanced', 'aggressive'] as const;
export type RiskProfile = (typeof RISK_PROFILES)[number];

export interface RiskBudget {
  readonly minTrades?: number;
  readonly minTradesPerYear?: number;
  /** Sessions; 60 where the table says nothing. */
  readonly minSampleDays?: number;
  /** Fraction. */
  readonly maxDrawdownPct?: number;
  /** Multiple of the mean losing trade. */
  readonly es95Mult?: number;
  readonly minSharpe?: number;
  readonly minCalmar?: number;
  readonly minDsr?: number;
  /** Times a year. */
  readonly turnoverMax?: number;
  readonly advBpsMax?: number;
  readonly spreadPctMax?: number;
  readonly oiMin?: number;
  readonly volumeMin?: number;
  readonly fillRateMin?: number;
  readonly allowedHours?: readonly number[];
  readonly dailyLossCapR?: number;
}

type Triple<T> = readonly [conservative: T, balanced: T, aggressive: T];
type BudgetTable = { readonly [K in keyof RiskBudget]?: Triple<NonNullable<RiskBudget[K]>> };

const EVERY_PACK: BudgetTable = { minDsr: [0.95, 0.9, 0.8], dailyLossCapR: [2, 3, 4] };

const BY_PACK: Readonly<Record<string, BudgetTable>> = {
  zerosigma: {
    maxDrawdownPct: [0.15, 0.2, 0.25],
    es95Mult: [1.5, 2, 2.5],
    spreadPctMax: [0.08, 0.1, 0.12],
    oiMin: [1000, 500, 300],
    volumeMin: [400, 200, 100],
    fillRateMin: [0.9, 0.85, 0.8],
    allowedHours: [
      [13, 14, 15],
      [13, 14, 15],
      [12, 13, 14, 15],
    ],
    minTrades: [50, 30, 20],
    minSharpe: [1, 0.7, 0.5],
  },
  swingsigma: {
    maxDrawdownPct: [0.2, 0.25, 0.3],
    minTradesPerYear: [40, 30, 25],
    minSharpe: [1.2, 1, 0.8],
    advBpsMax: [5, 10, 15],
    turnoverMax: [1.5, 2, 3],
    minTrades: [50, 30, 20],
  },
  longsigma: {
    maxDrawdownPct: [0.3, 0.35, 0.4],
    minCalmar: [0.8, 0.6, 0.4],
    minSampleDays: [756, 504, 378],
    minTrades: [10, 8, 5],
  },
  momentumsigma: {
    maxDrawdownPct: [0.15, 0.2, 0.25],
    minSharpe: [1.2, 1, 0.8],
    turnoverMax: [150, 250, 400],
    advBpsMax: [5, 10, 15],
    minTrades: [50, 30, 20],
  },
  overnightsigma: {
    maxDrawdownPct: [0.12, 0.18, 0.25],
    minSharpe: [1, 0.8, 0.6],
    minTrades: [50, 30, 20],
  },
};

/** The table's budget; a pack that is not in it has the limits of every pack alone. */
export function riskBudgetOf(packId: string, profile: RiskProfile): RiskBudget {
  const at = RISK_PROFILES.indexOf(profile);
  const entries = Object.entries({ ...EVERY_PACK, ...BY_PACK[packId] });
  return Object.fromEntries(entries.map(([key, triple]) => [key, triple[at]]));
}
