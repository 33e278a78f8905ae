/** A derived day's bars go into the symbol's one home of bars, `<symbol>_1m`, where Stage1 and Sigma find them (DESIGN.md 1). */
import { join } from 'node:path';
import { z } from 'zod';
import type { BatchColumn, TimeRange } from '#data/timeseries/port.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import { BAR_COLUMNS, type BarColumn } from '#engine/book/day/minute-bars.js';
import { findBarDataset, upsertBars } from '#services/research/bars.service.js';
import { getDataset, saveDataset } from '#services/research/dataset.service.js';
import type { MarketDesk } from './desk.js';

const PRICES: ReadonlySet<BarColumn> = new Set<BarColumn>(['ts', 'open', 'high', 'low', 'close', 'volume']);
/** What looks forward is a label: it is no indicator. */
const LABELS: ReadonlySet<BarColumn> = new Set<BarColumn>(['return_1m', 'direction_1m']);

/** What the dataset's metadata says of a day's bars. Days of before it was kept have no times; null is a day without bars. */
const SharedDay = z.object({
  first_ts_us: z.number().nullable().optional(),
  last_ts_us: z.number().nullable().optional(),
});
const SharedDays = z.record(z.string(), z.json()).catch({});
const US_PER_DAY = 86_400_000_000;

/**
 * Rows of the same minute are replaced, and minutes that an earlier build of this day had and this one has not go; bars that others
 * brought outside its minutes stay. The dataset names the day's files as where they came from.
 */
export async function shareBars(
  desk: Pick<MarketDesk, 'db' | 'measurements' | 'clock' | 'ids' | 'reader' | 'root'>,
  day: MarketDay,
  barsSha256: string,
): Promise<void> {
  const read = await desk.reader.doubles(join(desk.root, zonePath.bars(day)), BAR_COLUMNS);
  const column = (name: BarColumn) => read.columns[BAR_COLUMNS.indexOf(name)]!;
  const timestampUs = column('ts').map((ms) => ms * 1000);
  const dayKey = `${day.dataset} ${day.date}`;
  const before = (await sharedDays(desk, day.symbol))[dayKey];
  const replaces = before === undefined ? undefined : spanOf(SharedDay.parse(before), day, timestampUs);
  if (read.rows === 0 && replaces === undefined) return;
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
    replaces,
  });
  const { indicatorMeasurement, metadata } = await getDataset(desk, dataset.slug);
  const indicators = BAR_COLUMNS.filter((name) => !PRICES.has(name) && !LABELS.has(name)).map(
    (name): BatchColumn => ({ name, type: 'DOUBLE', values: column(name) }),
  );
  await desk.measurements.append(indicatorMeasurement, { timestampUs, columns: indicators }, replaces && { replaces });
  const shared = {
    bars_sha256: barsSha256,
    first_ts_us: timestampUs[0] ?? null,
    last_ts_us: timestampUs.at(-1) ?? null,
  };
  await saveDataset(desk, {
    slug: dataset.slug,
    metadata: { umiki: { ...SharedDays.parse(metadata['umiki']), [dayKey]: shared } },
  });
}

async function sharedDays(
  desk: Pick<MarketDesk, 'db' | 'measurements' | 'clock' | 'ids'>,
  ticker: string,
): Promise<z.infer<typeof SharedDays>> {
  const found = await findBarDataset(desk, { ticker, granularity: '1m' });
  if (found === undefined || found.datasetId === null) return {};
  return SharedDays.parse((await getDataset(desk, found.slug)).metadata['umiki']);
}

/** From the first to the last minute of both builds; undefined when neither has any. */
function spanOf(
  before: z.infer<typeof SharedDay>,
  { date }: MarketDay,
  timestampUs: Float64Array,
): TimeRange | undefined {
  const midnightUs = Date.parse(`${date}T00:00:00Z`) * 1000;
  const { first_ts_us: first = midnightUs, last_ts_us: last = midnightUs + US_PER_DAY - 1 } = before;
  const firsts = [first, timestampUs[0]].filter((us) => us != null);
  const lasts = [last, timestampUs.at(-1)].filter((us) => us != null);
  return firsts.length === 0 ? undefined : { firstTsUs: Math.min(...firsts), lastTsUs: Math.max(...lasts) };
}
