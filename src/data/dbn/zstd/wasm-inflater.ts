/**
 * zstd as WebAssembly, from the package zstddec.
 *
 * We call its exported C functions ourselves: its own generator does not look at error codes, so that a damaged block is asked for
 * again for ever, and it gives its memory back only after a good end.
 */
import { ZSTDDecoder } from 'zstddec/stream';
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { FramePart } from './frames.js';
import type { FrameInflater } from './inflater.js';

interface ZstdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): void;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** An error is a small negative number, seen unsigned (zstd_errors.h: codes end at 120). */
const ERROR_FROM = 0x1_0000_0000 - 120;
/** zstd's own choice: the longest block, so that one is decoded without a stop. */
const BUFFER_BYTES = 128 * 1024;
/** A buffer as zstd knows it: pointer, size and position. */
const BUFFER_STRUCT_BYTES = 12;

let loading: Promise<ZstdExports> | undefined;

/** The package keeps its instance to itself, and hands it to this method once. */
function load(): Promise<ZstdExports> {
  loading ??= new Promise((resolve, reject) => {
    class Opened extends ZSTDDecoder {
      override _init(result: Parameters<ZSTDDecoder['_init']>[0]): void {
        super._init(result);
        resolve((result as { instance: { exports: unknown } }).instance.exports as ZstdExports);
      }
    }
    new Opened().init().catch(reject);
  });
  return loading;
}

export function wasmInflater(): FrameInflater {
  let session: Session | undefined;
  return {
    async *inflate(part) {
      session ??= openSession(await load());
      yield* session.inflate(part);
    },
    close() {
      session?.close();
      session = undefined;
    },
  };
}

type Session = ReturnType<typeof openSession>;

function openSession(zstd: ZstdExports) {
  const context = zstd.ZSTD_createDCtx();
  const pointers = [BUFFER_BYTES, BUFFER_BYTES, BUFFER_STRUCT_BYTES * 2].map((bytes) => zstd.malloc(bytes));
  assert(context !== 0 && pointers.every((pointer) => pointer !== 0), 'zstd has memory for its buffers');
  const [input = 0, output = 0, structs = 0] = pointers;
  const outputStruct = structs + BUFFER_STRUCT_BYTES;

  /** One call; how far it read and wrote, and what it said. The memory may have moved since. */
  function call(length: number, position: number) {
    const before = new Uint32Array(zstd.memory.buffer, structs, 6);
    before.set([input, length, position, output, BUFFER_BYTES, 0]);
    const said = zstd.ZSTD_decompressStream(context, outputStruct, structs) >>> 0;
    const after = new Uint32Array(zstd.memory.buffer, structs, 6);
    return { said, position: after[2]!, written: after[5]! };
  }

  function* inflate({ bytes, endsFrame, offset }: FramePart): Generator<Uint8Array> {
    let said = 0;
    for (let from = 0; from < bytes.length; from += BUFFER_BYTES) {
      const piece = bytes.subarray(from, from + BUFFER_BYTES);
      new Uint8Array(zstd.memory.buffer, input, piece.length).set(piece);
      let position = 0;
      let written = BUFFER_BYTES;
      // A full output may mean that there is more, though all input was read.
      while (position < piece.length || (written === BUFFER_BYTES && said !== 0)) {
        const step = call(piece.length, position);
        if (step.said >= ERROR_FROM)
          throw errors.zstdInvalid(offset + from + position, `zstd error ${0x1_0000_0000 - step.said}`);
        ({ said, position, written } = step);
        if (written > 0) yield new Uint8Array(zstd.memory.buffer, output, written);
      }
    }
    if (endsFrame && said !== 0) throw errors.zstdInvalid(offset + bytes.length, 'the frame is not whole');
  }

  return {
    inflate,
    close() {
      zstd.ZSTD_freeDCtx(context);
      for (const pointer of pointers) zstd.free(pointer);
    },
  };
}
