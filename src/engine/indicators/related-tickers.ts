/** Whose daily bars indicators want besides the matrix's own ticker. */
import type { ResolvedIndicator } from './indicator.js';
import { SELF } from './params.js';
import { indexTicker } from './vix.js';

/** Parameters that name a ticker; those of the option data name whose options they are. */
const TICKER_PARAMS = ['underlying', 'ticker', 'index_ticker', 'near', 'far'];

/** Tickers in capitals, sorted, each once; `self` and the own ticker are not among them. */
export function relatedTickers(resolved: readonly ResolvedIndicator[], ownTicker: string): string[] {
  const named = resolved.flatMap(({ params }) => TICKER_PARAMS.map((name) => params[name]));
  const others = named
    .filter((value) => typeof value === 'string' && value !== SELF)
    .map((value) => indexTicker(String(value)));
  return [...new Set(others)].filter((ticker) => ticker !== ownTicker.toUpperCase()).sort();
}
