/** What was derived and trained of a symbol, over days (umiki.md 9.1 to 9.5). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import {
  fitBaselineOf,
  readDerivedBars,
  readTraining,
  SHARD_FEATURES,
  summarise,
} from '#services/market/bars.service.js';
import type { App } from '../http/surface.js';
import { BaselineWire, toBaselineWire } from './baseline.wire.js';
import type { UmikiDesk } from './desk.js';
import { dateSpan, symbolFields } from './span.wire.js';
import { BarWire, SampleWire, StatsWire, toBars, toCsv, toSamples, toStats } from './table.wire.js';

const spanWire = { symbol: z.string(), from_date: z.string(), to_date: z.string(), count: z.number() };

const SummaryWire = z.object({
  symbol: z.string(),
  dataset: z.string(),
  zones: z.record(
    z.string(),
    z.object({ dates: z.array(z.string()), total_records: z.number(), total_size_mb: z.number() }),
  ),
  daily: z.array(
    z.object({
      date: z.string(),
      bars: z.number(),
      total_volume: z.number(),
      avg_spread: z.number(),
      return_mean: z.number(),
      return_std: z.number(),
    }),
  ),
});

export function dataRoutes(app: App, desk: UmikiDesk): void {
  app.get(
    '/api/data/bars',
    {
      schema: {
        summary: 'One-minute bars; `extended` are those outside of regular hours',
        querystring: dateSpan({ session: z.enum(['all', 'rth', 'extended']).default('all') }),
        response: { 200: z.object({ ...spanWire, bars: z.array(BarWire) }) },
      },
    },
    async ({ query: { symbol, dataset, from, to, session } }) => {
      const bars = toBars(await readDerivedBars(desk, { symbol, dataset, from, to }, session));
      return { symbol, from_date: from, to_date: to, count: bars.length, bars };
    },
  );

  app.get(
    '/api/data/training',
    {
      schema: {
        summary: 'Training samples with their statistics',
        querystring: dateSpan({}),
        response: { 200: z.object({ ...spanWire, samples: z.array(SampleWire), stats: StatsWire }) },
      },
    },
    async ({ query: { symbol, dataset, from, to } }) => {
      const table = await readTraining(desk, { symbol, dataset, from, to });
      const head = { symbol, from_date: from, to_date: to, count: table.rows };
      return { ...head, samples: toSamples(table), stats: toStats(table) };
    },
  );

  app.get(
    '/api/data/training/csv',
    { schema: { summary: 'The same as a CSV to keep', querystring: dateSpan({}), produces: ['text/csv'] } },
    async ({ query: { symbol, dataset, from, to } }, reply) => {
      const table = await readTraining(desk, { symbol, dataset, from, to });
      if (table.rows === 0) throw errors.trainingMissing(symbol);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="training_${fileSafe(symbol)}_${from}_${to}.csv"`)
        .send(toCsv(table));
    },
  );

  app.get(
    '/api/data/summary',
    {
      schema: {
        summary: 'What there is of a symbol',
        querystring: z.object(symbolFields),
        response: { 200: SummaryWire },
      },
    },
    async ({ query }) => {
      const { dataset, zones, daily } = await summarise(desk, query);
      return {
        symbol: query.symbol,
        dataset,
        zones: Object.fromEntries(
          Object.entries(zones).map(([zone, said]) => [
            zone,
            { dates: [...said.dates], total_records: said.totalRecords, total_size_mb: said.totalSizeMb },
          ]),
        ),
        daily: daily.map((day) => ({
          date: day.date,
          bars: day.bars,
          total_volume: day.totalVolume,
          avg_spread: day.avgSpread,
          return_mean: day.returnMean,
          return_std: day.returnStd,
        })),
      };
    },
  );

  app.get(
    '/api/data/baseline',
    {
      schema: {
        summary: 'What two plain models learn from the shards',
        querystring: z.object(symbolFields),
        response: { 200: BaselineWire },
      },
    },
    async ({ query }) => {
      const { dataset, baseline } = await fitBaselineOf(desk, query);
      return toBaselineWire(query.symbol, dataset, SHARD_FEATURES, baseline);
    },
  );
}

/** A header holds no marks that a file system would misread. */
const fileSafe = (symbol: string) => symbol.replace(/[^A-Z0-9.+=_-]/g, '_');
