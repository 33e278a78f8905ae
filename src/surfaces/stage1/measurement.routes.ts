/** Which measurements there are, and what each holds (stage1.md 6.6). */
import { z } from 'zod';
import {
  getMeasurement,
  getMeasurements,
  partitioningOf,
  removeMeasurement,
} from '#services/research/measurement.service.js';
import type { App } from '../http/surface.js';
import type { Stage1Desk } from './desk.js';
import { LIMIT_MAX, queryInteger } from './fields.js';
import { MeasurementItemWire, MeasurementWire, toMeasurementItemWire, toMeasurementWire } from './measurement.wire.js';
import { DoneWire, done } from './page.wire.js';
import type { Stage1Settings } from './settings.js';

const MeasurementQuery = z.object({
  /** Literal and case-sensitive. */
  prefix: z.string().default(''),
  /** Default all. */
  limit: queryInteger(1, LIMIT_MAX).optional(),
  offset: queryInteger(0).optional(),
});

const MeasurementsWire = z.looseObject({
  measurements: z.array(MeasurementItemWire),
  count: z.int(),
  total: z.int(),
});

const NameParams = z.object({ name: z.string() });

export function measurementRoutes(
  app: App,
  desk: Stage1Desk,
  { allowMeasurementDelete: isAllowed }: Pick<Stage1Settings, 'allowMeasurementDelete'>,
): void {
  app.get(
    '/api/questdb/measurements',
    {
      schema: {
        summary: 'All measurements by name',
        querystring: MeasurementQuery,
        response: { 200: MeasurementsWire },
      },
    },
    async ({ query: { prefix, limit, offset } }) => {
      const page = { ...(limit === undefined ? {} : { limit }), ...(offset === undefined ? {} : { offset }) };
      const { items, total } = await getMeasurements(desk, { prefix, ...page });
      return {
        measurements: items.map((item) => toMeasurementItemWire(item, partitioningOf(desk))),
        count: items.length,
        total,
        ...page,
      };
    },
  );

  app.get(
    '/api/questdb/measurement/:name',
    { schema: { summary: 'One measurement with its columns', params: NameParams, response: { 200: MeasurementWire } } },
    async ({ params }) => toMeasurementWire(await getMeasurement(desk, params.name), partitioningOf(desk)),
  );

  app.delete(
    '/api/questdb/measurement/:name',
    { schema: { summary: 'Delete a measurement, where allowed', params: NameParams, response: { 200: DoneWire } } },
    async ({ params: { name } }) => {
      await removeMeasurement(desk, name, { isAllowed });
      return { ...done('Measurement deleted successfully'), name };
    },
  );
}
