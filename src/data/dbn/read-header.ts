/**
 * Gathers a header from chunks of any size. What is no DBN is refused as early as its bytes tell; a claimed length costs nothing,
 * because the parts are joined only when all of them came.
 */
import { type AppError, errors } from '#base/errors.js';
import type { DbnMetadata } from './metadata.js';
import { FIXED_BYTES, PRELUDE_BYTES, readMetadata } from './read-metadata.js';
import type { DbnVersion } from './record-type.js';

export interface HeaderReader {
  /** Takes what the header lacks of the chunk from `at` on, and says how many bytes. Errors: those of a header. */
  take(chunk: Uint8Array, at: number): number;
  /** Once all of it came. */
  metadata(): DbnMetadata | undefined;
  /** What it is when nothing more comes. */
  truncated(): AppError;
}

const MAGIC = [0x44, 0x42, 0x4e];

/** The shortest header has the fixed part, four counts of nothing and the length of no schema definition. */
const LENGTH_MIN = FIXED_BYTES + 20;

export function createHeaderReader(bytesMax: number): HeaderReader {
  const prelude = new Uint8Array(PRELUDE_BYTES);
  let preludeBytes = 0;
  /** Of prelude and metadata; known with the prelude. */
  let wanted: number | undefined;
  let parts: Uint8Array[] = [];
  let bytes = 0;

  function takePrelude(chunk: Uint8Array, at: number): number {
    const taken = chunk.subarray(at, at + PRELUDE_BYTES - preludeBytes);
    prelude.set(taken, preludeBytes);
    preludeBytes += taken.length;
    checkPrelude(prelude.subarray(0, preludeBytes), bytesMax);
    if (preludeBytes < PRELUDE_BYTES) return taken.length;
    wanted = PRELUDE_BYTES + lengthOf(prelude);
    parts = [prelude];
    bytes = PRELUDE_BYTES;
    return taken.length;
  }

  return {
    take(chunk, at) {
      const first = wanted === undefined ? takePrelude(chunk, at) : 0;
      if (wanted === undefined) return first;
      // A copy: the chunk is its giver's again before the header is whole.
      const part = chunk.slice(at + first, at + first + wanted - bytes);
      if (part.length > 0) parts.push(part);
      bytes += part.length;
      return first + part.length;
    },
    metadata() {
      if (bytes !== wanted) return undefined;
      const whole = joined(parts, bytes);
      parts = [];
      return readMetadata(whole, prelude[3] as DbnVersion);
    },
    truncated: () =>
      preludeBytes < 4
        ? errors.dbnUnrecognised()
        : errors.dbnTruncated(
            Math.max(bytes, preludeBytes),
            0,
            `the header has ${Math.max(bytes, preludeBytes)} of its ${wanted ?? PRELUDE_BYTES} bytes`,
          ),
  };
}

/** DBZ was a zstd skippable frame followed by compressed records. */
export const isLegacy = (magic: number): boolean => magic >= 0x184d2a50 && magic <= 0x184d2a5f;

const lengthOf = (prelude: Uint8Array): number => new DataView(prelude.buffer).getUint32(4, true);

function checkPrelude(prelude: Uint8Array, bytesMax: number): void {
  if (prelude.some((byte, at) => at < 3 && byte !== MAGIC[at])) {
    if (prelude.length < 4) return;
    const magic = new DataView(prelude.buffer).getUint32(0, true);
    throw isLegacy(magic) ? errors.dbnLegacy() : errors.dbnUnrecognised();
  }
  const version = prelude[3] ?? 1;
  if (version < 1) throw errors.dbnUnrecognised();
  if (version > 3) throw errors.dbnVersionUnsupported(version);
  if (prelude.length < PRELUDE_BYTES) return;
  const length = lengthOf(prelude);
  if (length < LENGTH_MIN) throw errors.dbnMetadataInvalid(4, `a length of ${length} is too short`);
  if (length > bytesMax) throw errors.dbnMetadataTooLarge(length, bytesMax);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
