/** Implied volatility indices as of the session before: level, change and slope. */
import { difference } from './change.js';
import { fromSessionBefore } from './daily.js';
import { defineIndicator, type MarketData } from './indicator.js';
import { text } from './params.js';

const SHORTHANDS: Readonly<Record<string, string>> = { '1m': 'I:VIX', '3m': 'I:VIX3M', '6m': 'I:VIX6M' };

/** The full name of an index, in capitals. */
export const indexTicker = (ticker: string): string => SHORTHANDS[ticker.toLowerCase()] ?? ticker.toUpperCase();

const indexOf = (market: MarketData, ticker: string) => market.related?.[indexTicker(ticker)];

function whyIndexMissing(market: MarketData, ...tickers: readonly string[]): string | undefined {
  const absent = tickers.filter((ticker) => (indexOf(market, ticker)?.rows ?? 0) === 0);
  return absent.length === 0 ? undefined : `daily bars of the index ${absent.join(', ')} are missing`;
}

const closeBefore = (market: MarketData, ticker: string) => {
  const index = indexOf(market, ticker)!;
  return fromSessionBefore(market.bars, index, index.close);
};

const family = { category: 'regime', inputs: ['index close'], requires: 'index', lookback: () => 1 } as const;

export const vixLevel = defineIndicator({
  ...family,
  name: 'vix_level',
  subcategory: 'level',
  params: { index_ticker: text('I:VIX') },
  doc: 'Close of the index in the session before. The original used the same day.',
  outputs: () => ['vix_level'],
  lookbackSessions: () => 1,
  whyMissing: (market, p) => whyIndexMissing(market, p.index_ticker),
  compute: (market, p) => [closeBefore(market, p.index_ticker)],
});

export const vixDelta = defineIndicator({
  ...family,
  name: 'vix_delta',
  subcategory: 'change',
  params: { index_ticker: text('I:VIX') },
  doc: 'Change of the index over the session before.',
  outputs: () => ['vix_delta'],
  lookback: () => 2,
  lookbackSessions: () => 2,
  whyMissing: (market, p) => whyIndexMissing(market, p.index_ticker),
  compute(market, p) {
    const index = indexOf(market, p.index_ticker)!;
    return [fromSessionBefore(market.bars, index, difference(index.close))];
  },
});

export const vixTermSlope = defineIndicator({
  ...family,
  name: 'vix_term_slope',
  subcategory: 'slope',
  params: { near: text('I:VIX'), far: text('I:VIX3M') },
  doc: 'Far index - near index, closes of the session before; 1m, 3m, 6m stand for I:VIX, I:VIX3M, I:VIX6M.',
  outputs: () => ['vix_term_slope'],
  lookbackSessions: () => 1,
  whyMissing: (market, p) => whyIndexMissing(market, p.near, p.far),
  compute(market, p) {
    const near = closeBefore(market, p.near);
    return [closeBefore(market, p.far).map((far, i) => far - near[i]!)];
  },
});
