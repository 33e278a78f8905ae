/** A derived day's bars go into the symbol's one home of bars, `<symbol>_1m`, where Stage1 and Sigma find them (DESIGN.md 1). */
import { join } from 'node:path';
import type { BatchColumn } from '#data/timeseries/port.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import { BAR_COLUMNS, type BarColumn } from '#engine/book/day/minute-bars.js';
import { upsertBars } from '#services/research/bars.service.js';
import { getDataset, saveDataset } from '#services/research/dataset.service.js';
import type { MarketDesk } from './desk.js';

const PRICES: ReadonlySet<BarColumn> = new Set<BarColumn>(['ts', 'open', 'high', 'low', 'close', 'volume']);
/** What looks forward is a label: it is no indicator. */
const LABELS: ReadonlySet<BarColumn> = new Set<BarColumn>(['return_1m', 'direction_1m']);

/** Rows of the same minute are replaced. The dataset names the day's files as where they came from. */
export async function shareBars(
  desk: Pick<MarketDesk, 'db' | 'measurements' | 'clock' | 'ids' | 'reader' | 'root'>,
  day: MarketDay,
  barsSha256: string,
): Promise<void> {
  const read = await desk.reader.doubles(join(desk.root, zonePath.bars(day)), BAR_COLUMNS);
  if (read.rows === 0) return;
  const column = (name: BarColumn) => read.columns[BAR_COLUMNS.indexOf(name)]!;
  const timestampUs = column('ts').map((ms) => ms * 1000);
  const { dataset } = await upsertBars(desk, {
    ticker: day.symbol,
    granularity: '1m',
    columns: {
      timestampUs,
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
    },
    source: 'umiki',
  });
  const { indicatorMeasurement, metadata } = await getDataset(desk, dataset.slug);
  const indicators = BAR_COLUMNS.filter((name) => !PRICES.has(name) && !LABELS.has(name)).map(
    (name): BatchColumn => ({ name, type: 'DOUBLE', values: column(name) }),
  );
  await desk.measurements.append(indicatorMeasurement, { timestampUs, columns: indicators });
  const known = metadata['umiki'];
  const days = typeof known === 'object' && known !== null && !Array.isArray(known) ? known : {};
  await saveDataset(desk, {
    slug: dataset.slug,
    metadata: { umiki: { ...days, [`${day.dataset} ${day.date}`]: { bars_sha256: barsSha256 } } },
  });
}
