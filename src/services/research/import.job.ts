/** The job that brings an uploaded CSV into a measurement. */
import { access } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { CsvImport } from '#data/timeseries/port.js';
import { defineJob } from '#jobs/job-type.js';
import type { ResearchDesk } from './desk.js';
import { reportToJson, summaryOf } from './import-report.js';
import { deleteUpload, uploadPath } from './upload.js';

export const IMPORT_JOB = 'questdb_import';

/** snake_case because clients read it as it stands (stage1.md 7). */
export type ImportPayload = JsonObject & {
  readonly measurement: string;
  /** Relative to the upload directory. */
  readonly file_path: string;
  readonly filename?: string;
  readonly timestamp_unit?: NonNullable<CsvImport['timestampUnit']>;
  readonly on_error: CsvImport['onError'];
  readonly dedup_keys?: readonly string[];
  readonly delimiter: CsvImport['delimiter'];
};

export const importJob = (desk: Pick<ResearchDesk, 'measurements' | 'uploadDir'>) =>
  defineJob<ImportPayload, JsonObject>({
    name: IMPORT_JOB,
    // Safe: rows are upserted by their key, so twice is once. Stage1 promises that what was accepted is done however often its
    // worker is killed (stage1.md 7), and nobody can ask for another try; ten ends what takes the server down by itself.
    attemptsMax: 10,
    timeoutMs: 6 * 3_600_000,
    needs: 'measurements',
    async run({ payload, signal, progress }) {
      const path = uploadPath(desk.uploadDir, payload.file_path);
      await access(path).catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'ENOENT' ? errors.jobUploadLost() : cause;
      });
      const report = await desk.measurements.importCsv(requestOf(payload, path), {
        signal,
        onProgress: (done, total) => progress(done, total),
      });
      if (!report.written) throw errors.importRejected(summaryOf(report), reportToJson(report));
      return reportToJson(report);
    },
    afterEnd: ({ payload }) => deleteUpload(desk.uploadDir, String(payload['file_path'])),
  });

export const requestOf = (payload: ImportPayload, path: string): CsvImport => ({
  measurement: payload.measurement,
  path,
  onError: payload.on_error,
  delimiter: payload.delimiter,
  ...(payload.timestamp_unit === undefined ? {} : { timestampUnit: payload.timestamp_unit }),
  ...(payload.dedup_keys === undefined ? {} : { dedupKeys: payload.dedup_keys }),
});
