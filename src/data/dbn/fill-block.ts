/** Fills a block of one kind of record from bytes, wherever they begin, and makes a larger block when a stream turns out long. */
import { assert } from '#base/assert.js';
import { type MboBlock, type MbpBlock, roomOf } from '#engine/frame/dbn-block.js';
import type { KernelHost } from '#engine/kernels/kernel.js';
import { blockOfMbo, blockOfMbp, type DbnBlock, makeBlock, roomOfBlock, setRows } from './block.js';
import { type MboKernel, openMboKernel } from './mbo-kernel.js';
import { type ColumnReader, columnReaders } from './read-columns.js';
import { type MboReader, mboReader } from './read-mbo.js';
import { type DbnVersion, layoutOf, type RecordType } from './record-type.js';
import { type Strip, stripOver } from './strip.js';

export interface Filler {
  readonly block: DbnBlock;
  readonly isLent: boolean;
  /** Whether a record goes into this block. */
  fits(rtype: number, stride: number): boolean;
  /** Reads records from byte `from` on, at most `available`, while they are of this kind and there is room: at least one. */
  fill(bytes: Uint8Array, from: number, available: number): number;
  isFull(): boolean;
  lend(): void;
  /** Begins a new block, in the same columns or in longer ones. */
  reset(): void;
}

export interface FillerFacts {
  readonly type: RecordType;
  readonly rtype: number;
  readonly stride: number;
  readonly version: DbnVersion;
  readonly tsOut: boolean;
  readonly rowsPerBlock: number;
  readonly into: readonly (MboBlock | MbpBlock)[];
  readonly kernels: KernelHost | undefined;
}

/** Blocks begin small and grow fourfold, so that small files and fuzzed ones stay small. */
const FIRST_ROWS = 256;
const GROWTH = 4;
/** Records are read in strips that stay in the nearest cache while column after column is taken from them. */
const STRIP_BYTES = 16_384;

export function createFiller({
  type,
  rtype,
  stride,
  version,
  tsOut,
  rowsPerBlock,
  into,
  kernels,
}: FillerFacts): Filler {
  const head = (stride >>> 2) | (rtype << 8);
  const extraBytes = stride - layoutOf(type, version).bytes - (tsOut ? 8 : 0);
  const given = extraBytes === 0 && !tsOut ? givenBlock(type, version, into) : undefined;
  let kernel: MboKernel | undefined;
  const make = (rows: number): DbnBlock => {
    if (given !== undefined) return given;
    // A short stream is not worth a memory of its own.
    const isForKernel = kernels !== undefined && type.kind === 'mbo' && rows > FIRST_ROWS && extraBytes === 0 && !tsOut;
    if (!isForKernel) return makeBlock(rtype, version, rows, { tsOut, extraBytes });
    kernel ??= openMboKernel(kernels);
    return blockOfMbo(kernel.block, version);
  };
  let block = make(Math.min(FIRST_ROWS, rowsPerBlock));
  // The kernel's block has its full length at once, and yet ends where others end.
  let room = given === undefined ? Math.min(FIRST_ROWS, rowsPerBlock) : roomOfBlock(block);
  // Given columns may hold what an earlier decoder left.
  setRows(block, 0);
  let readers = readersOf(block, stride);
  let isLent = false;
  // Records that lie on no multiple of four are moved here first.
  const stripRows = Math.max(1, Math.floor(STRIP_BYTES / stride));
  let moved: Strip | undefined;

  function fill(bytes: Uint8Array, from: number, available: number): number {
    const count = Math.min(available, room - block.rows);
    assert(count > 0, 'a block that is asked to fill has room');
    const row = block.rows;
    const read = fillRows(bytes, from, count, row);
    setRows(block, row + read);
    return read;
  }

  function fillRows(bytes: Uint8Array, from: number, count: number, row: number): number {
    if (kernel !== undefined) return kernel.read(bytes, from, stride, count, head, row);
    const isAligned = (bytes.byteOffset + from) % 4 === 0;
    return isAligned ? fillFrom(stripOver(bytes, from, count * stride), count, row) : fillMoved(bytes, from, count);
  }

  function fillMoved(bytes: Uint8Array, from: number, count: number): number {
    moved ??= stripOver(new Uint8Array(stripRows * stride), 0, stripRows * stride);
    let read = 0;
    while (read < count) {
      const rows = Math.min(stripRows, count - read);
      const start = from + read * stride;
      moved.bytes.set(bytes.subarray(start, start + rows * stride));
      const taken = fillFrom(moved, rows, block.rows + read);
      read += taken;
      if (taken < rows) break;
    }
    return read;
  }

  /** Stops before the first record of another kind. */
  function fillFrom(strip: Strip, count: number, row: number): number {
    if (typeof readers === 'function') return readers(strip, stride, count, head, row);
    const rows = countAlike(strip.words, stride >>> 2, count, head);
    for (let done = 0; done < rows; done += stripRows) {
      const now = Math.min(stripRows, rows - done);
      for (const read of readers) read(strip, done * stride, stride, now, row + done);
    }
    return rows;
  }

  return {
    get block() {
      return block;
    },
    get isLent() {
      return isLent;
    },
    fits: (otherRtype, otherStride) => otherRtype === rtype && otherStride === stride,
    fill,
    isFull: () => block.rows === room,
    lend() {
      isLent = true;
    },
    reset() {
      const wasFull = block.rows === room;
      isLent = false;
      if (wasFull && room < rowsPerBlock && given === undefined) {
        room = Math.min(room * GROWTH, rowsPerBlock);
        block = make(room);
        readers = readersOf(block, stride);
      }
      setRows(block, 0);
    },
  };
}

const readersOf = (block: DbnBlock, stride: number): MboReader | readonly ColumnReader[] =>
  block.mbo !== undefined && block.tsOut === undefined && block.extra === undefined
    ? mboReader(block.mbo)
    : columnReaders(block, stride);

/** The caller's columns, when they are of this kind. */
function givenBlock(
  type: RecordType,
  version: DbnVersion,
  into: readonly (MboBlock | MbpBlock)[],
): DbnBlock | undefined {
  for (const columns of into) {
    const block = 'orderId' in columns ? blockOfMbo(columns, version) : blockOfMbp(columns, version);
    if (block.kind !== type.kind) continue;
    assert(roomOf(columns) > 0, 'columns to fill have room');
    return block;
  }
  return undefined;
}

function countAlike(words: Uint32Array, strideWords: number, count: number, head: number): number {
  let row = 0;
  while (row < count && (words[row * strideWords]! & 0xffff) === head) row++;
  return row;
}
