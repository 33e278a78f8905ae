/** Where the heavy work on CSV is done: worker threads in the server, the calling thread in small tools and tests. */
import type { ColumnBlock } from '../timeseries/column-block.js';
import { type CsvLinesRequest, csvLines, type LineBlock } from '../timeseries/questdb/csv-lines.js';
import { type CsvBlockRequest, parseCsvBlock, scanCsvFile } from './file.js';
import type { CsvScan, CsvScanRequest } from './scan.js';
import { type CsvTextRequest, formatCsv } from './text.js';

export interface CsvWorkers {
  /** How many blocks may be worked on at once. */
  readonly atOnce: number;
  scan(request: CsvScanRequest, signal?: AbortSignal): Promise<CsvScan>;
  /** A block is short work: a cancel is heard between blocks. */
  parse(request: CsvBlockRequest): Promise<ColumnBlock>;
  format(request: CsvTextRequest): Promise<Uint8Array>;
  /** As `parse`, and on to the lines that QuestDB takes. */
  lines(request: CsvLinesRequest): Promise<LineBlock>;
}

export const csvOnThisThread: CsvWorkers = {
  atOnce: 1,
  scan: (request, signal) => scanCsvFile(request, hearing(signal)),
  parse: parseCsvBlock,
  format: async (request) => formatCsv(request),
  lines: csvLines,
};

const hearing = (signal: AbortSignal | undefined) => ({ shouldStop: () => signal?.aborted === true });
