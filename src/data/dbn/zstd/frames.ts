/**
 * Walks the frames and blocks of a zstd stream without decompressing them (RFC 8878, 3.1).
 *
 * Decompressors stop after the first frame, or read damaged bytes as "more to come": so we cut the stream into frames ourselves, pass
 * over skippable ones, notice an end in the middle, and refuse what would need too much memory before it takes any.
 */
import { errors } from '#base/errors.js';

export interface FramePart {
  /** Compressed bytes of one frame, part of the chunk that was pushed. */
  readonly bytes: Uint8Array;
  readonly endsFrame: boolean;
  /** Of the bytes in the compressed stream. */
  readonly offset: number;
}

export interface FrameWalker {
  /** The parts of frames in this chunk, in order. Errors: zstdInvalid. */
  walk(chunk: Uint8Array): Generator<FramePart>;
  /** Errors: zstdInvalid when the stream ends within a frame. */
  end(): void;
}

export const ZSTD_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** What zstd's own decoder allows: a frame needs its window in memory. */
const WINDOW_BYTES_MAX = 128 * 1024 * 1024;
const BLOCK_BYTES_MAX = 128 * 1024;
/** A block of four bytes may stand for 128 KiB: parts end after so many, and so what comes of a part is at most 4 MiB. */
const BLOCKS_PER_PART = 32;

type State = 'magic' | 'descriptor' | 'header' | 'block' | 'body' | 'checksum' | 'skip-size' | 'skip';

export function createFrameWalker(): FrameWalker {
  let state: State = 'magic';
  /** Bytes that the state still waits for. */
  let wanted = 4;
  /** The bytes of a short field, little-endian: at most 14. */
  let field: number[] = [];
  /** Of the chunk's first byte. */
  let offset = 0;
  let descriptor = 0;
  let isLastBlock = false;
  let blocks = 0;

  const become = (next: State, bytes: number) => {
    state = next;
    wanted = bytes;
    field = [];
  };
  const number = (from: number, length: number) =>
    field.slice(from, from + length).reduce((sum, byte, at) => sum + byte * 2 ** (8 * at), 0);

  /** After a field is there: what follows it. True when a frame ended. */
  function advance(at: number): boolean {
    const damaged = (reason: string) => errors.zstdInvalid(at, reason);
    switch (state) {
      case 'magic': {
        const magic = number(0, 4);
        if (magic === ZSTD_MAGIC) become('descriptor', 1);
        else if (magic >= SKIPPABLE_MAGIC && magic < SKIPPABLE_MAGIC + 16) become('skip-size', 4);
        else throw damaged('no frame begins there');
        return false;
      }
      case 'descriptor':
        descriptor = field[0]!;
        if ((descriptor & 8) !== 0) throw damaged('a reserved bit is set');
        become('header', headerBytes(descriptor));
        return false;
      case 'header':
        checkHeader(at);
        become('block', 3);
        return false;
      case 'block': {
        const header = number(0, 3);
        const [type, size] = [(header >> 1) & 3, header >>> 3];
        isLastBlock = (header & 1) === 1;
        if (type === 3) throw damaged('a block has the reserved type');
        if (size > BLOCK_BYTES_MAX) throw damaged(`a block of ${size} bytes is too long`);
        blocks++;
        become('body', type === 1 ? 1 : size);
        return wanted === 0 && advance(at);
      }
      case 'body':
        if (!isLastBlock) become('block', 3);
        else if ((descriptor & 4) !== 0) become('checksum', 4);
        else return endFrame();
        return false;
      case 'checksum':
        return endFrame();
      case 'skip-size':
        become('skip', number(0, 4));
        return wanted === 0 && advance(at);
      case 'skip':
        become('magic', 4);
        return false;
    }
  }

  function endFrame(): boolean {
    become('magic', 4);
    return true;
  }

  function checkHeader(at: number): void {
    const isSingle = (descriptor & 32) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const windowBytes = isSingle ? 0 : 1;
    if (number(windowBytes, dictionaryBytes) !== 0) throw errors.zstdInvalid(at, 'it needs a dictionary');
    const rest = windowBytes + dictionaryBytes;
    const window = isSingle ? number(rest, field.length - rest) : windowOf(field[0]!);
    if (window > WINDOW_BYTES_MAX)
      throw errors.zstdInvalid(at, `it needs ${window} bytes of memory; ${WINDOW_BYTES_MAX} are allowed`);
  }

  return {
    *walk(chunk) {
      let at = 0;
      /** Where the part that is not yet given begins. */
      let start = 0;
      const part = (endsFrame: boolean): FramePart => {
        const given = { bytes: chunk.subarray(start, at), endsFrame, offset: offset + start };
        start = at;
        blocks = 0;
        return given;
      };
      while (at < chunk.length) {
        const isPassed = state === 'skip' || state === 'skip-size';
        const taken = Math.min(wanted, chunk.length - at);
        if (state !== 'body' && state !== 'skip') for (let i = 0; i < taken; i++) field.push(chunk[at + i]!);
        // A magic number that may be a skippable frame's is given once it is known; its bytes may lie in two chunks.
        if (state === 'magic' && at > start) yield part(false);
        at += taken;
        wanted -= taken;
        if (isPassed) start = at;
        if (wanted > 0) break;
        const wasMagic = state === 'magic';
        const endsFrame = advance(offset + at);
        if (wasMagic) {
          start = at;
          if (state === 'descriptor') yield { bytes: MAGIC_BYTES, endsFrame: false, offset: offset + at - 4 };
        }
        if (endsFrame || blocks >= BLOCKS_PER_PART) yield part(endsFrame);
      }
      if (state !== 'magic' && at > start) yield part(false);
      offset += chunk.length;
    },
    end() {
      if (state !== 'magic' || field.length > 0) throw errors.zstdInvalid(offset, 'it ends within a frame');
    },
  };
}

const MAGIC_BYTES = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

/** Window descriptor, dictionary id and content size: which there are, the descriptor says. Never zero together. */
function headerBytes(descriptor: number): number {
  const isSingle = (descriptor & 32) !== 0;
  const contentFlag = descriptor >>> 6;
  const contentBytes = contentFlag === 0 ? (isSingle ? 1 : 0) : 2 ** contentFlag;
  return (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + contentBytes;
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >>> 3));
  return base + (base / 8) * (byte & 7);
}
