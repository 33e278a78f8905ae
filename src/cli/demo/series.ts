/** The real prices of the demo, from npm packages, and the models that are made of them. */
import { createRequire } from 'node:module';

export interface DemoSeries {
  readonly ticker: string;
  readonly title: string;
  readonly source: string;
  readonly path: string;
  /** First and last session that the file holds. */
  readonly start: string;
  readonly end: string;
}

const files = createRequire(import.meta.url);

export const seriesOfDemo: readonly DemoSeries[] = [
  {
    ticker: 'AAPL',
    title: 'AAPL daily',
    source: '@observablehq/sample-datasets 1.0.1',
    path: files.resolve('@observablehq/sample-datasets/aapl.csv'),
    start: '2013-05-13',
    end: '2018-05-11',
  },
  {
    ticker: 'SPX',
    title: 'S&P 500 daily',
    source: 'vega-datasets 3.2.1',
    path: files.resolve('vega-datasets/data/sp500-2000.csv'),
    start: '2000-01-03',
    end: '2020-04-17',
  },
];

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
