/** What anybody can check of a day (umiki.md 7). */
import { z } from 'zod';
import { sampleDay, validateDay } from '#services/market/audit.service.js';
import type { App } from '../http/surface.js';
import type { UmikiDesk } from './desk.js';
import { DEFAULT_DATASET, datasetField, dateField, isoNanos, symbolField, whole } from './fields.js';

const day = { dataset: datasetField.default(DEFAULT_DATASET), symbol: symbolField, date: dateField };
const LevelWire = z.object({ px: z.number(), sz: z.number(), ct: z.number() });

const SampleWire = z.object({
  dataset: z.string(),
  symbol: z.string(),
  date: z.string(),
  total_records: z.number(),
  n_samples: z.number(),
  snapshots: z.array(
    z.object({
      record_index: z.number(),
      ts_event: z.string(),
      action: z.string(),
      side: z.string(),
      depth: z.number(),
      price: z.number().nullable(),
      size: z.number(),
      bids: z.array(LevelWire),
      asks: z.array(LevelWire),
    }),
  ),
});

const ValidateWire = z.object({
  total_records: z.number(),
  sample_size: z.number(),
  trade_bbo_unchanged_pct: z.number(),
  group_a_proper_order_pct: z.number(),
  n_trades_checked: z.number(),
  n_groups_checked: z.number(),
  levels_sorted_pct: z.number(),
});

export function auditRoutes(app: App, desk: UmikiDesk): void {
  app.get(
    '/api/audit/sample',
    {
      schema: {
        summary: 'Rows of a day drawn by a seed, the same for everybody',
        querystring: z.object({
          ...day,
          n: whole(1, 1000).default(10),
          seed: whole(0, Number.MAX_SAFE_INTEGER).default(42),
        }),
        response: { 200: SampleWire },
      },
    },
    async ({ query: { n, seed, ...name } }) => {
      const { totalRecords, snapshots } = await sampleDay(desk, name, { n, seed });
      return {
        ...name,
        total_records: totalRecords,
        n_samples: snapshots.length,
        snapshots: snapshots.map((row) => ({
          record_index: row.index,
          ts_event: isoNanos(row.tsEventNs),
          action: row.action,
          side: row.side,
          depth: row.depth,
          price: row.price,
          size: row.size,
          bids: row.bids.map(({ px, sz, ct }) => ({ px, sz, ct })),
          asks: row.asks.map(({ px, sz, ct }) => ({ px, sz, ct })),
        })),
      };
    },
  );

  app.get(
    '/api/audit/validate',
    {
      schema: {
        summary: 'How well trades and event groups of a day keep their order',
        querystring: z.object(day),
        response: { 200: ValidateWire },
      },
    },
    async ({ query }) => {
      const said = await validateDay(desk, query);
      return {
        total_records: said.totalRecords,
        sample_size: said.sampleSize,
        trade_bbo_unchanged_pct: said.tradeBboUnchangedPct,
        group_a_proper_order_pct: said.groupAProperOrderPct,
        n_trades_checked: said.tradesChecked,
        n_groups_checked: said.groupsChecked,
        levels_sorted_pct: said.levelsSortedPct,
      };
    },
  );
}
