/**
 * The DBN decoder: fed with chunks of any size, it says "more" or gives the header, blocks of records as columns, and at last what it
 * saw. No I/O; memory as large as one block of each kind, whatever a file claims.
 *
 * A block is lent: its columns are written again once the next event is asked for (`copyBlock` keeps one). A block ends when it is
 * full, when a record of another kind comes, and at the end of the stream: where depends on the stream, never on the chunks.
 */
import { errors } from '#base/errors.js';
import type { MboBlock, MbpBlock } from '#engine/frame/dbn-block.js';
import type { KernelHost } from '#engine/kernels/kernel.js';
import type { DbnBlock } from './block.js';
import { createFiller, type Filler } from './fill-block.js';
import { HEADER_BYTES } from './layout.js';
import type { DbnMetadata } from './metadata.js';
import { createHeaderReader, type HeaderReader } from './read-header.js';
import { type DbnVersion, layoutOf, type RecordType, recordTypeOf } from './record-type.js';
import { mayHold, type Schema } from './schema.js';

export interface Fragment {
  readonly version: DbnVersion;
  /** Checks every record when given. */
  readonly schema?: Schema;
  readonly tsOut?: boolean;
}

export interface DecodeOptions {
  /** The data has no header. */
  readonly fragment?: Fragment;
  /** Default 65,536. */
  readonly rowsPerBlock?: number;
  /** Columns of mbo or mbp to fill, in a kernel's memory for instance; as many rows a block as they have room for. */
  readonly into?: readonly (MboBlock | MbpBlock)[];
  /** Takes market-by-order records apart by WebAssembly, about a third sooner. */
  readonly kernels?: KernelHost;
  /** A header may be that long; default 32 MiB. */
  readonly metadataBytesMax?: number;
}

export type DbnEvent =
  | { readonly type: 'more' }
  | { readonly type: 'metadata'; readonly metadata: DbnMetadata }
  | { readonly type: 'block'; readonly block: DbnBlock }
  | { readonly type: 'end'; readonly seen: DbnSeen };

export interface DbnSeen {
  /** Whole records of known kinds. */
  readonly records: number;
  /** How many records of unknown rtypes were passed over. */
  readonly unknown: ReadonlyMap<number, number>;
  /** Uncompressed, the header included. */
  readonly bytes: number;
}

export interface DbnDecoder {
  /** Gives a chunk, after `next` said "more"; it is read until `next` says so again. */
  push(chunk: Uint8Array): void;
  /** No more chunks will come. */
  end(): void;
  /** Errors: those of dbn.ts, each with its byte offset; the same again when asked again. */
  next(): DbnEvent;
}

const ROWS_PER_BLOCK = 65_536;
const METADATA_BYTES_MAX = 32 * 1024 * 1024;
/** A length is a byte that counts words. */
const RECORD_BYTES_MAX = 255 * 4;
const MORE: DbnEvent = { type: 'more' };

