/** Quality reports and the alerts in them. */
import { errors } from '#base/errors.js';
import { listQcReports, type QcFilter, type QcReportRow } from '#store/qc-report.store.js';
import type { MarketDesk } from './desk.js';

export type { QcReportRow } from '#store/qc-report.store.js';

interface Slice {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** By date, then symbol. */
export const getQcReports = ({ db }: Pick<MarketDesk, 'db'>, filter: QcFilter, slice: Slice): Promise<QcReportRow[]> =>
  listQcReports(db, filter, slice);

/** Errors: qcReportMissing. */
export async function getQcReport(
  { db }: Pick<MarketDesk, 'db'>,
  name: { dataset: string; symbol: string; date: string },
): Promise<QcReportRow> {
  const [report] = await listQcReports(db, name);
  if (report === undefined) throw errors.qcReportMissing();
  return report;
}

export interface AlertLine {
  readonly level: 'info' | 'warning' | 'error';
  readonly symbol: string;
  readonly date: string;
  readonly message: string;
}

const SEVERITY = { error: 0, warning: 1, info: 2 } as const;

/** Errors first, then the latest day, then by symbol; alerts of one day keep their order. */
export async function getAlerts(
  { db }: Pick<MarketDesk, 'db'>,
  { level, ...filter }: QcFilter & { readonly level?: AlertLine['level'] | undefined },
  { limit, offset = 0 }: Slice,
): Promise<AlertLine[]> {
  const reports = await listQcReports(db, filter);
  const lines = reports.flatMap(({ symbol, date, alerts }) => alerts.map((alert) => ({ ...alert, symbol, date })));
  const wanted = level === undefined ? lines : lines.filter((line) => line.level === level);
  wanted.sort(
    (a, b) => SEVERITY[a.level] - SEVERITY[b.level] || -compare(a.date, b.date) || compare(a.symbol, b.symbol),
  );
  return wanted.slice(offset, limit === undefined ? undefined : offset + limit);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
