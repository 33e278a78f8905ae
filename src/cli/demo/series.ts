/** The real prices of the demo, from npm packages, and the models that are made of them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface DemoSeries {
  readonly ticker: string;
  readonly title: string;
  /** The npm package that holds the file, and where in it. */
  readonly source: string;
  readonly file: string;
  /** First and last session that the file holds. */
  readonly start: string;
  readonly end: string;
}

export const seriesOfDemo: readonly DemoSeries[] = [
  {
    ticker: 'AAPL',
    title: 'AAPL daily',
    source: '@observablehq/sample-datasets',
    file: 'aapl.csv',
    start: '2013-05-13',
    end: '2018-05-11',
  },
  {
    ticker: 'SPX',
    title: 'S&P 500 daily',
    source: 'vega-datasets',
    file: 'data/sp500-2000.csv',
    start: '2000-01-03',
    end: '2020-04-17',
  },
];

/** Looked for by hand, because these packages export no files. */
export function pathOfSeries({ source, file }: DemoSeries): string {
  const places = createRequire(import.meta.url).resolve.paths(source) ?? [];
  const found = places.map((place) => join(place, source, file)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`The npm package ${source} is not installed; run npm ci`);
  return found;
}

export interface DemoModel {
  readonly modelId: string;
  readonly series: DemoSeries;
  readonly algo: 'gbm' | 'logit';
}

/** Two ways to learn from each series; the template is the same, so the matrices are too. */
export const modelsOfDemo: readonly DemoModel[] = seriesOfDemo.flatMap((series) => [
  { modelId: `${series.ticker}_equity_5d_daily`, series, algo: 'gbm' as const },
  { modelId: `${series.ticker}_equity_5d_daily_logit`, series, algo: 'logit' as const },
]);

/** Marks everything the demo saves, so that its leaderboard shows nothing else. */
export const DEMO_TAG = 'demo';
