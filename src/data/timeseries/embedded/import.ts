/**
 * A CSV file into a measurement (stage1.md 6.7): scanned once for rows, types and faults, then parsed block by block on the
 * workers while the blocks before are staged, then merged in one transaction. Cancel is heard between blocks and undoes all.
 */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { CsvScan } from '../../csv/scan.js';
import type { CsvWorkers } from '../../csv/workers.js';
import type { ColumnBlock } from '../column-block.js';
import type { AppendReport, ColumnType, CsvImport, CsvImportReport, Hear } from '../port.js';
import type { Catalogue } from './catalogue.js';
import type { EmbeddedDatabase } from './database.js';
import type { Staging } from './staging.js';
import { writeRows } from './write.js';

/** The job's row is written on every report, so it hears of every 10,000 rows at most (stage1.md 6.7 rule 8). */
const PROGRESS_ROWS = 10_000;

export interface ImportRoom {
  readonly database: EmbeddedDatabase;
  readonly catalogue: Catalogue;
  readonly workers: CsvWorkers;
}

/** The caller sees to it that no other write to the same measurement runs beside it: the types of the table must not change meanwhile. */
export async function importCsv(room: ImportRoom, request: CsvImport, hear: Hear): Promise<CsvImportReport> {
  const scan = await room.workers.scan(
    {
      path: request.path,
      delimiter: request.delimiter,
      storedTypes: storedTypes(room.catalogue, request.measurement),
      ...(request.timestampUnit === undefined ? {} : { timestampUnit: request.timestampUnit }),
    },
    hear.signal,
  );
  const tell = makeProgress(scan.rows, hear);
  tell(0);
  const mayWrite = scan.rowsRejected === 0 || (request.onError === 'skip' && scan.rowsRejected < scan.rows);
  const written = mayWrite ? await write(room, request, scan, { ...hear, tell }) : undefined;
  tell(scan.rows);
  return reportOf(request, scan, written);
}

function storedTypes(catalogue: Catalogue, name: string): Record<string, ColumnType> {
  const columns = catalogue.find(name)?.columns ?? [];
  return Object.fromEntries(
    columns.flatMap(({ name: column, type }) => (type === 'TIMESTAMP' ? [] : [[column.toLowerCase(), type]])),
  );
}

function makeProgress(total: number, { onProgress }: Hear): (done: number) => void {
  let told = -1;
  return (done) => {
    if (onProgress === undefined || done === told) return;
    if (done < total && done - told < PROGRESS_ROWS && told >= 0) return;
    told = done;
    onProgress(done, total);
  };
}

interface Telling extends Hear {
  tell(done: number): void;
}

function write(room: ImportRoom, request: CsvImport, scan: CsvScan, hear: Telling): Promise<AppendReport> {
  const columns = scan.header.columns.map(({ name }, index) => ({ name, type: scan.types[index]! }));
  return writeRows(room.database, room.catalogue, {
    name: request.measurement,
    columns,
    dedupKeys: request.dedupKeys ?? [],
    fill: (staging) => stageBlocks(room.workers, request, scan, staging, hear),
  });
}

async function stageBlocks(
  workers: CsvWorkers,
  { path, delimiter }: CsvImport,
  { header, timeRule, types, spans, rows, rowsRejected }: CsvScan,
  staging: Staging,
  { signal, tell }: Telling,
): Promise<void> {
  assert(timeRule !== null, 'a file with good rows has times');
  const plan = { delimiter, header, timeRule, types };
  const ahead: Promise<ColumnBlock>[] = [];
  let next = 0;
  const parseAhead = () => {
    // One more than there are threads, so that none waits while a block is staged.
    while (ahead.length <= workers.atOnce && next < spans.length) {
      const block = workers.parse({ path, span: spans[next++]!, plan });
      // It is awaited below; until then a failure must not count as unheard.
      block.catch(() => undefined);
      ahead.push(block);
    }
  };
  let done = 0;
  let staged = 0;
  for (let index = 0; index < spans.length; index++) {
    if (signal?.aborted === true) throw errors.cancelled();
    parseAhead();
    const block = await ahead.shift()!;
    await staging.append(block);
    staged += block.rows;
    done += spans[index]!.rows;
    // The merge is still to come: all rows are handled only after it.
    if (done < rows) tell(done);
  }
  assert(staged === rows - rowsRejected, 'both passes judge every row alike');
  if (signal?.aborted === true) throw errors.cancelled();
}

function reportOf(request: CsvImport, scan: CsvScan, written: AppendReport | undefined): CsvImportReport {
  const { timeRule } = scan;
  return {
    written: written !== undefined,
    measurement: request.measurement,
    rowsTotal: scan.rows,
    rowsImported: written === undefined ? 0 : scan.rows - scan.rowsRejected,
    rowsInserted: written?.rowsInserted ?? 0,
    rowsUpdated: written?.rowsUpdated ?? 0,
    rowsRejected: scan.rowsRejected,
    duplicatesInFile: written?.duplicatesInBatch ?? 0,
    // ISO times are kept to the microsecond.
    timestampUnit: timeRule === null ? (request.timestampUnit ?? 's') : timeRule.form === 'iso' ? 'us' : timeRule.unit,
    columns: ['timestamp', ...scan.header.columns.map(({ name }) => name)],
    warnings: scan.header.warnings,
    errors: scan.faults,
    dedup: true,
  };
}
