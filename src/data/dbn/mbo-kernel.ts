/** Market-by-order records taken apart by the WebAssembly kernel: the block stands in its memory, and records are copied in. */
import { type MboBlock, mboBlockBytes, placeMboBlock } from '#engine/frame/dbn-block.js';
import type { KernelHost } from '#engine/kernels/kernel.js';
import { MBO_BLOCK_AT, MBO_INPUT_AT, MBO_INPUT_BYTES, MBO_ROWS, mboKernel } from '#engine/kernels/mbo.js';

export interface MboKernel {
  /** With room for 65,536 rows. */
  readonly block: MboBlock;
  /** As many of `count` records as begin with `head`, of bytes that may begin anywhere; says how many. */
  read(bytes: Uint8Array, from: number, stride: number, count: number, head: number, row: number): number;
}

export function openMboKernel(host: KernelHost): MboKernel {
  const bytesMax = MBO_BLOCK_AT + mboBlockBytes(MBO_ROWS);
  const memory = host.memory(bytesMax, bytesMax);
  const kernel = host.instantiate(mboKernel, memory);
  const input = new Uint8Array(memory.buffer, MBO_INPUT_AT, MBO_INPUT_BYTES);
  return {
    block: placeMboBlock(MBO_ROWS, memory.buffer, MBO_BLOCK_AT),
    read(bytes, from, stride, count, head, row) {
      const rowsAtOnce = Math.floor(MBO_INPUT_BYTES / stride);
      let done = 0;
      while (done < count) {
        const now = Math.min(rowsAtOnce, count - done);
        const start = from + done * stride;
        input.set(bytes.subarray(start, start + now * stride));
        const read = kernel.readMbo(MBO_INPUT_AT, stride, now, head, row + done);
        done += read;
        if (read < now) break;
      }
      return done;
    },
  };
}
