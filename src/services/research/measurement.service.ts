/** Measurements as people ask for them: which there are, what they hold, and SQL over them. */
import type { Readable } from 'node:stream';
import { errors } from '#base/errors.js';
import type { Page, PageRequest } from '#base/page.js';
import { measurementName } from '#data/timeseries/names.js';
import type { Measurement, MeasurementStore, QueryLimits, QueryResult } from '#data/timeseries/port.js';
import { BACKEND_PROFILES } from '#data/timeseries/profiles.js';

export type { Cell, Measurement, QueryResult } from '#data/timeseries/port.js';

interface Desk {
  readonly measurements: MeasurementStore;
}

/** The name itself when a client may use it; throws measurementNameInvalid. */
export const checkedMeasurementName = (name: string): string => measurementName(name);

/** How the store cuts its tables by time, in QuestDB's words. */
export const partitioningOf = (desk: Desk): string => BACKEND_PROFILES[desk.measurements.backend].partitionBy;

/** Sorted by name; the prefix is literal and case-sensitive. */
export async function getMeasurements(
  desk: Desk,
  { prefix, limit, offset }: { prefix: string } & Partial<PageRequest>,
): Promise<Page<Measurement>> {
  const all = await desk.measurements.list(prefix);
  const start = offset ?? 0;
  return { items: all.slice(start, limit === undefined ? undefined : start + limit), total: all.length };
}

export async function getMeasurement(desk: Desk, name: string): Promise<Measurement> {
  const measurement = await desk.measurements.find(measurementName(name));
  if (measurement === undefined) throw errors.measurementMissing(name);
  return measurement;
}

/** Off unless the operator allows it: nothing brings the rows back. */
export async function removeMeasurement(
  desk: Desk,
  name: string,
  { isAllowed }: { isAllowed: boolean },
): Promise<void> {
  if (!isAllowed) throw errors.measurementDeleteOff();
  await getMeasurement(desk, name);
  await desk.measurements.drop(name);
}

export const runQuery = (desk: Desk, sql: string, limits: QueryLimits): Promise<QueryResult> =>
  desk.measurements.query(sql, limits);

/** CSV of any read-only query; the promise resolves when the first batch has been computed, so that faults come before bytes. */
export const exportQuery = (desk: Desk, sql: string, signal?: AbortSignal): Promise<Readable> =>
  desk.measurements.exportCsv(sql, signal === undefined ? {} : { signal });
