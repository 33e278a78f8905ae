/** The derived minutes as a dataset of Stage1, and a model of Sigma that learns from them. */
import { call } from '@almanac/sdk';
import { z } from 'zod';
import { sayCount } from '../../screen.js';
import type { Journey } from '../journey.js';
import { backtest } from '../research/backtests.js';
import { buildMatrix } from '../research/matrices.js';
import { makeModel } from '../research/models.js';
import { train } from '../research/training.js';
import { BOOK_DATASET, bookModel, WEEK, WEEK_SYMBOL } from './days.js';

const Bars = z.object({ count: z.number(), bars: z.array(z.object({ volume: z.number() })) });
const Counted = z.object({ dataset: z.tuple([z.tuple([z.number(), z.number()])]) });

/** The same minutes on both surfaces, counted in SQL. */
export async function findInStage1({ screen, umiki, stage1 }: Journey): Promise<void> {
  await screen.step(`the minutes of ${WEEK_SYMBOL} as a Stage1 dataset`, async () => {
    const { datasets } = await stage1.getDatasets({ query: { limit: 1000 } });
    const dataset = datasets.find(({ symbol, granularity }) => symbol === WEEK_SYMBOL && granularity === '1m');
    if (dataset === undefined) throw new Error(`Stage1 knows no minutes of ${WEEK_SYMBOL}`);
    const query = { symbol: WEEK_SYMBOL, dataset: BOOK_DATASET, from: WEEK.start, to: WEEK.end };
    const { count, bars } = Bars.parse(await call(umiki.options, 'GET', '/api/data/bars', { query }));
    const table = dataset.ohlcv_measurement;
    const sql = `SELECT count(*), sum(volume) FROM "${table}" WHERE timestamp >= '${WEEK.start}' AND timestamp < '${WEEK.end}T23:59:59Z'`;
    const [[rows, volume]] = Counted.parse(await stage1.postQuestdbQuery({ body: { sql } })).dataset;
    const traded = bars.reduce((sum, bar) => sum + bar.volume, 0);
    if (rows !== count || volume !== traded)
      throw new Error(`umiki has ${count} bars and a volume of ${traded}, Stage1 ${rows} and ${volume}`);
    const says = `${dataset.dataset_slug}: ${sayCount(rows)} bars, volume ${sayCount(volume)}, beside the book's averages in ${dataset.indicator_measurement}`;
    return { says, value: undefined, facts: { dataset: dataset.dataset_slug, bars: rows, volume } };
  });
}

export async function learnFromMinutes(journey: Journey): Promise<void> {
  await makeModel(journey, bookModel);
  const matrixSha = await buildMatrix(journey, bookModel);
  await train(journey, bookModel, matrixSha);
  await backtest(journey, bookModel, matrixSha, 'purged_kfold');
}
