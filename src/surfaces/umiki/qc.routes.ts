/** Quality reports and alerts (umiki.md 6). `alerts` is routed before a date of that name could be asked for. */
import { z } from 'zod';
import { getAlerts, getQcReport, getQcReports, type QcReportRow } from '#services/market/qc.service.js';
import type { App } from '../http/surface.js';
import type { UmikiDesk } from './desk.js';
import { DEFAULT_DATASET, dateField, iso, sliceFields, symbolField, symbolFilter } from './fields.js';

const filterFields = {
  ...sliceFields,
  symbol: symbolFilter,
  date: dateField.optional(),
  dataset: z.string().optional(),
};
const LevelWord = z.enum(['info', 'warning', 'error']);

const AlertWire = z.object({ level: LevelWord, symbol: z.string(), date: z.string(), message: z.string() });

const count = z.number();
const QcWire = z.object({
  id: z.string(),
  dataset: z.string(),
  symbol: z.string(),
  date: z.string(),
  n_records: count,
  n_seq_gaps: count,
  n_bbo_crossed: count,
  n_bbo_locked: count,
  spread_mean: z.number().nullable(),
  spread_median: z.number().nullable(),
  action_dist: z.record(z.string(), z.number()),
  alerts: z.array(z.string()),
  n_trades: count,
  n_mid_spread: count,
  n_iceberg_refills: count,
  mid_spread_pct: z.number(),
  iceberg_pct: z.number(),
  avg_r_mean: z.number(),
  r_std_mean: z.number(),
  hidden_trade_volume_mean: z.number(),
  n_groups_a: count,
  n_groups_b: count,
  n_out_of_order: count,
  n_book_errors: count,
  raw_sha256: z.string().nullable(),
  created_at: z.string(),
});

export function qcRoutes(app: App, desk: UmikiDesk): void {
  app.get(
    '/api/qc',
    {
      schema: {
        summary: 'Quality reports by date and symbol',
        querystring: z.object(filterFields),
        response: { 200: z.array(QcWire) },
      },
    },
    async ({ query: { limit, offset, ...filter } }) =>
      (await getQcReports(desk, filter, { limit, offset })).map(toQcWire),
  );

  app.get(
    '/api/qc/alerts',
    {
      schema: {
        summary: 'Alerts, the most severe first',
        querystring: z.object({ ...filterFields, level: LevelWord.optional() }),
        response: { 200: z.array(AlertWire) },
      },
    },
    async ({ query: { limit, offset, ...filter } }) => getAlerts(desk, filter, { limit, offset }),
  );

  app.get(
    '/api/qc/:date/:symbol',
    {
      schema: {
        summary: 'The report of a day',
        params: z.object({ date: dateField, symbol: symbolField }),
        querystring: z.object({ dataset: z.string().default(DEFAULT_DATASET) }),
        response: { 200: QcWire },
      },
    },
    async ({ params, query }) => toQcWire(await getQcReport(desk, { ...params, ...query })),
  );
}

/** The figures are stored under the names of the wire. */
const toQcWire = (row: QcReportRow): z.infer<typeof QcWire> =>
  QcWire.parse({
    ...row.report,
    id: row.id,
    dataset: row.dataset,
    symbol: row.symbol,
    date: row.date,
    alerts: row.alerts.map(({ message }) => message),
    raw_sha256: row.rawSha256,
    created_at: iso(row.createdAtMs),
  });
