/** The thin shell that reads CSV files for the two passes; both run in worker threads. */
import { open } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import type { ColumnBlock } from '../timeseries/column-block.js';
import { type CsvBlockPlan, parseBlock } from './block.js';
import { type CsvScan, type CsvScanRequest, type CsvSpan, type ScanHear, scanCsv } from './scan.js';

export { buffersOf } from './block.js';
export type { CsvScanRequest } from './scan.js';

export interface CsvBlockRequest {
  readonly path: string;
  readonly span: CsvSpan;
  readonly plan: CsvBlockPlan;
}

export async function scanCsvFile(request: CsvScanRequest, hear: ScanHear): Promise<CsvScan> {
  const file = await open(request.path, 'r');
  try {
    return await scanCsv(file, request, hear);
  } finally {
    await file.close();
  }
}

export async function parseCsvBlock({ path, span, plan }: CsvBlockRequest): Promise<ColumnBlock> {
  const bytes = new Uint8Array(span.bytes);
  const file = await open(path, 'r');
  try {
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, span.offset + filled);
      if (bytesRead === 0) throw errors.storeUnavailable('the CSV file became shorter while it was imported');
      filled += bytesRead;
    }
  } finally {
    await file.close();
  }
  return parseBlock(bytes, span, plan);
}
