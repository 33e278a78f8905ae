/** CSV imports: as a job that outlives the request, or at once when small. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import { measurementName } from '#data/timeseries/names.js';
import type { CsvImport } from '#data/timeseries/port.js';
import { isFinal, type Job } from '#jobs/job.js';
import { inTransaction } from '#store/transaction.js';
import type { ResearchDesk } from './desk.js';
import { IMPORT_JOB, type ImportPayload, requestOf } from './import.job.js';
import { type ImportAccount, reportToJson, summaryOf } from './import-report.js';
import { deleteUpload, keepUpload, listUploads, readHead, uploadNameOf, uploadPath, writeUpload } from './upload.js';

export interface ImportRequest {
  readonly measurement: string;
  readonly csv: { readonly text: string } | { readonly spooledPath: string };
  /** A label for people. */
  readonly filename?: string | undefined;
  readonly timestampUnit?: CsvImport['timestampUnit'] | undefined;
  readonly onError?: CsvImport['onError'] | undefined;
  readonly dedupKeys?: readonly string[] | undefined;
  readonly delimiter?: CsvImport['delimiter'] | undefined;
}

type Desk = Pick<ResearchDesk, 'db' | 'measurements' | 'queue' | 'ids' | 'uploadDir'>;

/** Long enough for any header anybody writes by hand or by program. */
const HEAD_BYTES = 1024 * 1024;

/** Beyond either it must be a job (stage1.md 6.8). */
const DIRECT_ROWS_MAX = 200_000;
const DIRECT_BYTES_MAX = 16 * 1024 * 1024;

/** Keeps the file and sends the job; what can be told from the name and the header alone fails here, with nothing kept. */
export async function sendImport(desk: Desk, request: ImportRequest): Promise<Job> {
  const id = desk.ids.uuid();
  const path = await keepChecked(desk, request, id);
  try {
    const job = await inTransaction(desk.db, (tx) =>
      desk.queue.send(tx, {
        id,
        kind: IMPORT_JOB,
        surface: 'stage1',
        payload: payloadOf(request, uploadNameOf(id)),
        subject: { measurement: request.measurement },
        message: `Import into ${request.measurement}`,
      }),
    );
    desk.queue.wake();
    return job;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Imports before it answers. Throws importTooLarge, and importRejected with the report of the rows. */
export async function importNow(desk: Omit<Desk, 'queue' | 'db'>, request: ImportRequest): Promise<ImportAccount> {
  const id = desk.ids.uuid();
  const path = await keepChecked(desk, request, id, { isSmall: true });
  try {
    const report = await desk.measurements.importCsv(requestOf(payloadOf(request, uploadNameOf(id)), path));
    if (!report.written) throw errors.importRejected(summaryOf(report), reportToJson(report));
    return reportToJson(report);
  } finally {
    await rm(path, { force: true });
  }
}

/** At the start of the server: removes uploads whose job is over or was never made, and what a crash left half written. */
export async function sweepUploads(desk: Pick<Desk, 'db' | 'queue' | 'uploadDir'>): Promise<void> {
  const { jobIds, strays } = await listUploads(desk.uploadDir);
  for (const path of strays) await rm(path, { force: true });
  for (const id of jobIds) {
    const job = await desk.queue.find(desk.db, id);
    if (job === undefined || isFinal(job.status)) await deleteUpload(desk.uploadDir, uploadNameOf(id));
  }
}

async function keepChecked(
  desk: Pick<Desk, 'measurements' | 'uploadDir'>,
  request: ImportRequest,
  id: string,
  { isSmall = false } = {},
): Promise<string> {
  const { csv } = request;
  const spooled = 'spooledPath' in csv ? csv.spooledPath : undefined;
  const path = uploadPath(desk.uploadDir, uploadNameOf(id));
  try {
    measurementName(request.measurement);
    const head =
      'text' in csv ? Buffer.from(csv.text.slice(0, HEAD_BYTES)) : await readHead(csv.spooledPath, HEAD_BYTES);
    desk.measurements.checkCsv(head, request.delimiter ?? ',');
    if (isSmall) await refuseLarge(csv);
    await mkdir(desk.uploadDir, { recursive: true });
    if (spooled === undefined) await writeUpload(path, 'text' in csv ? csv.text : '');
    else await keepUpload(spooled, path);
    return path;
  } catch (error) {
    if (spooled !== undefined) await rm(spooled, { force: true });
    throw error;
  }
}

async function refuseLarge(csv: ImportRequest['csv']): Promise<void> {
  const bytes = 'text' in csv ? Buffer.byteLength(csv.text) : (await stat(csv.spooledPath)).size;
  if (bytes > DIRECT_BYTES_MAX) throw errors.importTooLarge(DIRECT_ROWS_MAX, DIRECT_BYTES_MAX);
  const text = 'text' in csv ? csv.text : (await readHead(csv.spooledPath, DIRECT_BYTES_MAX)).toString('latin1');
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  // The header is a line too, and the last one may lack its end: as many lines as rows allowed are always fine.
  if (lines > DIRECT_ROWS_MAX + 1) throw errors.importTooLarge(DIRECT_ROWS_MAX, DIRECT_BYTES_MAX);
}

function payloadOf(request: ImportRequest, file: string): ImportPayload {
  return {
    measurement: request.measurement,
    file_path: file,
    ...(request.filename === undefined ? {} : { filename: request.filename }),
    ...(request.timestampUnit === undefined ? {} : { timestamp_unit: request.timestampUnit }),
    on_error: request.onError ?? 'abort',
    ...(request.dedupKeys === undefined ? {} : { dedup_keys: request.dedupKeys }),
    delimiter: request.delimiter ?? ',',
  };
}
