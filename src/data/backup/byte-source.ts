/** Bytes of a stream, asked for by length: what a reader of headers wants, without ever joining more than a header. */
import type { Pieces } from './container-writer.js';

export interface ByteSource {
  /** Exactly so many, copied: theirs to keep; undefined when the stream ends before. Nothing is lost by asking at the very end. */
  take(bytes: number): Promise<Buffer | undefined>;
  /** So many in the pieces in which they came, each good until the next is asked for; ends early with the stream. */
  pieces(bytes: number): AsyncGenerator<Buffer>;
  /** Whether nothing follows. */
  isAtEnd(): Promise<boolean>;
  close(): Promise<void>;
}

export function byteSourceOf(stream: Pieces): ByteSource {
  const iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array> =
    Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    while (rest.length === 0) {
      const { done, value } = await iterator.next();
      if (done === true) return false;
      rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return true;
  }

  async function* pieces(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (!(await more())) return;
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  return {
    pieces,
    async take(bytes) {
      const parts: Buffer[] = [];
      for await (const piece of pieces(bytes)) parts.push(Buffer.from(piece));
      // Whoever reads a file reads into the same memory again.
      const taken = Buffer.concat(parts);
      return taken.length === bytes ? taken : undefined;
    },
    isAtEnd: async () => !(await more()),
    close: async () => void (await iterator.return?.()),
  };
}
