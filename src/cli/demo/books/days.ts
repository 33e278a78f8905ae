/** The order-book days of the demo: symbols and dates that existing clients expect, and how large they are made. */
import type { DemoModel } from '../series.js';

export const BOOK_DATASET = 'XNAS.ITCH';
export const BOOK_STAGES = ['download', 'decode', 'derive', 'qc', 'export'] as const;

/** A pipeline takes the days of a symbol one after the other; two of them use two cores. */
export const BOOK_JOBS = [
  { symbols: ['NVDA'], dates: ['2026-02-02', '2026-02-03', '2026-02-04', '2026-02-05', '2026-02-06'] },
  { symbols: ['AAPL', 'AMZN', 'MSFT'], dates: ['2026-02-02'] },
] as const;

export interface BookDay {
  readonly dataset: string;
  readonly symbol: string;
  readonly date: string;
}

export const bookDays: readonly BookDay[] = BOOK_JOBS.flatMap(({ symbols, dates }) =>
  symbols.flatMap((symbol) => dates.map((date) => ({ dataset: BOOK_DATASET, symbol, date }))),
);

/** The symbol with a whole week, which is what there is to learn from. */
export const WEEK_SYMBOL = 'NVDA';
const week = BOOK_JOBS[0].dates;
export const WEEK = { start: week[0], end: week.at(-1)! };

/** Order events of NVDA's week, unless told otherwise; the recorded week had 48.7 million. Every other day is as large as one of these. */
export const EVENTS_DEFAULT = 150_000;
export const EVENTS_MIN = 10_000;
export const EVENTS_MAX = 1_000_000_000;

export const eventsADay = (events: number) => Math.round(events / week.length);

export const syntheticSource = (events: number) => ({ type: 'synthetic', seed: 42, events: eventsADay(events) });

/** Learns from the derived minutes as from anybody's bars. */
export const bookModel: DemoModel = {
  modelId: `${WEEK_SYMBOL}_equity_intraday_1m`,
  template: 'momentumsigma_default',
  series: { ticker: WEEK_SYMBOL, ...WEEK },
  algo: 'logit',
  // Not the demo's own tag: what is learned from made days has no place beside what is learned from real prices.
  tag: 'demo-books',
};
