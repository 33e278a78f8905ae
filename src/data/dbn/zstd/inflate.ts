/** Decompresses a zstd stream of any number of frames, chunk by chunk, in constant memory. */
import { errors } from '#base/errors.js';
import { createFrameWalker, ZSTD_MAGIC } from './frames.js';
import type { FrameInflater } from './inflater.js';
import { hasNativeInflater, nativeInflater } from './native-inflater.js';
import { wasmInflater } from './wasm-inflater.js';

/** Whether a stream that begins so is zstd. */
export const isZstd = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === ZSTD_MAGIC;

/** The runtime's own where it has one (Node 22.15), else zstd as WebAssembly. */
export const makeInflater = (): FrameInflater => (hasNativeInflater ? nativeInflater() : wasmInflater());

/**
 * A chunk is lent: it is written again once the next is asked for. Nothing is lost in silence: an end within a frame is an error, and
 * so is a checksum that does not hold. Errors: zstdInvalid.
 */
export async function* inflate(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  inflater: FrameInflater = makeInflater(),
): AsyncGenerator<Uint8Array, void> {
  const walker = createFrameWalker();
  try {
    for await (const chunk of chunks) for (const part of walker.walk(chunk)) yield* inflater.inflate(part);
    walker.end();
  } finally {
    await inflater.close();
  }
}

/** A whole stream at once, for small ones: at most `bytesMax`. */
export async function inflateAll(bytes: Uint8Array, bytesMax = 64 * 1024 * 1024): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of inflate([bytes])) {
    length += part.length;
    if (length > bytesMax) throw errors.zstdInvalid(0, `it holds more than ${bytesMax} bytes`);
    parts.push(part.slice());
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
