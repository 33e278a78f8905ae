/**
 * A CSV file into a measurement (stage1.md 6.7): scanned whole before the first row is sent, then turned into lines on the
 * workers, span by span, while those before are on their way. A cancel is heard between spans; what was sent until then stays.
 */
import { assert } from '#base/assert.js';
import { AppError, errors } from '#base/errors.js';
import type { CsvScan } from '../../csv/scan.js';
import type { CsvWorkers } from '../../csv/workers.js';
import { makeProgress, mayWrite, reportOf, storedTypesOf } from '../import-report.js';
import type { CsvImport, CsvImportReport, Hear } from '../port.js';
import type { LineBlock } from './csv-lines.js';
import { makeKeyCounter } from './key-count.js';
import type { Sender } from './senders.js';
import { type Sent, type Target, type WriteRoom, type Written, writeRows } from './write.js';

export interface ImportRoom extends WriteRoom {
  readonly workers: CsvWorkers;
}

/** The caller sees to it that no other write of ours to the same measurement runs beside it. */
export async function importCsv(room: ImportRoom, request: CsvImport, hear: Hear): Promise<CsvImportReport> {
  const stored = await room.catalogue.find(request.measurement);
  const scan = await room.workers.scan(
    {
      path: request.path,
      delimiter: request.delimiter,
      storedTypes: storedTypesOf(stored?.measurement),
      ...(request.timestampUnit === undefined ? {} : { timestampUnit: request.timestampUnit }),
    },
    hear.signal,
  );
  const tell = makeProgress(scan.rows, hear);
  tell(0);
  const written = mayWrite(request, scan) ? await write(room, request, scan, { ...hear, tell }) : undefined;
  tell(scan.rows);
  const dedup = written?.dedup ?? stored?.isDedup ?? true;
  const report = reportOf({ request, scan, written: written?.report, dedup });
  const retries = written?.retries ?? 0;
  if (retries === 0) return report;
  const warning = `The connection to QuestDB broke and was tried again ${retries} time${retries === 1 ? '' : 's'}`;
  return { ...report, warnings: [...report.warnings, warning] };
}

interface Telling extends Hear {
  tell(done: number): void;
}

async function write(room: ImportRoom, request: CsvImport, scan: CsvScan, hear: Telling): Promise<Written> {
  const columns = scan.header.columns.map(({ name }, index) => ({ name, type: scan.types[index]! }));
  let sent = 0;
  const onSent = (rows: number) => {
    sent += rows;
  };
  try {
    return await writeRows(room, {
      name: request.measurement,
      columns,
      dedupKeys: request.dedupKeys ?? [],
      fill: (sender, target) => sendSpans(room.workers, { request, scan, target }, sender, { ...hear, onSent }),
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'unavailable' || sent === 0) throw error;
    throw errors.importBroken(sent, scan.rows - scan.rowsRejected, error.message, error);
  }
}

interface Spans {
  readonly request: CsvImport;
  readonly scan: CsvScan;
  readonly target: Target;
}

async function sendSpans(
  workers: CsvWorkers,
  { request: { path, delimiter }, scan, target }: Spans,
  sender: Sender,
  { signal, tell, onSent }: Telling & { onSent(rows: number): void },
): Promise<Sent> {
  const { header, timeRule, types, spans } = scan;
  assert(timeRule !== null, 'a file with good rows has times');
  const plan = { delimiter, header, timeRule, types };
  const { table, keyColumns } = target;
  const counter = makeKeyCounter();
  const ahead: Promise<LineBlock>[] = [];
  let next = 0;
  const encodeAhead = () => {
    // One more than there are threads, so that none waits while a part is sent.
    while (ahead.length <= workers.atOnce && next < spans.length) {
      const block = workers.lines({ path, span: spans[next++]!, plan, target: { table, keyColumns } });
      // It is awaited below; until then a failure must not count as unheard.
      block.catch(() => undefined);
      ahead.push(block);
    }
  };
  let done = 0;
  let rows = 0;
  for (const span of spans) {
    if (signal?.aborted === true) throw errors.cancelled();
    encodeAhead();
    const block = await ahead.shift()!;
    if (block.rows > 0) await sender.send(block.lines);
    onSent(block.rows);
    counter.add(block.timestampUs, block.hashes);
    rows += block.rows;
    done += span.rows;
    // The server has still to apply them: all rows are handled only after that.
    if (done < scan.rows) tell(done);
  }
  assert(rows === scan.rows - scan.rowsRejected, 'both passes judge every row alike');
  return { rows, duplicates: await counter.duplicates() };
}
