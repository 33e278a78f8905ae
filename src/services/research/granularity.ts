/** The bar lengths we know, and the many ways people write them. */

export const GRANULARITIES = ['1m', '5m', '15m', '30m', '1h', '4h', '1d'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

const MINUTE_MS = 60_000;

const INTERVAL_MS: Record<Granularity, number> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '1d': 1440 * MINUTE_MS,
};

/** Lower case; the first is our own spelling. */
const SPELLINGS: Record<Granularity, readonly string[]> = {
  '1m': ['1m', '1min', '1minute', 'minute', '1t', 'm1'],
  '5m': ['5m', '5min', '5minute', '5minutes', '5t', 'm5'],
  '15m': ['15m', '15min', '15minute', '15minutes', '15t', 'm15'],
  '30m': ['30m', '30min', '30minute', '30minutes', '30t', 'm30'],
  '1h': ['1h', '1hr', '1hour', 'hour', 'hourly', '60m', '60min', 'h1'],
  '4h': ['4h', '4hr', '4hour', '4hours', '240m', '240min', 'h4'],
  '1d': ['1d', '1day', 'day', 'daily', 'd', 'd1', '24h'],
};

/** Undefined for what is no granularity of ours. Case and surrounding blanks do not matter, except that `1M` is a month. */
export function granularityOf(text: string): Granularity | undefined {
  const trimmed = text.trim();
  if (trimmed === '1M' || trimmed === 'M') return undefined;
  const lower = trimmed.toLowerCase();
  return GRANULARITIES.find((granularity) => SPELLINGS[granularity].includes(lower));
}

export const spellingsOf = (granularity: Granularity): readonly string[] => SPELLINGS[granularity];

export const intervalMsOf = (granularity: Granularity): number => INTERVAL_MS[granularity];
