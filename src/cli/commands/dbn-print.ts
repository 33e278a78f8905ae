/** Prints records of a DBN file as lines, as fast as they are taken. */
import { type DbnBlock, setRows } from '#data/dbn/block.js';
import type { DecodeOptions } from '#data/dbn/decode.js';
import { readDbnFile } from '#data/dbn/read-file.js';
import { type TextFormat, writeText } from '#data/dbn/text/write.js';

export type PrintFormat = TextFormat;

interface Print {
  readonly format: PrintFormat;
  readonly reading: DecodeOptions;
  readonly recordsMax: number;
}

/** To standard output. A reader that goes away (`| head`) ends it well. Errors: those of dbn.ts. */
export async function printRecords(path: string, { format, reading, recordsMax }: Print): Promise<void> {
  const { metadata, blocks } = await readDbnFile(path, reading);
  const out = process.stdout;
  let isGone = false;
  let goOn = () => {};
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isGone = true;
    goOn();
  });
  for await (const text of writeText(firstOf(blocks, recordsMax), metadata, format)) {
    const isTaken = out.write(text);
    if (!isTaken)
      await new Promise<void>((resolve) => {
        goOn = resolve;
        out.once('drain', resolve);
      });
    if (isGone) return;
  }
}

async function* firstOf(blocks: AsyncIterable<DbnBlock>, recordsMax: number): AsyncGenerator<DbnBlock, void> {
  let left = recordsMax;
  if (left === 0) return;
  for await (const block of blocks) {
    // The block is ours until the next is asked for, and after the last of ours none is.
    if (block.rows > left) setRows(block, left);
    left -= block.rows;
    yield block;
    if (left <= 0) return;
  }
}
