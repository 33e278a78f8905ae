/** COPY over a connection of `pg`, which carries it but has no words for it (PostgreSQL manual, 54.2.7 "COPY operations"). */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** With so much waiting for its reader the server is asked to wait too. */
const AHEAD_BYTES = 4 << 20;
/** Rows are laid one behind the other into blocks, which grow: most tables are small, and some have millions of rows. */
const BLOCK_BYTES_MIN = 64 << 10;

/** What `pg` calls back while our statement is the active one (its lib/client.js). */
interface Wire {
  readonly stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** The bytes of `copy ... to stdout`, in blocks of whole rows. Stopping early cancels nothing: the connection is of no more use then. */
export async function* copyOut(client: pg.Client, sql: string): AsyncGenerator<Buffer> {
  const waiting: Buffer[] = [];
  let bytes = 0;
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES_MIN);
  let used = 0;
  let wire: Wire | undefined;
  let tell = () => {};
  let end: { error?: Error } | undefined;
  const hand = (piece: Buffer) => {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes >= AHEAD_BYTES) wire?.stream.pause();
    tell();
  };
  const handBlock = () => {
    if (used > 0) hand(block.subarray(0, used));
    block = Buffer.allocUnsafeSlow(Math.min(AHEAD_BYTES, 4 * block.length));
    used = 0;
  };
  const finish = (error?: Error) => {
    end ??= error === undefined ? {} : { error };
    if (used > 0) hand(block.subarray(0, used));
    used = 0;
    tell();
  };
  client.query({
    ...idle,
    submit(given: Wire) {
      wire = given;
      given.query(sql);
    },
    // One a row, and gone with the next: the parser writes what comes from the wire over it.
    handleCopyData({ chunk }: { chunk: Buffer }) {
      if (chunk.length > block.length - used) handBlock();
      if (chunk.length > block.length) return hand(Buffer.from(chunk));
      chunk.copy(block, used);
      used += chunk.length;
    },
    handleError: finish,
    handleReadyForQuery: () => finish(),
  } as unknown as pg.Submittable);
  for (;;) {
    const piece = waiting.shift();
    if (piece !== undefined) {
      bytes -= piece.length;
      if (bytes < AHEAD_BYTES) wire?.stream.resume();
      yield piece;
      continue;
    }
    if (end?.error !== undefined) throw end.error;
    if (end !== undefined) return;
    await new Promise<void>((resolve) => {
      tell = resolve;
    });
  }
}

/** Feeds `copy ... from stdin`; resolves when the server has taken all. When the content fails, so does the statement. */
export function copyIn(client: pg.Client, sql: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    let feeding: Promise<void> = Promise.resolve();
    client.query({
      ...idle,
      submit: (wire: Wire) => wire.query(sql),
      handleCopyInResponse(wire: Wire) {
        feeding = feed(wire, content, () => failure !== undefined).catch((error: unknown) => {
          failure ??= error;
          wire.sendCopyFail('the content failed');
        });
      },
      handleError(error: Error) {
        failure ??= error;
      },
      handleReadyForQuery() {
        void feeding.then(() => (failure === undefined ? resolve() : reject(failure)));
      },
    } as unknown as pg.Submittable);
  });
}

async function feed(wire: Wire, content: AsyncIterable<Uint8Array>, isOver: () => boolean): Promise<void> {
  for await (const piece of content) {
    if (isOver()) return;
    wire.sendCopyFromChunk(piece);
    if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain');
  }
  wire.endCopyFrom();
}

const idle = {
  handleRowDescription() {},
  handleDataRow() {},
  handlePortalSuspended() {},
  handleEmptyQuery() {},
  handleCommandComplete() {},
  handleCopyData() {},
  handleCopyInResponse() {},
};
