/**
 * A backup asked of the server that runs: its bytes as they come. By `node:http` and not by the SDK, whose fetch spends twice the
 * processor on gigabytes.
 */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ApiError } from '@almanac/sdk';

/** So much waits for its reader before the server is asked to wait too. */
const AHEAD_BYTES = 1 << 20;
/** What is wrong is said in a sentence. */
const REFUSAL_BYTES_MAX = 1 << 20;

export interface BackupQuestion {
  readonly url: string;
  readonly token: string;
  readonly body: { readonly passphrase?: string };
  readonly signal?: AbortSignal;
}

/** Throws ApiError when it is refused or nobody answers; a connection that breaks later fails the pieces. */
export async function askServer(question: BackupQuestion): Promise<AsyncIterable<Uint8Array>> {
  const { url } = question;
  const answer = await send(question).catch((cause: unknown) => {
    throw new ApiError({ method: 'POST', url, status: 0, body: null, cause });
  });
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 299)
    throw new ApiError({ method: 'POST', url, status, body: parsed(await textOf(answer)) });
  return piecesOf(answer);
}

function send({ url, token, body, signal }: BackupQuestion): Promise<IncomingMessage> {
  const text = JSON.stringify(body);
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(text);
  });
}

/** Gathered by its events: its own iterator asks for each of sixteen pieces of a mebibyte. */
async function* piecesOf(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let end: { readonly error?: Error } | undefined;
  let tell = () => {};
  const finish = (error?: Error) => {
    end ??= error === undefined ? {} : { error };
    tell();
  };
  answer.on('data', (piece: Uint8Array) => {
    waiting.push(piece);
    bytes += piece.byteLength;
    if (bytes < AHEAD_BYTES) return;
    answer.pause();
    tell();
  });
  answer.on('end', () => finish());
  answer.on('error', finish);
  // A connection that closes before the end of the answer says so by an error; this is for one that says nothing.
  answer.on('close', () => finish(new Error('the connection was closed')));
  try {
    for (;;) {
      if (waiting.length > 0 && (bytes >= AHEAD_BYTES || end !== undefined)) {
        const pieces = waiting;
        [waiting, bytes] = [[], 0];
        if (end === undefined) answer.resume();
        yield* pieces;
      } else if (end?.error !== undefined) throw end.error;
      else if (end !== undefined) return;
      else
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
    }
  } finally {
    answer.destroy();
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) {
    text += piece as string;
    if (text.length > REFUSAL_BYTES_MAX) break;
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // The caller sees what came.
  }
}
