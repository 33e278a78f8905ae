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

/** A model of the demo, whatever its prices come from. */
export interface DemoModel {
  readonly modelId: string;
  readonly template: string;
  /** Whose stored bars it learns from, and of which days. */
  readonly series: Pick<DemoSeries, 'ticker' | 'start' | 'end'>;
  readonly algo: 'gbm' | 'logit';
  /** Marks what is saved of it. */
  readonly tag: string;
}

/** On everything that is learned from real prices, so that the leaderboard of the demo shows nothing else. */
export const DEMO_TAG = 'demo';

/** Two ways to learn from each series; the template is the same, so the matrices are too. */
export const modelsOfDemo: readonly DemoModel[] = seriesOfDemo.flatMap((series) => {
  const common = { template: 'swingsigma_default', series, tag: DEMO_TAG };
  return [
    { ...common, modelId: `${series.ticker}_equity_5d_daily`, algo: 'gbm' as const },
    { ...common, modelId: `${series.ticker}_equity_5d_daily_logit`, algo: 'logit' as const },
  ];
});
