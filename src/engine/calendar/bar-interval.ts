/** How long one bar lasts, and which model cadences ask for which bar. */
export const BAR_INTERVALS = ['1m', '5m', '15m', '30m', 'hour', 'day', 'week'] as const;

export type BarInterval = (typeof BAR_INTERVALS)[number];

/** Minutes a bar of the interval lasts; daily and weekly bars last whole sessions and have none. */
export const INTERVAL_MINUTES: Readonly<Partial<Record<BarInterval, number>>> = {
  '1m': 1,
  '5m': 5,
  '15m': 15,
  '30m': 30,
  hour: 60,
};

const CADENCES: Readonly<Record<string, BarInterval>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '30m': '30m',
  hourly: 'hour',
  hour: 'hour',
  '1h': 'hour',
  // Sigma's "intraday" models decide once an hour.
  intraday: 'hour',
  daily: 'day',
  day: 'day',
  '1d': 'day',
  weekly: 'week',
  week: 'week',
};

/** The bars a cadence decides on; undefined for an unknown word. */
export const intervalOfCadence = (cadence: string): BarInterval | undefined => CADENCES[cadence.toLowerCase()];

export const isIntradayInterval = (interval: BarInterval): boolean => INTERVAL_MINUTES[interval] !== undefined;
