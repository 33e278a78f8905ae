/**
 * The connection to a QuestDB: its HTTP, kept alive, with the first answer of every server looked at before it is trusted.
 *
 * Nothing is held open but sockets, so a server that comes back is simply used again. What is wrong is told in two tones: a
 * server that is away is `questdbUnavailable`, and passes; one that refuses us, or is none or too old, is `questdbUnfit`.
 */
import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { z } from 'zod';
import { type AppError, errors } from '#base/errors.js';

export interface QuestdbAddress {
  /** `http://user:password@host:9000`; the user is optional. */
  readonly url: string;
  /** How long an answer may let us wait. */
  readonly timeoutMs: number;
}

export interface Call {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface QuestdbClient {
  /** Opens a streamed answer of `/exec`; the caller reads it to its end or destroys it. Errors: SqlRefused for what QuestDB says of the SQL. */
  exec(sql: string, call?: Call & { readonly rowsMax?: number }): Promise<IncomingMessage>;
  /** Connections for one write. QuestDB remembers tables by connection, and would swallow rows for one that was dropped since. */
  openWriter(): Writer;
  /** Asks the server who it is, unless that is known already. */
  greet(): Promise<void>;
  close(): void;
}

export interface Writer {
  /** Sends lines as one request, which QuestDB takes whole or not at all. */
  write(lines: Uint8Array): Promise<void>;
  close(): void;
}

/** What QuestDB said about a statement. */
export class SqlRefused extends Error {
  /** Character of the statement, or null. */
  readonly position: number | null;

  constructor(message: string, position: number | null) {
    super(message);
    this.name = 'SqlRefused';
    this.position = position;
  }
}

/** Doubles travel as bytes, which servers before 9.0 cannot read. */
export const OLDEST_VERSION = [9, 0] as const;
/** QuestDB reads the request line and its headers into 64 KiB. */
export const URL_LENGTH_MAX = 60_000;
const SOCKETS_MAX = 32;
const ERROR_BYTES_MAX = 1 << 20;

const Settings = z.object({ config: z.looseObject({ 'release.version': z.string() }) });
const Refusal = z.object({
  error: z.string().optional(),
  message: z.string().optional(),
  position: z.number().optional(),
});

export function questdbClient({ url, timeoutMs: patienceMs }: QuestdbAddress): QuestdbClient {
  const base = new URL(url);
  const isTls = base.protocol === 'https:';
  const makeAgent = (maxSockets: number) => new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets });
  const shared = makeAgent(SOCKETS_MAX);
  const user = decodeURIComponent(base.username);
  const credentials = Buffer.from(`${user}:${decodeURIComponent(base.password)}`).toString('base64');
  const headers = user === '' ? {} : { authorization: `Basic ${credentials}` };
  const where = base.host;
  let isKnown = false;

  const ask = (
    path: string,
    { signal, timeoutMs = patienceMs }: Call,
    { body, agent = shared }: { body?: Uint8Array; agent?: Agent } = {},
  ) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = (isTls ? requestHttps : requestHttp)(new URL(path, base), {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? headers : { ...headers, 'content-length': body.length },
        auth: '',
        ...(signal === undefined ? {} : { signal }),
      });
      const timer = setTimeout(() => request.destroy(new Error(`it gave no answer within ${timeoutMs} ms`)), timeoutMs);
      request.once('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        // A connection kept alive across a restart of the server is found dead only when it is used; reading again harms nothing.
        if (request.reusedSocket && error.code === 'ECONNRESET' && body === undefined)
          ask(path, { timeoutMs, ...(signal === undefined ? {} : { signal }) }, { agent }).then(resolve, reject);
        else reject(away(error));
      });
      request.end(body);
    });

  const away = (error: unknown): AppError => {
    isKnown = false;
    return errors.questdbUnavailable(
      where,
      error instanceof Error ? error.message || String(error) : String(error),
      error,
    );
  };

  async function greet(): Promise<void> {
    if (isKnown) return;
    const response = await ask('/settings', {});
    const text = await bodyText(response).catch((error) => {
      throw away(error);
    });
    checkStatus(response, text);
    const version = versionOf(text);
    if (version === undefined) throw errors.questdbUnfit(where, 'what answers there is not a QuestDB that we know');
    if (isOlder(version))
      throw errors.questdbUnfit(
        where,
        `it is version ${version}, and ${OLDEST_VERSION.join('.')} is the oldest we can write to`,
      );
    // Settings may be open to all while the rest is not.
    const greeting = await ask('/exec?query=SELECT%201', {});
    checkStatus(greeting, await bodyText(greeting));
    isKnown = true;
  }

  const checkStatus = ({ statusCode = 0 }: IncomingMessage, text: string): void => {
    if (statusCode === 401 || statusCode === 403) throw errors.questdbUnfit(where, 'it refuses our user and password');
    if (statusCode === 502 || statusCode === 503 || statusCode === 504)
      throw away(new Error(`it answers ${statusCode}`));
    if (statusCode >= 400 && !text.trimStart().startsWith('{'))
      throw errors.questdbUnfit(where, `it answers ${statusCode}, as no QuestDB does`);
  };

  return {
    greet,
    async exec(sql, { rowsMax, ...call } = {}) {
      await greet();
      const query = new URLSearchParams({ query: sql, ...(rowsMax === undefined ? {} : { limit: String(rowsMax) }) });
      const path = `/exec?${query}`;
      if (path.length > URL_LENGTH_MAX)
        throw new SqlRefused(`The statement is longer than ${URL_LENGTH_MAX} characters`, null);
      const response = await ask(path, call);
      if (response.statusCode === 200) return response;
      const text = await bodyText(response);
      checkStatus(response, text);
      const refusal = refusalOf(text);
      throw new SqlRefused(refusal.error ?? text, refusal.position ?? null);
    },
    openWriter() {
      const agent = makeAgent(1);
      return {
        async write(lines) {
          await greet();
          const response = await ask('/write', {}, { body: lines, agent });
          const text = await bodyText(response).catch((error) => {
            throw away(error);
          });
          if (response.statusCode === 204 || response.statusCode === 200) return;
          checkStatus(response, text);
          throw errors.storeUnavailable(refusalOf(text).message ?? `QuestDB answers ${response.statusCode} to a write`);
        },
        close: () => agent.destroy(),
      };
    },
    close: () => shared.destroy(),
  };
}

async function bodyText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= ERROR_BYTES_MAX) parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function refusalOf(text: string): z.infer<typeof Refusal> {
  try {
    return Refusal.parse(JSON.parse(text));
  } catch {
    // Not the JSON it should be: the text is what we have.
    return { error: text, message: text };
  }
}

function versionOf(text: string): string | undefined {
  try {
    return Settings.safeParse(JSON.parse(text)).data?.config['release.version'];
  } catch {
    return undefined;
  }
}

/** A build without a number, such as one's own, is taken to be new. */
function isOlder(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  return (
    Number(major) < OLDEST_VERSION[0] || (Number(major) === OLDEST_VERSION[0] && Number(minor) < OLDEST_VERSION[1])
  );
}
