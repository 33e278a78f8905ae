/** Rows that this process wrote to the measurements, counted at the port, so that every way in is counted. */
import type { AppendReport, CsvImportReport, MeasurementStore } from '#data/timeseries/port.js';

/** `import` is a CSV, `append` rows that came as JSON or that a job made. */
export const WAYS = ['import', 'append'] as const;
export const OUTCOMES = ['inserted', 'updated', 'rejected'] as const;
type Counts = Record<(typeof OUTCOMES)[number], number>;

export interface WriteTally {
  readonly rows: Readonly<Record<(typeof WAYS)[number], Counts>>;
  /** The same store, counted. */
  watch(store: MeasurementStore): MeasurementStore;
}

export function makeWriteTally(): WriteTally {
  const none = (): Counts => ({ inserted: 0, updated: 0, rejected: 0 });
  const rows = { import: none(), append: none() };
  const count = (counts: Counts, report: Pick<AppendReport, 'rowsInserted' | 'rowsUpdated'>) => {
    counts.inserted += report.rowsInserted;
    counts.updated += report.rowsUpdated;
  };
  return {
    rows,
    watch: (store) => ({
      ...store,
      async importCsv(request, hear) {
        const report: CsvImportReport = await store.importCsv(request, hear);
        if (report.written) count(rows.import, report);
        rows.import.rejected += report.rowsRejected;
        return report;
      },
      async append(name, batch, options) {
        const report = await store.append(name, batch, options);
        count(rows.append, report);
        return report;
      },
    }),
  };
}
