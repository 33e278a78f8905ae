/** A DBN file that is whole or absent, written block by block. */
import { open, rm } from 'node:fs/promises';
import { renameDurably, temporaryBeside } from '../files/durable.js';
import type { DbnBlock } from './block.js';
import { encodeBlock, encodeMetadata } from './encode.js';
import type { DbnMetadata } from './metadata.js';
import { deflate } from './zstd/deflate.js';

export interface WriteDbnOptions {
  /** Default: zstd when the path ends in `.zst`. */
  readonly compression?: 'none' | 'zstd';
}

export interface WrittenDbn {
  /** Of the file. */
  readonly bytes: number;
  readonly records: number;
}

type Blocks = AsyncIterable<DbnBlock> | Iterable<DbnBlock>;

/** About as much as is encoded and written at once. */
const CHUNK_BYTES = 1024 * 1024;

/** The path holds what it held until all is on the disk. Errors: dbnValueUnfit, and what `blocks` throws. */
export async function writeDbnFile(
  path: string,
  metadata: DbnMetadata,
  blocks: Blocks,
  { compression = path.endsWith('.zst') ? 'zstd' : 'none' }: WriteDbnOptions = {},
): Promise<WrittenDbn> {
  const temporary = temporaryBeside(path);
  let records = 0;
  async function* counted(): AsyncGenerator<DbnBlock, void> {
    for await (const block of blocks) {
      records += block.rows;
      yield block;
    }
  }
  try {
    const plain = encodeDbn(metadata, counted());
    const bytes = await writeAll(temporary, compression === 'zstd' ? deflate(plain) : plain);
    await renameDurably(temporary, path);
    return { bytes, records };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The bytes of a DBN stream, header first; a chunk is the reader's own. */
export async function* encodeDbn(metadata: DbnMetadata, blocks: Blocks): AsyncGenerator<Uint8Array, void> {
  const { version, tsOut } = metadata;
  yield encodeMetadata(metadata);
  for await (const block of blocks) {
    // In steps, so that a block of definitions does not stand in memory twice.
    const step = Math.max(1, Math.floor(CHUNK_BYTES / 128));
    for (let from = 0; from < block.rows; from += step)
      yield encodeBlock(block, { version, tsOut }, from, Math.min(block.rows, from + step));
  }
}

async function writeAll(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx');
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      await file.appendFile(chunk);
      bytes += chunk.length;
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}
