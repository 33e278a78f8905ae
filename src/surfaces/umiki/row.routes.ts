/** Single rows of a day: heatmap, replay, and what older clients ask for (umiki.md 9.6 to 9.8). */
import { z } from 'zod';
import { datasetOf } from '#services/market/day-reader.js';
import { drawHeatmap } from '#services/market/heatmap.service.js';
import { readBookAt, readFrames } from '#services/market/replay.service.js';
import type { App } from '../http/surface.js';
import type { UmikiDesk } from './desk.js';
import { dateField, isNear, timeText, whole } from './fields.js';
import { BookWire, FrameWire, TICK_COLUMNS, TickCell, toBookWire, toFrameWire, toTick } from './frame.wire.js';
import { spanOf, symbolFields, timeSpan } from './span.wire.js';

const HeatmapWire = z.object({
  n_samples: z.number(),
  price_range: z.number(),
  total_in_range: z.number(),
  timestamps: z.array(z.number()),
  offsets: z.array(z.number()),
  mid_prices: z.array(z.number()),
  depth: z.array(z.array(z.number())),
  trades: z.array(
    z.object({
      ts: z.number(),
      sample_idx: z.number(),
      price_offset: z.number(),
      side: z.string(),
      size: z.number(),
    }),
  ),
});

export function rowRoutes(app: App, desk: UmikiDesk): void {
  const dayOf = async ({ symbol, dataset, date }: { symbol: string; dataset?: string | undefined; date: string }) => ({
    symbol,
    date,
    dataset: await datasetOf(desk, symbol, dataset),
  });

  app.get(
    '/api/data/heatmap',
    {
      schema: {
        summary: 'Depth around the mid over time: rows are offsets, columns samples',
        querystring: timeSpan({ max_samples: whole(1, 10_000).default(2000), price_range: whole(1, 200).default(20) }),
        response: { 200: HeatmapWire },
      },
    },
    async ({ query }) => {
      const request = { span: spanOf(query), samplesMax: query.max_samples, priceRange: query.price_range };
      const heat = await drawHeatmap(desk, await dayOf(query), request);
      return {
        n_samples: heat.timestampsMs.length,
        price_range: query.price_range,
        total_in_range: heat.totalInRange,
        timestamps: [...heat.timestampsMs],
        offsets: [...heat.offsets],
        mid_prices: [...heat.mids],
        depth: heat.depth.map((row) => [...row]),
        trades: heat.trades.map((trade) => ({
          ts: trade.tsMs,
          sample_idx: trade.sample,
          price_offset: trade.priceOffset,
          side: trade.side,
          size: trade.size,
        })),
      };
    },
  );

  app.get(
    '/api/data/replay',
    {
      schema: {
        summary: 'Rows one after the other, with what each changed',
        querystring: timeSpan({
          offset: whole(0, Number.MAX_SAFE_INTEGER).default(0),
          limit: whole(1, 1000).default(50),
        }),
        response: {
          200: z.object({
            total_in_range: z.number(),
            offset: z.number(),
            limit: z.number(),
            returned: z.number(),
            has_more: z.boolean(),
            frames: z.array(FrameWire),
          }),
        },
      },
    },
    async ({ query }) => {
      const { offset, limit } = query;
      const page = await readFrames(desk, await dayOf(query), { span: spanOf(query), offset, limit });
      return {
        total_in_range: page.totalInRange,
        offset,
        limit,
        returned: page.frames.length,
        has_more: offset + page.frames.length < page.totalInRange,
        frames: page.frames.map(toFrameWire),
      };
    },
  );

  app.get(
    '/api/data/ticks',
    {
      schema: {
        summary: 'Rows as columns of numbers, for older clients',
        querystring: timeSpan({ limit: whole(1, 10_000).default(5000) }),
        response: {
          200: z.object({
            symbol: z.string(),
            date: z.string(),
            total_in_range: z.number(),
            returned: z.number(),
            columns: z.array(z.string()),
            rows: z.array(z.array(TickCell)),
          }),
        },
      },
    },
    async ({ query }) => {
      const page = await readFrames(desk, await dayOf(query), { span: spanOf(query), offset: 0, limit: query.limit });
      return {
        symbol: query.symbol,
        date: query.date,
        total_in_range: page.totalInRange,
        returned: page.frames.length,
        columns: [...TICK_COLUMNS],
        rows: page.frames.map(toTick),
      };
    },
  );

  app.get(
    '/api/data/book',
    {
      schema: {
        summary: 'The last row at or before a moment, for older clients',
        querystring: z
          .object({ ...symbolFields, date: dateField, ts: timeText })
          .refine(({ ts, date }) => isNear(ts, date), {
            path: ['ts'],
            message: 'ts is more than a day away from date',
          }),
        response: { 200: BookWire },
      },
    },
    async ({ query }) => toBookWire(await readBookAt(desk, await dayOf(query), query.ts)),
  );
}
