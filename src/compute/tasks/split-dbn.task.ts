/** The records of one symbol out of a file that holds several, as a DBN file of its own. */
import { open, rm } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import type { DbnBlock } from '#data/dbn/block.js';
import { encodeBlock, encodeMetadata } from '#data/dbn/encode.js';
import type { DbnMetadata } from '#data/dbn/metadata.js';
import { readDbnFile } from '#data/dbn/read-file.js';
import { symbolTable } from '#data/dbn/symbols.js';
import { placeWide, type WideColumn } from '#engine/frame/wide-column.js';
import { defineTask } from '../task.js';

export interface SplitDbnInput {
  readonly path: string;
  readonly symbol: string;
  /** Written plain, flushed; the caller owns it. */
  readonly target: string;
}

export interface SplitDbn {
  readonly records: number;
}

export const splitDbnTask = defineTask({
  name: 'splitDbn',
  async run({ path, symbol, target }: SplitDbnInput, context): Promise<SplitDbn> {
    const { metadata, blocks, close } = await readDbnFile(path);
    const file = await open(target, 'wx');
    try {
      if (metadata === undefined) throw errors.dbnUnrecognised();
      const symbols = symbolTable(metadata);
      await file.appendFile(encodeMetadata(onlyOf(metadata, symbol)));
      let records = 0;
      for await (const block of blocks) {
        if (context.shouldStop()) throw errors.cancelled();
        for (const { from, to } of runsOf(block, (id, times, row) => symbols.symbolAt(id, times, row) === symbol)) {
          await file.appendFile(encodeBlock(block, { version: metadata.version, tsOut: metadata.tsOut }, from, to));
          records += to - from;
        }
      }
      await file.sync();
      return { records };
    } catch (error) {
      await rm(target, { force: true });
      throw error;
    } finally {
      await file.close();
      await close();
    }
  },
});

const onlyOf = (metadata: DbnMetadata, symbol: string): DbnMetadata => ({
  ...metadata,
  symbols: metadata.symbols.filter((one) => one === symbol),
  partial: metadata.partial.filter((one) => one === symbol),
  notFound: metadata.notFound.filter((one) => one === symbol),
  mappings: metadata.mappings.filter(
    ({ rawSymbol, intervals }) => rawSymbol === symbol || intervals.some((interval) => interval.symbol === symbol),
  ),
});

type IsWanted = (instrumentId: number, times: WideColumn, row: number) => boolean;

/** Rows of the symbol that stand side by side. Records without an instrument (messages of the system) belong to nobody. */
function runsOf(block: DbnBlock, isWanted: IsWanted): { from: number; to: number }[] {
  const ids = block.columns.find(({ name }) => name === 'instrument_id');
  const times =
    block.columns.find(({ name }) => name === 'ts_recv') ?? block.columns.find(({ name }) => name === 'ts_event');
  if (ids?.store !== 'number') return [];
  const at = times?.store === 'wide' ? times.wide : placeWide(block.rows);
  const runs: { from: number; to: number }[] = [];
  for (let row = 0; row < block.rows; row++) {
    if (!isWanted(ids.values[row]!, at, row)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.to === row) last.to = row + 1;
    else runs.push({ from: row, to: row + 1 });
  }
  return runs;
}
