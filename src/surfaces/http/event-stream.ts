/**
 * Server-sent events: one open answer per listener of a stream, with a heartbeat, an end at shutdown, and a bound on what
 * a slow reader may leave unread. A reader that falls further behind is cut off; EventSource comes back by itself.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Half of the 30 s after which impatient proxies take silence for death. */
const HEARTBEAT_MS = 15_000;
const UNREAD_BYTES_MAX = 1024 * 1024;

export interface EventStream {
  /** Sends one event; quietly nothing after the reader has gone. */
  send(event: string, data: object, id?: string): void;
  /** Calls `stop` when the reader goes or the server closes, at once if it has happened. */
  onEnd(stop: () => void): void;
}

/** Takes the answer over; the handler must return `reply` right after. `closing` ends the stream at shutdown. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply, closing: AbortSignal): EventStream {
  const headers = reply.getHeaders();
  reply.hijack();
  const raw = reply.raw;
  const over = new AbortController();
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  } as Record<string, string>);
  raw.write(': open\n\nretry: 2000\n\n');

  const write = (text: string) => {
    if (over.signal.aborted) return;
    raw.write(text);
    if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy();
  };
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  const end = () => {
    clearInterval(heartbeat);
    closing.removeEventListener('abort', end);
    over.abort();
    raw.end();
  };
  closing.addEventListener('abort', end, { once: true });
  request.raw.socket.once('close', end);
  raw.once('close', end);
  if (closing.aborted) end();

  return {
    onEnd: (stop) => (over.signal.aborted ? stop() : over.signal.addEventListener('abort', stop, { once: true })),
    send: (event, data, id) =>
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
  };
}
