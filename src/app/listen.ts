/** Binds a surface to its port and says in plain words when that port is taken. */
import type { FastifyInstance } from 'fastify';
import { errors } from '#base/errors.js';

export interface Place {
  readonly host: string;
  /** 0 is any free port. */
  readonly port: number;
  /** Which setting chose it, for the message. */
  readonly setting: string;
  readonly scheme: 'http' | 'https';
}

/** Gives the base URL that clients reach it by. Throws portTaken or portDenied. */
export async function listen(app: Pick<FastifyInstance, 'listen' | 'server'>, place: Place): Promise<string> {
  try {
    await app.listen({ host: place.host, port: place.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw errors.portTaken(place.port, place.setting);
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') throw errors.portDenied(place.host, place.port, place.setting);
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : place.port;
  return `${place.scheme}://${urlHost(place.host)}:${port}`;
}

/** A wildcard address is not one that clients can use; an IPv6 address stands in brackets. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
