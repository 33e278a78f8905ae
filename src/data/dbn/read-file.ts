/** Thin shells around the decoder: DBN from a path or any stream of bytes, plain or zstd, block by block as fast as they are taken. */
import { open } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import type { DbnBlock } from './block.js';
import { createDbnDecoder, type DbnEvent, type DbnSeen, type DecodeOptions } from './decode.js';
import type { DbnMetadata } from './metadata.js';
import { isLegacy } from './read-header.js';
import { inflate, isZstd } from './zstd/inflate.js';

export interface DbnReading {
  /** Absent in a fragment. */
  readonly metadata: DbnMetadata | undefined;
  /**
   * The records in the order of the stream; to be gone through once. A block is lent until the next one is asked for: `copyBlock`
   * keeps one. Errors: those of dbn.ts, after the whole records before the place were given.
   */
  readonly blocks: AsyncGenerator<DbnBlock, DbnSeen>;
  /** Gives the file back before its end; after the last block it is given back already. */
  close(): Promise<void>;
}

export interface ReadOptions extends DecodeOptions {
  /** How long the data may be, uncompressed: a small zstd file may stand for any length. Default: no limit. */
  readonly bytesMax?: number;
}

/** Large enough that a read costs little beside its bytes, small enough for the cache. */
const CHUNK_BYTES = 256 * 1024;

/** Opens a `.dbn` or `.dbn.zst`, told apart by their first bytes. Errors: dbnFileUnreadable and those of `readDbn`. */
export const readDbnFile = (path: string, options: ReadOptions = {}): Promise<DbnReading> =>
  readDbn(chunksOf(path), options);

/** Reads the header and stands before the first block. Errors: dbnTooLarge, dbnUnrecognised, dbnLegacy, dbnMetadataInvalid, dbnTruncated. */
export async function readDbn(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<DbnReading> {
  const events = eventsOf(source, options);
  const blocks = blocksOf(events);
  if (options.fragment !== undefined) return { metadata: undefined, blocks, close: () => finish(events) };
  const first = await events.next();
  // Without a header the decoder throws, and with one it is what comes first.
  const metadata = first.value?.type === 'metadata' ? first.value.metadata : undefined;
  return { metadata, blocks, close: () => finish(events) };
}

type Events = AsyncGenerator<DbnEvent, void>;

async function finish(events: Events): Promise<void> {
  await events.return();
}

async function* blocksOf(events: Events): AsyncGenerator<DbnBlock, DbnSeen> {
  try {
    for await (const event of events) {
      if (event.type === 'block') yield event.block;
      if (event.type === 'end') return event.seen;
    }
  } finally {
    await finish(events);
  }
  throw errors.dbnUnrecognised();
}

async function* eventsOf(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options: ReadOptions): Events {
  const { bytesMax = Number.POSITIVE_INFINITY } = options;
  const decoder = createDbnDecoder(options);
  let bytes = 0;
  for await (const chunk of plainOf(source)) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw errors.dbnTooLarge(bytesMax);
    decoder.push(chunk);
    for (let event = decoder.next(); event.type !== 'more'; event = decoder.next()) yield event;
  }
  decoder.end();
  for (let event = decoder.next(); ; event = decoder.next()) {
    yield event;
    if (event.type === 'end') return;
  }
}

/** The uncompressed bytes: what the stream begins with says whether it is compressed. */
async function* plainOf(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const opening = await takeOpening(source);
  const { first } = opening;
  const magic = first.length < 4 ? 0 : new DataView(first.buffer, first.byteOffset).getUint32(0, true);
  if (isLegacy(magic)) {
    await opening.close();
    throw errors.dbnLegacy();
  }
  yield* isZstd(first) ? inflate(opening.chunks()) : opening.chunks();
}

/** Waits for four bytes at least, which may come one by one. */
async function takeOpening(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const rest = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let first: Uint8Array = new Uint8Array(0);
  let isDone = false;
  while (first.length < 4 && !isDone) {
    const next = await rest.next();
    isDone = next.done === true;
    if (isDone) break;
    // A copy: what was given may be written again by the next.
    first = Buffer.concat([first, next.value]);
  }
  const close = async () => {
    await rest.return?.();
  };
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    try {
      if (first.length > 0) yield first;
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await close();
    }
  }
  return { first, chunks, close };
}

/** The file's bytes in one buffer that is read into again and again. Opened with the first chunk, so that nobody forgets to close it. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array, void> {
  const unreadable = (cause: Error) => errors.dbnFileUnreadable(path, cause);
  const file = await open(path, 'r').catch((cause: Error) => {
    throw unreadable(cause);
  });
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length).catch((cause: Error) => {
        throw unreadable(cause);
      });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
