/**
 * Ways for lines to reach QuestDB. Over HTTP each part is one request that is taken whole or not at all, and answered; over
 * TCP there is no answer, so the end of the connection is the only sign that all was read.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AppError, errors } from '#base/errors.js';
import type { QuestdbClient } from './client.js';

export interface Sender {
  /** Resolves when the next part may be sent. */
  send(lines: Uint8Array): Promise<void>;
  /** How often a broken connection was tried again. */
  retries(): number;
  /** Resolves when the server has read all of it. */
  finish(): Promise<void>;
  /** Lets go of what was opened, whatever happened. */
  close(): void;
}

export interface SenderOptions {
  /** Whether a part may be sent again when nobody knows if it arrived: only where equal keys replace each other. */
  readonly mayRepeat: boolean;
}

export type OpenSender = (options: SenderOptions) => Promise<Sender>;

/** A broken connection is tried again three times (stage1.md 6.7 rule 6), after these waits: a restart of the server takes seconds. */
const WAITS_MS = [250, 1000, 4000];

export const httpSender =
  (client: QuestdbClient): OpenSender =>
  async ({ mayRepeat }) => {
    const writer = client.openWriter();
    let retries = 0;
    return {
      async send(lines) {
        for (let tries = 0; ; tries++) {
          try {
            return await writer.write(lines);
          } catch (error) {
            const waitMs = WAITS_MS[tries];
            if (waitMs === undefined || !isAway(error) || !(mayRepeat || wasNotSent(error))) throw error;
            retries++;
            await new Promise((resolve) => setTimeout(resolve, waitMs));
          }
        }
      },
      retries: () => retries,
      async finish() {},
      close: writer.close,
    };
  };

const isAway = (error: unknown) => error instanceof AppError && error.code === 'questdb_unavailable';

const wasNotSent = (error: unknown): boolean => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
};

/** `tcp://host:9009`, or `tcps://` through whatever ends TLS in front of QuestDB. */
export const tcpSender =
  (url: string, patienceMs: number): OpenSender =>
  async () => {
    const { hostname, port, protocol, host } = new URL(url);
    const at = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 9009) };
    const away = (reason: string, cause?: unknown) =>
      errors.questdbUnavailable(host, `${reason} (ALMANAC_QUESTDB_ILP)`, cause);
    const socket: Socket = protocol === 'tcps:' ? connectTls({ ...at, servername: at.host }) : connect(at);
    socket.setNoDelay(true);
    let failure: unknown;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', (error) => {
      failure = error;
    });
    // Nothing is ever said over this connection, but an end unread is an end unseen.
    socket.resume();
    socket.setTimeout(patienceMs, () => socket.destroy(new Error(`it did not read on within ${patienceMs} ms`)));
    const check = () => {
      if (failure !== undefined) throw away(String(failure), failure);
      if (socket.destroyed || socket.readableEnded)
        throw away('it closed the connection, as it does for a line that it cannot store; its log says which');
    };
    await Promise.race([closed, new Promise((resolve) => socket.once('connect', resolve))]);
    check();
    return {
      async send(lines) {
        check();
        if (!socket.write(lines)) await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))]);
        check();
      },
      retries: () => 0,
      async finish() {
        check();
        socket.end();
        await closed;
        if (failure !== undefined) throw away(String(failure), failure);
      },
      close: () => socket.destroy(),
    };
  };
