/** A run that arrives together with its predictions as CSV: both are there afterwards, or neither. */
import { mkdir, rm } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import { inTransaction } from '#store/transaction.js';
import type { ResearchDesk } from './desk.js';
import { reportToJson, summaryOf } from './import-report.js';
import { type RunToSave, type SavedRun, saveRun } from './run.service.js';
import { uploadNameOf, uploadPath, writeUpload } from './upload.js';

/**
 * Writes the run and its folds and, when given, imports the predictions into the run's measurement before the rows are
 * committed: bad rows throw importRejected and leave nothing behind.
 */
export async function saveRunWithPredictions(
  desk: Pick<ResearchDesk, 'db' | 'measurements' | 'clock' | 'ids' | 'uploadDir'>,
  run: RunToSave,
  predictionsCsv?: string,
): Promise<SavedRun & { predictionRowsWritten: number }> {
  return inTransaction(desk.db, async (tx) => {
    const saved = await saveRun(desk, tx, run);
    if (predictionsCsv === undefined) return { ...saved, predictionRowsWritten: 0 };
    return { ...saved, predictionRowsWritten: await importPredictions(desk, saved, predictionsCsv) };
  });
}

async function importPredictions(
  desk: Pick<ResearchDesk, 'measurements' | 'ids' | 'uploadDir'>,
  { predictionMeasurement: measurement }: SavedRun,
  csv: string,
): Promise<number> {
  desk.measurements.checkCsv(Buffer.from(csv), ',');
  await mkdir(desk.uploadDir, { recursive: true });
  const path = uploadPath(desk.uploadDir, uploadNameOf(desk.ids.uuid()));
  await writeUpload(path, csv);
  try {
    const report = await desk.measurements.importCsv({ measurement, path, onError: 'abort', delimiter: ',' });
    if (!report.written) throw errors.importRejected(summaryOf(report), reportToJson(report));
    return report.rowsImported;
  } finally {
    await rm(path, { force: true });
  }
}
