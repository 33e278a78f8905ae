/** Datasets on the wire (stage1.md 3.1). */
import { z } from 'zod';
import type { DatasetToSave, DatasetView } from '#services/research/dataset.service.js';
import { count, idText, nameOrNothing, objectOrText, orNothing, shortText, timeUs } from './fields.js';
import { isoZ, msOrNull, msOrZero } from './times.js';

export const DatasetWire = z.looseObject({
  dataset_id: z.string(),
  dataset_slug: z.string(),
  symbol: z.string(),
  granularity: z.string(),
  source: z.string(),
  ohlcv_measurement: z.string(),
  indicator_measurement: z.string(),
  ohlcv_row_count: z.int(),
  indicator_row_count: z.int(),
  ohlcv_first_ts: z.int().nullable(),
  ohlcv_last_ts: z.int().nullable(),
  indicator_first_ts: z.int().nullable(),
  indicator_last_ts: z.int().nullable(),
  metadata: z.looseObject({}),
  bar_interval_ms: z.int(),
  lookback_rows: z.int(),
  first_ohlcv_ts: z.int(),
  first_indicator_ts: z.int(),
  run_count: z.int(),
  simulation_count: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
});

export const toDatasetWire = (dataset: DatasetView): z.infer<typeof DatasetWire> => ({
  dataset_id: dataset.datasetId,
  dataset_slug: dataset.slug,
  symbol: dataset.symbol,
  granularity: dataset.granularity,
  source: dataset.source,
  ohlcv_measurement: dataset.ohlcvMeasurement,
  indicator_measurement: dataset.indicatorMeasurement,
  ohlcv_row_count: dataset.ohlcv.rowCount,
  indicator_row_count: dataset.indicator.rowCount,
  ohlcv_first_ts: dataset.ohlcv.firstTsUs,
  ohlcv_last_ts: dataset.ohlcv.lastTsUs,
  indicator_first_ts: dataset.indicator.firstTsUs,
  indicator_last_ts: dataset.indicator.lastTsUs,
  metadata: dataset.metadata,
  bar_interval_ms: dataset.barIntervalMs,
  lookback_rows: dataset.lookbackRows,
  first_ohlcv_ts: msOrZero(dataset.ohlcv.firstTsUs),
  first_indicator_ts: msOrZero(dataset.indicator.firstTsUs),
  run_count: dataset.runCount,
  simulation_count: dataset.simulationCount,
  created_at: isoZ(dataset.createdAtMs),
  updated_at: isoZ(dataset.updatedAtMs),
});

export const ManifestWire = z.looseObject({ version: z.literal(1), dataset_id: z.string() });

export const toManifestWire = (dataset: DatasetView, nowMs: number): z.infer<typeof ManifestWire> => ({
  version: 1,
  dataset_id: dataset.datasetId,
  dataset_slug: dataset.slug,
  symbol: dataset.symbol,
  granularity: dataset.granularity,
  source: dataset.source,
  ohlcv_measurement: dataset.ohlcvMeasurement,
  indicator_measurement: dataset.indicatorMeasurement,
  bar_interval_ms: dataset.barIntervalMs,
  lookback_rows: dataset.lookbackRows,
  first_ohlcv_timestamp_ms: msOrNull(dataset.ohlcv.firstTsUs),
  last_ohlcv_timestamp_ms: msOrNull(dataset.ohlcv.lastTsUs),
  first_indicator_timestamp_ms: msOrNull(dataset.indicator.firstTsUs),
  last_indicator_timestamp_ms: msOrNull(dataset.indicator.lastTsUs),
  ohlcv_rows: dataset.ohlcv.rowCount,
  indicator_rows: dataset.indicator.rowCount,
  exported_at: isoZ(nowMs),
});

/** 0 is how clients say that they do not know. */
const timeOrNothing = orNothing(timeUs).transform((us) => (us === 0 ? undefined : us));

export const DatasetPost = z.looseObject({
  dataset_slug: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^\u0000-\u001f\u007f]+$/, 'no control characters'),
  dataset_id: orNothing(idText),
  symbol: orNothing(shortText),
  granularity: orNothing(shortText),
  source: orNothing(shortText),
  ohlcv_measurement: orNothing(z.string()),
  indicator_measurement: orNothing(z.string()),
  metadata: orNothing(objectOrText),
  bar_interval_ms: orNothing(count),
  lookback_rows: orNothing(count),
  first_ohlcv_ts: timeOrNothing,
  first_indicator_ts: timeOrNothing,
  ohlcv_row_count: orNothing(count),
  indicator_row_count: orNothing(count),
  ohlcv_first_ts: timeOrNothing,
  ohlcv_last_ts: timeOrNothing,
  indicator_first_ts: timeOrNothing,
  indicator_last_ts: timeOrNothing,
});

export const toDatasetToSave = (body: z.output<typeof DatasetPost>): DatasetToSave => ({
  datasetId: body.dataset_id,
  slug: body.dataset_slug,
  symbol: body.symbol,
  granularity: body.granularity,
  source: body.source,
  ohlcvMeasurement: nameOrNothing(body.ohlcv_measurement),
  indicatorMeasurement: nameOrNothing(body.indicator_measurement),
  metadata: body.metadata,
  declared: {
    ohlcv: given({
      rowCount: body.ohlcv_row_count,
      firstTsUs: body.ohlcv_first_ts ?? body.first_ohlcv_ts,
      lastTsUs: body.ohlcv_last_ts,
    }),
    indicator: given({
      rowCount: body.indicator_row_count,
      firstTsUs: body.indicator_first_ts ?? body.first_indicator_ts,
      lastTsUs: body.indicator_last_ts,
    }),
    // An interval of 0 is how clients say that they do not know.
    ...given({ barIntervalMs: body.bar_interval_ms || undefined, lookbackRows: body.lookback_rows }),
  },
});

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the members that are undefined: what is left out keeps its stored value. */
const given = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>;
