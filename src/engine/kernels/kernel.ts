/**
 * How the engine meets WebAssembly: it names a module and lays out memory; whoever runs the engine may hand it a host that instantiates.
 *
 * Every kernel imports one shared memory, so columns stand where views of TypeScript, the kernel and other threads all see them.
 * Without a host the TypeScript twin computes the same bytes: a host may only change how long it takes.
 */
import { assert } from '#base/assert.js';

/** A compiled kernel: made from `assembly/<name>.ts` by `npm run generate`. `Exports` are the functions it exports. */
export interface KernelModule<Exports> {
  readonly name: string;
  /** The module's bytes. */
  readonly base64: string;
  /** Never set: it carries the type of the exports. */
  readonly exports?: Exports;
}

/** The memory of kernels: a WebAssembly.Memory that is shared. Growing leaves old views valid, and too short. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike;
  /** By pages of 64 KiB. */
  grow(pages: number): number;
}

/** What a host with WebAssembly gives the engine. */
export interface KernelHost {
  /** A new zeroed memory of at least that many bytes, which may grow to `bytesMax`. */
  memory(bytes: number, bytesMax: number): KernelMemory;
  /** The module's functions on that memory; another thread may do the same on the same memory. */
  instantiate<Exports>(module: KernelModule<Exports>, memory: KernelMemory): Exports;
}

/** The first page belongs to the modules' own constants; columns are laid out from here on. */
export const KERNEL_BASE_BYTES = 65_536;

/** Makes the memory at least that long. */
export function growTo(memory: KernelMemory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
  assert(memory.buffer.byteLength >= bytes, 'the memory of a kernel grew');
}
