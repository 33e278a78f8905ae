/** The kernel that takes market-by-order records apart; its twin is the decoder's own reader (data/dbn/read-mbo.ts). */
import { KERNEL_BASE_BYTES, type KernelModule } from './kernel.js';
import { mboWasm } from './mbo.wasm.generated.js';

export interface MboExports {
  /**
   * Of `count` records of `stride` bytes at `from` (bytes from the start of the memory), as many as begin with `head`, into the block's
   * rows from `row` on. Says how many it read.
   */
  readMbo(from: number, stride: number, count: number, head: number, row: number): number;
}

export const mboKernel: KernelModule<MboExports> = { name: 'mbo', base64: mboWasm };

/** Where records are copied in: few enough bytes for the nearest cache. */
export const MBO_INPUT_AT = KERNEL_BASE_BYTES;
export const MBO_INPUT_BYTES = 16_384;
/** Where a block of so many rows stands, as placeMboBlock lays it: the kernel knows the places of its columns. */
export const MBO_BLOCK_AT = MBO_INPUT_AT + MBO_INPUT_BYTES;
export const MBO_ROWS = 65_536;
