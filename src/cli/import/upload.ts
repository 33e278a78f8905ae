/** A CSV file into a measurement of Stage1: streamed up, then watched until its job is final. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, type Stage1Client } from '@almanac/sdk';
import { z } from 'zod';
import type { Progress } from '../screen.js';
import { renameColumns } from './csv-header.js';

export interface Upload {
  readonly path: string;
  readonly measurement: string;
  /** Names the columns anew; absent: as they are. */
  readonly rename?: (name: string) => string;
  readonly delimiter: ',' | ';' | '\t';
  readonly onError: 'abort' | 'skip';
  readonly timestampUnit?: string;
  readonly dedupKeys?: readonly string[];
}

const RowFault = z.object({
  row: z.number(),
  column: z.string().nullable(),
  message: z.string(),
  value: z.string().nullable(),
});

/** What an import did, as Stage1 tells it (stage1.md 6.7). */
const ImportReport = z.object({
  success: z.boolean(),
  rows_total: z.number(),
  rows_imported: z.number(),
  rows_inserted: z.number(),
  rows_updated: z.number(),
  rows_rejected: z.number(),
  duplicates_in_file: z.number(),
  warnings: z.array(z.string()),
  errors: z.array(RowFault),
});
export type ImportReport = z.infer<typeof ImportReport>;

const Accepted = z.object({ job_id: z.string() });

export interface ImportOutcome {
  readonly jobId: string;
  readonly status: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  /** Null when the job ended before it read a row. */
  readonly report: ImportReport | null;
  readonly error: string | null;
}

const POLL_MS = 100;

export async function importCsv(
  stage1: Stage1Client,
  upload: Upload,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ImportOutcome> {
  const jobId = await post(stage1, upload);
  for (;;) {
    const job = await stage1.getJobsById({ path: { id: jobId } });
    progress.update(job.progress, job.total, `${job.progress.toLocaleString('en-US')} rows`);
    if (job.status === 'COMPLETED' || job.status === 'FAILED' || job.status === 'CANCELLED') {
      const report = job.result === null ? null : ImportReport.safeParse(JSON.parse(job.result));
      return { jobId, status: job.status, report: report?.success === true ? report.data : null, error: job.error };
    }
    if (signal?.aborted === true) await stage1.postJobsByIdCancel({ path: { id: jobId } });
    await sleep(POLL_MS);
  }
}

async function post(stage1: Stage1Client, upload: Upload): Promise<string> {
  const { path, measurement, rename, delimiter, onError, timestampUnit, dedupKeys } = upload;
  const file = createReadStream(path);
  const body = rename === undefined ? file : file.pipe(renameColumns(rename, delimiter));
  // A pipe hands on no failure: without this a vanished file would leave the upload waiting.
  file.on('error', (error) => body.destroy(error));
  const query = { measurement, delimiter, on_error: onError, timestamp_unit: timestampUnit, dedup_keys: dedupKeys };
  // The document knows this body as raw bytes only, so no generated function can send it.
  const answer = await call(stage1.options, 'POST', '/api/questdb/import/async', {
    query,
    body: Readable.toWeb(body) as ReadableStream<Uint8Array>,
    headers: { 'content-type': 'text/csv' },
  });
  return Accepted.parse(answer).job_id;
}
