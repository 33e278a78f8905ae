/** The dataset in which the bars of a ticker stand, made when it is not there yet. */
import type { Stage1, Stage1Client } from '@almanac/sdk';

export interface WantedBars {
  readonly ticker: string;
  readonly granularity: string;
  readonly source: string;
}

/** Posting a known slug updates it, so twice is once. */
export async function saveBarDataset(
  stage1: Stage1Client,
  { ticker, granularity, source }: WantedBars,
): Promise<Stage1.GetDatasetsByIdAnswer> {
  const slug = `${ticker}_${granularity}`.toLowerCase();
  await stage1.postDatasets({ body: { dataset_slug: slug, symbol: ticker.toUpperCase(), granularity, source } });
  return stage1.getDatasetsById({ path: { id: slug } });
}