export function createDbnDecoder(options: DecodeOptions = {}): DbnDecoder {
  const {
    fragment,
    rowsPerBlock = ROWS_PER_BLOCK,
    into = [],
    metadataBytesMax = METADATA_BYTES_MAX,
    kernels,
  } = options;
  let header = fragment === undefined ? createHeaderReader(metadataBytesMax) : undefined;
  let format: Fragment | undefined = fragment;
  /** The chunk, and where in it we are. */
  let chunk: Uint8Array = new Uint8Array(0);
  let at = 0;
  /** Of `chunk[0]` in the stream. */
  let chunkOffset = 0;
  let isEnded = false;
  let failure: unknown;
  /** A record that began in an earlier chunk; aligned, as a fresh buffer is. */
  const carry = new Uint8Array(RECORD_BYTES_MAX);
  let carried = 0;
  /** The first bytes of a fragment tell whether it is one. */
  let isChecked = fragment === undefined;
  const fillers = new Map<RecordType, Filler>();
  let open: Filler | undefined;
  let records = 0;
  const unknown = new Map<number, number>();

  const offset = () => chunkOffset + at - carried;
  const damaged = (reason: string) => errors.dbnRecordInvalid(offset(), records, reason);
  const mislabelled = (reason: string) => errors.dbnMislabelled(offset(), records, reason);

  const step = (): DbnEvent => (header === undefined ? readRecords() : readHeader(header));

  function readHeader(reader: HeaderReader): DbnEvent {
    at += reader.take(chunk, at);
    const metadata = reader.metadata();
    if (metadata === undefined) {
      if (isEnded) throw reader.truncated();
      return MORE;
    }
    const { version, tsOut, schema } = metadata;
    format = { version, tsOut, ...(schema !== null && { schema }) };
    header = undefined;
    return { type: 'metadata', metadata };
  }

  function readRecords(): DbnEvent {
    for (;;) {
      // What was lent may be written again from here on.
      if (open?.isLent) open.reset();
      if (carried > 0) {
        const isWhole = fillCarry();
        if (!isWhole) return isEnded ? finish() : MORE;
        const event = readRun(carry, 0, carry[0]! * 4);
        if (event !== undefined) return event;
        continue;
      }
      const left = chunk.length - at;
      if (left === 0) return isEnded ? finish() : MORE;
      const stride = chunk[at]! * 4;
      if (left < Math.max(HEADER_BYTES, stride)) {
        checkStride(stride);
        carry.set(chunk.subarray(at));
        carried = left;
        at = chunk.length;
        continue;
      }
      const event = readRun(chunk, at, stride);
      if (event !== undefined) return event;
    }
  }

  function checkStride(stride: number): void {
    if (stride < HEADER_BYTES) throw damaged(`it says to be ${stride} bytes long`);
  }

  /** Takes what the carried record lacks; false while the chunk has not all of it. */
  function fillCarry(): boolean {
    const wanted = carry[0]! * 4;
    const taken = Math.min(wanted - carried, chunk.length - at);
    carry.set(chunk.subarray(at, at + taken), carried);
    carried += taken;
    at += taken;
    return carried === wanted;
  }

  /** Reads the record at `from` and those like it after it. An event when the open block must go out first. */
  function readRun(bytes: Uint8Array, from: number, stride: number): DbnEvent | undefined {
    checkStride(stride);
    if (!isChecked) checkFragment(bytes, from);
    const rtype = bytes[from + 1]!;
    const type = recordTypeOf(rtype);
    if (type === undefined) {
      unknown.set(rtype, (unknown.get(rtype) ?? 0) + 1);
      pass(stride);
      return undefined;
    }
    if (open !== undefined && !open.fits(rtype, stride)) {
      const last = open;
      open = undefined;
      if (last.block.rows > 0) return lend(last);
    }
    if (open === undefined) {
      checkRecord(type, rtype, stride);
      open = fillerOf(type, rtype, stride);
    }
    const available = bytes === carry ? 1 : Math.floor((bytes.length - from) / stride);
    const read = open.fill(bytes, from, available);
    records += read;
    pass(read * stride);
    return open.isFull() ? lend(open) : undefined;
  }

  /** After records were read, from the chunk or from the carried bytes. */
  function pass(bytes: number): void {
    if (carried > 0) carried = 0;
    else at += bytes;
  }

  function checkFragment(bytes: Uint8Array, from: number): void {
    isChecked = true;
    if (bytes[from] === 0x44 && bytes[from + 1] === 0x42 && bytes[from + 2] === 0x4e)
      throw mislabelled('a fragment has no header, and this begins with one');
  }

  function checkRecord(type: RecordType, rtype: number, stride: number): void {
    const { version, schema, tsOut = false } = format!;
    const tail = tsOut ? 8 : 0;
    const needed = layoutOf(type, version).bytes + tail;
    if (schema !== undefined && !mayHold(schema, rtype))
      throw mislabelled(`a record of rtype ${rtype} (${type.kind}) stands among ${schema}`);
    const other = ([1, 2, 3] as const).find((one) => layoutOf(type, one).bytes + tail === stride);
    if (stride !== needed && other !== undefined)
      throw mislabelled(`its ${type.kind} record is one of version ${other}, not ${version}`);
    if (stride < needed) throw damaged(`${stride} bytes are too short for ${type.kind}, which has ${needed}`);
  }

  function fillerOf(type: RecordType, rtype: number, stride: number): Filler {
    const known = fillers.get(type);
    if (known?.fits(rtype, stride)) {
      known.reset();
      return known;
    }
    const { version, tsOut = false } = format!;
    const filler = createFiller({ type, rtype, stride, version, tsOut, rowsPerBlock, into, kernels });
    fillers.set(type, filler);
    return filler;
  }

  const lend = (filler: Filler): DbnEvent => {
    filler.lend();
    return { type: 'block', block: filler.block };
  };

  function finish(): DbnEvent {
    const last = open;
    open = undefined;
    if (last !== undefined && last.block.rows > 0 && !last.isLent) return lend(last);
    if (carried > 0) {
      const left = carried;
      throw errors.dbnTruncated(offset(), records, `the last record has ${left} of its ${carry[0]! * 4} bytes`);
    }
    return { type: 'end', seen: { records, unknown, bytes: offset() } };
  }

  return {
    push(next) {
      chunkOffset += at;
      chunk = next;
      at = 0;
    },
    end() {
      isEnded = true;
    },
    next() {
      if (failure !== undefined) throw failure;
      try {
        return step();
      } catch (error) {
        failure = error;
        // The whole records before the place are given first.
        const last = open;
        open = undefined;
        if (last !== undefined && last.block.rows > 0 && !last.isLent) return lend(last);
        throw error;
      }
    },
  };
}
