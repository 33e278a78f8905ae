/** What option indicators share: on a market without the option columns they need they answer null and say why. */
import { assert } from '#base/assert.js';
import {
  defineIndicator,
  type Indicator,
  type IndicatorOf,
  type MarketData,
  type ParamSpecs,
  type ParamsOf,
  type Requirement,
  type ResolvedIndicator,
} from './indicator.js';
import { SELF } from './params.js';

export type OptionRequirement = Extract<Requirement, 'flow' | 'chain' | 'quotes'>;

const WANTED: Readonly<Record<OptionRequirement, string>> = {
  flow: 'option volume by strike',
  chain: 'option chains (strike, open interest, gamma, implied volatility)',
  quotes: 'option quotes',
};

type OptionDefinition<S extends ParamSpecs> = Pick<
  IndicatorOf<ParamsOf<S>>,
  'name' | 'aliases' | 'category' | 'subcategory' | 'doc' | 'outputs'
> & {
  readonly params: S;
  readonly requires: OptionRequirement;
  /** One column; the data it requires is there. */
  column(market: MarketData, params: ParamsOf<S>): Float64Array;
};

/** An indicator of option data: its column is null, with the reason, on a market that lacks them. */
export function defineOptionIndicator<const S extends ParamSpecs>(definition: OptionDefinition<S>): Indicator {
  const { column, ...described } = definition;
  return defineIndicator({
    ...described,
    inputs: [definition.requires],
    isSparse: true,
    lookback: () => 0,
    whyMissing: (market, params) => whyOptionsMissing(market, definition.requires, params),
    compute: (market, params) => [column(market, params)],
  });
}

/** Whether an indicator reads quotes: it always does, or its `iv_source` says so. */
export const wantsQuotes = ({ indicator, params }: ResolvedIndicator): boolean =>
  indicator.requires === 'quotes' || params['iv_source'] === 'quotes';

/** A market carries the options of its own ticker only; `iv_source` quotes needs quotes instead of chains. */
function whyOptionsMissing(
  market: MarketData,
  requires: OptionRequirement,
  params: Readonly<Record<string, unknown>>,
): string | undefined {
  const wanted = params['iv_source'] === 'quotes' ? 'quotes' : requires;
  const underlying = String(params['underlying'] ?? SELF);
  const isOwn = underlying === SELF || underlying.toUpperCase() === market.ticker.toUpperCase();
  if (isOwn && (market[wanted]?.rows ?? 0) > 0) return undefined;
  return `${WANTED[wanted]} of ${isOwn ? market.ticker : underlying.toUpperCase()} are missing`;
}

/** The option columns of a market that has them. */
export function optionsOf<R extends OptionRequirement>(market: MarketData, which: R): NonNullable<MarketData[R]> {
  const found = market[which];
  assert(found !== undefined && found !== null, `option data are there: ${which}`);
  return found;
}
