/** Chapter 1: real prices into Stage1, as any client would bring them. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { saveBarDataset } from '../import/bar-dataset.js';
import { barColumnName } from '../import/csv-header.js';
import { importCsv } from '../import/upload.js';
import { sayCount as count } from '../screen.js';
import type { Chapter, Journey } from './journey.js';
import { type DemoSeries, pathOfSeries, seriesOfDemo } from './series.js';

export const prices: Chapter = {
  name: 'prices',
  title: 'Prices: two CSV files become checked time series',
  needs: [],
  async tell(journey) {
    for (const series of seriesOfDemo) {
      await importSeries(journey, series);
      await countRows(journey, series);
    }
    journey.screen.line(
      '  Open, high, low and close are taken as the files give them: adjusted for splits, not for dividends. The adjusted',
    );
    journey.screen.line('  close is kept beside them as adj_close and is not used.');
  },
};

async function importSeries({ screen, stage1, signal }: Journey, series: DemoSeries): Promise<void> {
  await screen.step(`import ${series.title}`, async (progress) => {
    const { ticker, source } = series;
    const dataset = await saveBarDataset(stage1, { ticker, granularity: '1d', source });
    const upload = {
      path: pathOfSeries(series),
      measurement: dataset.ohlcv_measurement,
      rename: barColumnName,
      delimiter: ',',
      onError: 'abort',
    } as const;
    const { status, report, error } = await importCsv(stage1, upload, progress, signal);
    if (status !== 'COMPLETED' || report === null) throw new Error(`The import is ${status}: ${error}`);
    const says = `${count(report.rows_inserted)} new rows, ${count(report.rows_updated)} that were there before (${source})`;
    return { says, value: undefined, facts: { rows: report.rows_total, measurement: dataset.ohlcv_measurement } };
  });
}

const Counted = z.object({ dataset: z.tuple([z.tuple([z.number(), z.number()])]) });

/** Asked in SQL: as many rows as the file has, and no time twice. */
async function countRows({ screen, stage1 }: Journey, series: DemoSeries): Promise<void> {
  await screen.step(`count ${series.title} by SQL`, async () => {
    const inFile = readFileSync(pathOfSeries(series), 'utf8').trim().split('\n').length - 1;
    const sql = `SELECT count(*), count(DISTINCT timestamp) FROM "${series.ticker.toLowerCase()}_1d_ohlcv"`;
    const [[rows, times]] = Counted.parse(await stage1.postQuestdbQuery({ body: { sql } })).dataset;
    if (rows !== inFile || times !== inFile)
      throw new Error(`${inFile} rows in the file, ${rows} in the measurement, ${times} different times`);
    return { says: `${count(rows)} rows, one for each session of the file`, value: undefined, facts: { rows } };
  });
}
