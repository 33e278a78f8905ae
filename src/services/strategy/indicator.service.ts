/** The registry of indicators as data, and which of them have the market data they need. */
import type { Indicator, ParamSpec, Requirement } from '#engine/indicators/indicator.js';
import { indicators } from '#engine/indicators/registry.js';
import { resolveIndicator } from '#engine/indicators/resolve.js';
import { hasOptionData, type OptionData } from '#services/research/option-data.service.js';
import type { StrategyDesk } from './desk.js';

export interface IndicatorEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly category: string;
  readonly subcategory: string;
  readonly params: readonly (ParamSpec & { readonly name: string })[];
  readonly inputs: readonly string[];
  readonly requires: Requirement;
  /** With the default parameters. */
  readonly outputs: readonly string[];
  readonly lookback: number;
  readonly doc: string;
}

const entries: readonly IndicatorEntry[] = indicators.map(entryOf).sort(byPlace);

/** By category, subcategory and name. */
export const listIndicators = (): readonly IndicatorEntry[] => entries;

function entryOf(indicator: Indicator): IndicatorEntry {
  const { params } = resolveIndicator(indicator.name);
  return {
    name: indicator.name,
    aliases: indicator.aliases ?? [],
    category: indicator.category,
    subcategory: indicator.subcategory,
    params: Object.entries(indicator.params).map(([name, spec]) => ({ name, ...spec })),
    inputs: indicator.inputs,
    requires: indicator.requires,
    outputs: indicator.outputs(params),
    lookback: indicator.lookback(params),
    doc: indicator.doc,
  };
}

function byPlace(a: IndicatorEntry, b: IndicatorEntry): number {
  const [left, right] = [a, b].map((one) => `${one.category}\0${one.subcategory}\0${one.name}`) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What some indicators need and what it is stored as. Quotes are those of the chains' snapshots. */
const STORED: Readonly<Partial<Record<Requirement, { readonly data: OptionData; readonly reason: string }>>> = {
  flow: { data: 'bars', reason: 'no option volume by strike is stored' },
  chain: { data: 'chains', reason: 'no option chains are stored' },
  quotes: { data: 'chains', reason: 'no option quotes are stored' },
};

export interface RequirementState {
  readonly requirement: Requirement;
  readonly reason: string | null;
}

/** Every kind of data some indicator needs, with the reason where none is there. */
export async function listRequirements(desk: Pick<StrategyDesk, 'measurements'>): Promise<RequirementState[]> {
  const isStored = { bars: await hasOptionData(desk, 'bars'), chains: await hasOptionData(desk, 'chains') };
  return [...new Set(entries.map(({ requires }) => requires))].sort().map((requirement) => {
    const wanted = STORED[requirement];
    return { requirement, reason: wanted === undefined || isStored[wanted.data] ? null : wanted.reason };
  });
}
