/**
 * Writes a zstd stream: compressed where the runtime can (Node 22.15), else one frame of blocks stored as they are, which every
 * decompressor reads (RFC 8878, 3.1.1): three bytes more for every 128 KiB.
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

// The types of Node 20 do not know it.
const createZstdCompress = Reflect.get(zlib, 'createZstdCompress') as (() => Transform) | undefined;

export const deflate = (chunks: Chunks): AsyncIterable<Uint8Array> =>
  createZstdCompress === undefined ? store(chunks) : compress(chunks, createZstdCompress());

/** A failure of the source ends the compressor with it, and an early stop of the reader ends the source: a plain pipe does neither. */
function compress(chunks: Chunks, compressor: Transform): AsyncIterable<Uint8Array> {
  pipeline(Readable.from(chunks), compressor, (error) => {
    if (error != null) compressor.destroy(error);
  });
  return compressor;
}

/** The longest a block may be; also the window, which a block may not exceed. */
const BLOCK_BYTES = 128 * 1024;
/** Magic, a descriptor that names neither size nor checksum, and a window of 2^17: exponent 17 - 10, mantissa 0. */
const FRAME_HEADER = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (17 - 10) << 3);

/** One frame of raw blocks; an empty last one ends it, because nobody knows the end before it comes. */
export async function* store(chunks: Chunks): AsyncGenerator<Uint8Array, void> {
  yield FRAME_HEADER;
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
      const block = chunk.subarray(at, at + BLOCK_BYTES);
      yield blockHeader(block.length, false);
      yield block;
    }
  yield blockHeader(0, true);
}

/** 24 bits: whether it is the last, its type (0 is raw), its length. */
function blockHeader(length: number, isLast: boolean): Uint8Array {
  const header = (length << 3) | (isLast ? 1 : 0);
  return Uint8Array.of(header, header >>> 8, header >>> 16);
}
