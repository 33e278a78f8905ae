/** Answers that are written here and not by their schema: long ones while they are read, and those that were kept as text. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Small texts are gathered to pieces of this size: a socket write costs more than a join. */
const PIECE_LENGTH = 64 * 1024;

/**
 * A JSON answer in pieces. The first text is awaited before this resolves, so that what fails at once is still said as an
 * error; what fails later breaks the connection, and no half answer looks whole.
 */
export async function sendJsonPieces(reply: FastifyReply, texts: AsyncGenerator<string>): Promise<FastifyReply> {
  const first = await texts.next();
  const pieces = Readable.from(gathered(first.done ? '' : first.value, texts), { objectMode: false });
  return reply.type('application/json; charset=utf-8').send(pieces);
}

/** A JSON answer that was written before; text or its bytes. */
export const sendJsonText = (reply: FastifyReply, text: string | Buffer): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(text);

/** To the compiler a route answers with what its schema would write; what we wrote to the same schema stands for it. */
export const asAnswer = (sent: FastifyReply) => sent as never;

async function* gathered(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  let piece = first;
  for await (const text of rest) {
    piece += text;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Aborts when the client goes before its answer is complete: nobody waits for the rest of the work. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
