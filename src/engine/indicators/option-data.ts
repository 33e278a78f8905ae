/** What option indicators share: until a market carries option columns, they answer null and say why. */
import { assert } from '#base/assert.js';
import {
  defineIndicator,
  type Indicator,
  type IndicatorOf,
  type ParamSpecs,
  type ParamsOf,
  type Requirement,
} from './indicator.js';

const WANTED: Readonly<Partial<Record<Requirement, string>>> = {
  flow: 'option volume by strike',
  chain: 'option chains (strike, open interest, gamma, implied volatility)',
  quotes: 'option quotes',
};

type OptionDefinition<S extends ParamSpecs> = Pick<
  IndicatorOf<ParamsOf<S>>,
  'name' | 'aliases' | 'category' | 'subcategory' | 'requires' | 'doc' | 'outputs'
> & { readonly params: S };

/** An indicator of option data: its columns are null, with the reason, on a market of price bars. */
export function defineOptionIndicator<const S extends ParamSpecs>(definition: OptionDefinition<S>): Indicator {
  return defineIndicator({
    ...definition,
    inputs: [definition.requires],
    isSparse: true,
    lookback: () => 0,
    whyMissing: (market) => `${WANTED[definition.requires]} of ${market.ticker} are missing`,
    compute: () => {
      assert(false, `${definition.name} is not computed without option data`);
    },
  });
}
