/** The dataset in which the bars of a ticker stand, made when it is not there yet. */
import { type ClientOptions, call } from '@almanac/sdk';
import { z } from 'zod';

const Dataset = z.object({ dataset_id: z.string(), dataset_slug: z.string(), ohlcv_measurement: z.string() });
export type BarDataset = z.infer<typeof Dataset>;

export interface WantedBars {
  readonly ticker: string;
  readonly granularity: string;
  readonly source: string;
}

/** Posting a known slug updates it, so twice is once. */
export async function saveBarDataset(
  stage1: ClientOptions,
  { ticker, granularity, source }: WantedBars,
): Promise<BarDataset> {
  const slug = `${ticker}_${granularity}`.toLowerCase();
  await call(stage1, 'POST', '/api/datasets', {
    body: { dataset_slug: slug, symbol: ticker.toUpperCase(), granularity, source },
  });
  return Dataset.parse(await call(stage1, 'GET', '/api/datasets/{id}', { path: { id: slug } }));
}
