/** The registry of indicators as data, and which of them have the market data they need. */
import type { Indicator, ParamSpec, Requirement } from '#engine/indicators/indicator.js';
import { indicators } from '#engine/indicators/registry.js';
import { resolveIndicator } from '#engine/indicators/resolve.js';

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

/** No store of ours holds option data yet, so what needs it can only be null. */
const UNAVAILABLE: Readonly<Partial<Record<Requirement, string>>> = {
  flow: 'no option volume by strike is stored',
  chain: 'no option chains are stored',
  quotes: 'no option quotes are stored',
};

export interface RequirementState {
  readonly requirement: Requirement;
  readonly reason: string | null;
}

/** Every kind of data some indicator needs, with the reason where it is not there. */
export const listRequirements = (): RequirementState[] =>
  [...new Set(entries.map(({ requires }) => requires))].sort().map((requirement) => ({
    requirement,
    reason: UNAVAILABLE[requirement] ?? null,
  }));
