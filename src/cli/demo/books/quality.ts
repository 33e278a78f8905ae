/** What the quality reports and the audit say of the days. */
import { call } from '@almanac/sdk';
import { z } from 'zod';
import { sayCount, table } from '../../screen.js';
import type { Journey } from '../journey.js';
import { BOOK_DATASET, bookDays } from './days.js';

const Report = z.object({
  symbol: z.string(),
  date: z.string(),
  n_records: z.number(),
  n_trades: z.number(),
  n_bbo_crossed: z.number(),
  n_bbo_locked: z.number(),
  n_book_errors: z.number(),
  spread_mean: z.number().nullable(),
  mid_spread_pct: z.number(),
  iceberg_pct: z.number(),
  action_dist: z.record(z.string(), z.number()),
  alerts: z.array(z.string()),
});
type Report = z.infer<typeof Report>;

const HEADERS = ['day', 'rows', 'trades', 'crossed', 'locked', 'errors', 'spread', 'hidden', 'icebergs', 'alerts'];

export async function showQuality({ screen, umiki }: Journey): Promise<void> {
  const reports = await screen.step('quality reports', async () => {
    const all = z
      .array(Report)
      .parse(await call(umiki.options, 'GET', '/api/qc', { query: { dataset: BOOK_DATASET } }));
    const value = bookDays.map(({ symbol, date }) => {
      const report = all.find((one) => one.symbol === symbol && one.date === date);
      if (report === undefined) throw new Error(`No quality report of ${symbol} ${date}`);
      checkCounts(report);
      return report;
    });
    const alerts = value.reduce((sum, report) => sum + report.alerts.length, 0);
    const says = `${value.length} reports, ${alerts === 0 ? 'no alert' : `${alerts} alerts`}`;
    return { says, value, facts: { reports: value } };
  });
  screen.line();
  for (const line of table(HEADERS, reports.map(cellsOf))) screen.line(`  ${line}`);
  for (const { symbol, date, alerts } of reports)
    for (const alert of alerts) screen.line(`  ! ${symbol} ${date}: ${alert}`);
  screen.line();
}

/** Every row is one action: the counts of a report must add up to its rows. */
function checkCounts({ symbol, date, n_records, action_dist }: Report): void {
  const counted = Object.values(action_dist).reduce((sum, count) => sum + count, 0);
  if (counted !== n_records) throw new Error(`${symbol} ${date}: ${counted} actions in ${n_records} rows`);
}

const percent = (value: number) => `${value.toFixed(2)}%`;

const cellsOf = (report: Report): string[] => [
  `${report.symbol} ${report.date}`,
  sayCount(report.n_records),
  sayCount(report.n_trades),
  sayCount(report.n_bbo_crossed),
  sayCount(report.n_bbo_locked),
  sayCount(report.n_book_errors),
  report.spread_mean === null ? '-' : report.spread_mean.toFixed(4),
  percent(report.mid_spread_pct),
  percent(report.iceberg_pct),
  String(report.alerts.length),
];

const Validation = z.object({
  total_records: z.number(),
  sample_size: z.number(),
  trade_bbo_unchanged_pct: z.number(),
  group_a_proper_order_pct: z.number(),
});
/** A trade row tells of what the book was; anything much below says that rows are out of place. */
const UNCHANGED_PCT_MIN = 99;

export async function audit({ screen, umiki }: Journey): Promise<void> {
  const { dataset, symbol, date } = bookDays[0]!;
  await screen.step(`audit of ${symbol} ${date}`, async () => {
    const query = { dataset, symbol, date };
    const found = Validation.parse(await call(umiki.options, 'GET', '/api/audit/validate', { query }));
    const { sample_size: rows, trade_bbo_unchanged_pct: unchanged, group_a_proper_order_pct: proper } = found;
    if (unchanged < UNCHANGED_PCT_MIN) throw new Error(`${percent(100 - unchanged)} of the trade rows move the book`);
    const says = `of ${sayCount(rows)} rows: ${percent(unchanged)} of trades leave the book as it was, ${percent(proper)} of executions in order`;
    return { says, value: undefined, facts: { validation: found } };
  });
}
