/** How every operation of the client reaches a server: one address, one fetch, one error. */

export interface ClientOptions {
  /** `http://127.0.0.1:8001/api/v1`: what stands before every path. */
  readonly baseUrl: string;
  /** Sent with every request: `{ authorization: 'Bearer ...' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the global fetch, for tests. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** What an operation may be given beside its own parameters. */
export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sent as they are; anything else goes as JSON. */
export type RawBody = string | Uint8Array<ArrayBuffer> | Blob | FormData | ReadableStream<Uint8Array>;

export interface OperationCall extends CallOptions {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
}

export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[];

/** An answer that was not a success, or none at all (`status` 0). `body` is the answer as the surface worded it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: unknown;
  readonly method: string;
  readonly url: string;

  constructor(failure: { method: string; url: string; status: number; body: unknown; cause?: unknown }) {
    const { method, url, status, body, cause } = failure;
    super(sayFailure(failure), cause === undefined ? undefined : { cause });
    this.method = method;
    this.url = url;
    this.status = status;
    this.body = body;
  }
}

function sayFailure({
  method,
  url,
  status,
  body,
  cause,
}: {
  method: string;
  url: string;
  status: number;
  body: unknown;
  cause?: unknown;
}) {
  const what = `${method} ${url}`;
  if (status === 0) return `${what}: no answer (${reasonOf(cause)})`;
  return `${what}: ${status} ${wordsIn(body)}`.trimEnd();
}

/** fetch says only "fetch failed"; what failed stands in its cause. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(inner instanceof Error)) return String(inner);
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  return inner.message || code || inner.name;
}

/** The sentence in an answer, wherever its dialect puts it: `error`, `error.message`, `message` or `detail`. */
function wordsIn(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, 200);
  if (!isRecord(body)) return '';
  const { error, message, detail } = body;
  if (typeof error === 'string') return error;
  if (isRecord(error) && typeof error['message'] === 'string') return error['message'];
  if (typeof message === 'string') return message;
  return typeof detail === 'string' ? detail : '';
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One request; gives the answer unread, for streams. Throws ApiError when it is not a success. */
export async function send(
  options: ClientOptions,
  method: string,
  path: string,
  call: OperationCall = {},
): Promise<Response> {
  const url = options.baseUrl.replace(/\/+$/, '') + fillPath(path, call.path ?? {}) + queryString(call.query ?? {});
  const { body, type } = encode(call.body);
  const headers = { accept: 'application/json', ...type, ...options.headers, ...call.headers };
  // Node's fetch wants `duplex` for streamed bodies; the DOM's types do not know it yet.
  const init: RequestInit & { duplex?: 'half' } = { method, headers };
  if (body !== undefined) init.body = body;
  if (body instanceof ReadableStream) init.duplex = 'half';
  if (call.signal !== undefined) init.signal = call.signal;
  const answer = await (options.fetch ?? fetch)(url, init).catch((cause: unknown) => {
    throw new ApiError({ method, url, status: 0, body: null, cause });
  });
  if (!answer.ok) throw new ApiError({ method, url, status: answer.status, body: await readAnswer(answer) });
  return answer;
}

/** One request, its answer read: JSON as a value, anything else as text. */
export async function call<T>(
  options: ClientOptions,
  method: string,
  path: string,
  parameters: OperationCall = {},
): Promise<T> {
  return (await readAnswer(await send(options, method, path, parameters))) as T;
}

async function readAnswer(answer: Response): Promise<unknown> {
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  if (!/[/+]json/.test(type) || text === '') return text;
  try {
    return JSON.parse(text);
  } catch {
    // Said to be JSON and is not: the caller sees what came.
    return text;
  }
}

const fillPath = (path: string, values: Readonly<Record<string, string | number>>) =>
  path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));

function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.append(name, String(one));
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}

function encode(body: unknown): { body?: RawBody; type?: Record<string, string> } {
  if (body === undefined) return {};
  const isRaw =
    typeof body === 'string' ||
    body instanceof Uint8Array ||
    body instanceof Blob ||
    body instanceof FormData ||
    body instanceof ReadableStream;
  // A form's boundary is set by fetch; for the other raw bodies the caller names the type in the headers.
  if (isRaw) return { body: body as RawBody };
  return { body: JSON.stringify(body), type: { 'content-type': 'application/json' } };
}
