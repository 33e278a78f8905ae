/** Measurements on the wire (stage1.md 6.6). */
import { z } from 'zod';
import type { Measurement } from '#services/research/measurement.service.js';

export const MeasurementItemWire = z.looseObject({
  name: z.string(),
  row_count: z.int(),
  first_ts: z.int().nullable(),
  last_ts: z.int().nullable(),
  designatedTimestamp: z.string(),
  partitionBy: z.string(),
});

export const MeasurementWire = MeasurementItemWire.extend({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  dedup_keys: z.array(z.string()),
});

const timeNameOf = ({ columns }: Measurement) => columns.find(({ type }) => type === 'TIMESTAMP')?.name ?? 'timestamp';

export const toMeasurementItemWire = (
  measurement: Measurement,
  partitionBy: string,
): z.infer<typeof MeasurementItemWire> => ({
  name: measurement.name,
  row_count: measurement.rowCount,
  first_ts: measurement.firstTsUs,
  last_ts: measurement.lastTsUs,
  designatedTimestamp: timeNameOf(measurement),
  partitionBy,
});

export const toMeasurementWire = (measurement: Measurement, partitionBy: string): z.infer<typeof MeasurementWire> => ({
  ...toMeasurementItemWire(measurement, partitionBy),
  columns: measurement.columns.map(({ name, type }) => ({ name, type })),
  dedup_keys: [timeNameOf(measurement), ...measurement.dedupKeys],
});
