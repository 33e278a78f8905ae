/** One span of a CSV file as lines for QuestDB, with what is needed to count its keys: the work of a worker thread. */
import { type CsvBlockRequest, parseCsvBlock } from '../../csv/file.js';
import type { ColumnBlock } from '../column-block.js';
import { ilpLines } from './ilp.js';
import { type KeyHashes, keyHashesOf } from './key-count.js';
import type { Target } from './write.js';

export interface CsvLinesRequest extends CsvBlockRequest {
  readonly target: Pick<Target, 'table' | 'keyColumns'>;
}

export interface LineBlock {
  readonly rows: number;
  readonly lines: Uint8Array<ArrayBuffer>;
  readonly timestampUs: BigInt64Array<ArrayBuffer>;
  readonly hashes: KeyHashes;
}

export const csvLines = async (request: CsvLinesRequest): Promise<LineBlock> =>
  lineBlockOf(await parseCsvBlock(request), request.target);

export const lineBlockOf = (block: ColumnBlock, { table, keyColumns }: CsvLinesRequest['target']): LineBlock => ({
  rows: block.rows,
  lines: ilpLines(block, table),
  timestampUs: block.timestampUs,
  hashes: keyHashesOf(block, keyColumns),
});
