/** COPY over a connection of `pg`, which carries it but has no words for it (PostgreSQL manual, 54.2.7 "COPY operations"). */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** More than this waiting for its reader, and the server is asked to wait too. */
const AHEAD_BYTES = 4 << 20;

/** What `pg` calls back while our statement is the active one (its lib/client.js). */
interface Wire {
  readonly stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** The bytes of `copy ... to stdout`, as they come. Stopping early cancels nothing: the connection is of no more use then. */
export async function* copyOut(client: pg.Client, sql: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let wire: Wire | undefined;
  let tell = () => {};
  let end: { error?: Error } | undefined;
  const finish = (error?: Error) => {
    end ??= error === undefined ? {} : { error };
    tell();
  };
  client.query({
    ...idle,
    submit(given: Wire) {
      wire = given;
      given.query(sql);
    },
    handleCopyData({ chunk }: { chunk: Buffer }) {
      // A copy: the parser writes the next bytes from the wire over these.
      waiting.push(Buffer.from(chunk));
      bytes += chunk.length;
      if (bytes > AHEAD_BYTES) wire?.stream.pause();
      tell();
    },
    handleError: finish,
    handleReadyForQuery: () => finish(),
  } as unknown as pg.Submittable);
  for (;;) {
    if (waiting.length > 0) {
      // Rows come one a message: joined, they cost their reader a thousandth of the calls.
      const piece = Buffer.concat(waiting);
      [waiting, bytes] = [[], 0];
      wire?.stream.resume();
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
