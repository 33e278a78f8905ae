/** Bytes of records that begin on a multiple of four, seen at every width. */
export interface Strip {
  readonly words: Uint32Array;
  readonly signedWords: Int32Array;
  readonly halves: Uint16Array;
  readonly bytes: Uint8Array;
  /** Meaningful where the bytes begin on a multiple of eight, else empty. */
  readonly wides: BigInt64Array;
}

export function stripOver({ buffer, byteOffset }: Uint8Array, from: number, bytes: number): Strip {
  const at = byteOffset + from;
  return {
    words: new Uint32Array(buffer, at, bytes >>> 2),
    signedWords: new Int32Array(buffer, at, bytes >>> 2),
    halves: new Uint16Array(buffer, at, bytes >>> 1),
    bytes: new Uint8Array(buffer, at, bytes),
    wides: at % 8 === 0 ? new BigInt64Array(buffer, at, bytes >>> 3) : new BigInt64Array(0),
  };
}
