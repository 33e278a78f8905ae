/**
 * A CSV file into a measurement (stage1.md 6.7): scanned once for rows, types and faults, then parsed block by block on the
 * workers while the blocks before are staged, then merged in one transaction. Cancel is heard between blocks and undoes all.
 */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { CsvScan } from '../../csv/scan.js';
import type { CsvWorkers } from '../../csv/workers.js';
import type { ColumnBlock } from '../column-block.js';
import { makeProgress, mayWrite, reportOf, storedTypesOf } from '../import-report.js';
import type { AppendReport, CsvImport, CsvImportReport, Hear } from '../port.js';
import type { Catalogue } from './catalogue.js';
import type { EmbeddedDatabase } from './database.js';
import type { Staging } from './staging.js';
import { writeRows } from './write.js';

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
      storedTypes: storedTypesOf(room.catalogue.find(request.measurement)),
      ...(request.timestampUnit === undefined ? {} : { timestampUnit: request.timestampUnit }),
    },
    hear.signal,
  );
  const tell = makeProgress(scan.rows, hear);
  tell(0);
  const written = mayWrite(request, scan) ? await write(room, request, scan, { ...hear, tell }) : undefined;
  tell(scan.rows);
  return reportOf({ request, scan, written, dedup: true });
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
