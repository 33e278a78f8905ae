/** The runtime's own zstd (Node 22.15 and later), a new decompressor for every frame: one alone ends at the end of the first. */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { errors } from '#base/errors.js';
import type { FramePart } from './frames.js';
import type { FrameInflater } from './inflater.js';

// The types of Node 20 do not know it.
const createZstdDecompress = Reflect.get(zlib, 'createZstdDecompress') as (() => Transform) | undefined;

export const hasNativeInflater = createZstdDecompress !== undefined;

export function nativeInflater(): FrameInflater {
  let frame: Frame | undefined;
  return {
    async *inflate(part) {
      frame ??= openFrame();
      yield* await frame.write(part);
      if (!part.endsFrame) return;
      yield* await frame.end(part);
      frame = undefined;
    },
    close() {
      frame?.destroy();
      frame = undefined;
    },
  };
}

type Frame = ReturnType<typeof openFrame>;

function openFrame() {
  if (createZstdDecompress === undefined) throw errors.zstdInvalid(0, 'this runtime has no zstd');
  const stream = createZstdDecompress();
  let out: Uint8Array[] = [];
  let failure: Error | undefined;
  /** Resolves once nothing more will come: a failure does not call back the write that it happened in. */
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  stream.on('data', (chunk: Uint8Array) => out.push(chunk));
  stream.on('error', (error) => {
    failure = error;
  });
  const taken = (part: FramePart): Uint8Array[] => {
    if (failure !== undefined) throw errors.zstdInvalid(part.offset, failure.message);
    const given = out;
    out = [];
    return given;
  };
  return {
    /** Called back once the part is decompressed: parts are small enough that all of it may wait here. */
    async write(part: FramePart) {
      const written = new Promise<void>((resolve) => stream.write(part.bytes, () => resolve()));
      await Promise.race([written, closed]);
      return taken(part);
    },
    async end(part: FramePart) {
      stream.end();
      await closed;
      return taken(part);
    },
    destroy: () => {
      stream.destroy();
    },
  };
}
