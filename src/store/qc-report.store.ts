/** Queries on quality reports and on the manifests that exports keep. */
import { type Selectable, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Database } from './database.js';
import type { QcReportTable } from './tables/qc-report.table.js';

export interface QcAlert {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
}

export interface QcReportRow {
  readonly id: string;
  readonly dataset: string;
  readonly symbol: string;
  readonly date: string;
  readonly report: JsonObject;
  readonly alerts: readonly QcAlert[];
  readonly rawSha256: string | null;
  readonly inputHash: string;
  readonly filePath: string;
  readonly createdAtMs: number;
}

export interface QcFilter {
  readonly dataset?: string | undefined;
  readonly symbol?: string | undefined;
  readonly date?: string | undefined;
}

/** By date, symbol, dataset. */
export async function listQcReports(
  db: Database,
  filter: QcFilter,
  slice: { limit?: number | undefined; offset?: number | undefined } = {},
): Promise<QcReportRow[]> {
  let query = db
    .selectFrom('qc_report')
    .selectAll()
    .orderBy('date')
    .orderBy(sql`symbol collate "C"`)
    .orderBy(sql`dataset collate "C"`);
  for (const column of ['dataset', 'symbol', 'date'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (slice.limit !== undefined) query = query.limit(slice.limit);
  if (slice.offset !== undefined) query = query.offset(slice.offset);
  return (await query.execute()).map(fromRow);
}

/** Inserts or replaces the report of its day; one with the same words keeps its time. */
export async function putQcReport(db: Database, report: Omit<QcReportRow, 'createdAtMs'>, createdAtMs: number) {
  const columns = {
    report: JSON.stringify(report.report),
    alerts: JSON.stringify(report.alerts),
    raw_sha256: report.rawSha256,
    input_hash: report.inputHash,
    file_path: report.filePath,
    created_at: new Date(createdAtMs),
  };
  const { id, dataset, symbol, date } = report;
  await db
    .insertInto('qc_report')
    .values({ report_id: id, dataset, symbol, date, ...columns })
    .onConflict((conflict) => conflict.column('report_id').doUpdateSet(columns))
    .execute();
}

export async function deleteQcReports(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await db
      .deleteFrom('qc_report')
      .where('report_id', 'in', [...ids])
      .execute();
}

/** Says that an export wrote or confirmed the dataset's manifest. */
export async function putManifest(db: Database, manifest: { dataset: string; sha256: string; exportedAtMs: number }) {
  const columns = { sha256: manifest.sha256, exported_at: new Date(manifest.exportedAtMs) };
  await db
    .insertInto('training_manifest')
    .values({ dataset: manifest.dataset, ...columns })
    .onConflict((conflict) => conflict.column('dataset').doUpdateSet(columns))
    .execute();
}

/** The dataset that was exported last; undefined before the first export. */
export async function lastExportedDataset(db: Database): Promise<string | undefined> {
  const row = await db
    .selectFrom('training_manifest')
    .select('dataset')
    .orderBy('exported_at', 'desc')
    .orderBy('dataset')
    .limit(1)
    .executeTakeFirst();
  return row?.dataset;
}

const fromRow = (row: Selectable<QcReportTable>): QcReportRow => ({
  id: row.report_id,
  dataset: row.dataset,
  symbol: row.symbol,
  date: row.date,
  // Written by putQcReport alone, so both have these shapes.
  report: row.report as JsonObject,
  alerts: row.alerts as object as readonly QcAlert[],
  rawSha256: row.raw_sha256,
  inputHash: row.input_hash,
  filePath: row.file_path,
  createdAtMs: row.created_at.getTime(),
});
