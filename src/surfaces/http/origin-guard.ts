/**
 * Who may knock: the Host a request names and, for browsers, the page it comes from (DESIGN.md 8).
 *
 * Without the Host guard any web page could rebind its own name to 127.0.0.1 and read everything; without the Origin guard
 * any page could post to a local server. Programs send no Origin and are not touched by the second.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { CorsRule } from './surface.js';

/** `*`: whatever name; else the names beyond loopback under which this listener is reached. */
export type HostNames = '*' | readonly string[];

export function isHostAllowed(raw: IncomingMessage, names: HostNames): boolean {
  if (names === '*') return true;
  const host = raw.headers.host;
  // Only HTTP/1.0 may leave it out (Node refuses the rest), and no browser speaks that.
  if (host === undefined) return raw.httpVersion === '1.0';
  const name = hostNameOf(host);
  if (name === undefined) return false;
  if (isLoopbackName(name) || names.includes(name)) return true;
  // The very address the connection came in on: a page cannot make a name out of it.
  return isIP(name) !== 0 && name === raw.socket.localAddress?.replace(/^::ffff:/, '');
}

/** True for requests without an Origin, from the server's own pages, and from origins of the rule. */
export function isOriginAllowed(raw: IncomingMessage, rule: CorsRule): boolean {
  const origin = raw.headers.origin;
  if (origin === undefined) return true;
  return isListedOrigin(origin, rule) || isSameOrigin(origin, raw.headers.host);
}

export function isListedOrigin(origin: string, { origins }: CorsRule): boolean {
  if (origins === '*' || origins.includes(origin)) return true;
  if (!origins.includes('loopback')) return false;
  const match = /^https?:\/\/(.+)$/.exec(origin);
  const name = match === null ? undefined : hostNameOf(match[1]!);
  return name !== undefined && isLoopbackName(name);
}

const isSameOrigin = (origin: string, host: string | undefined) =>
  host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);

/** `name[:port]` or `[v6][:port]`, lower case, brackets off; undefined for anything else. */
function hostNameOf(host: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_.-]+))(?::\d{1,5})?$/.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

const isLoopbackName = (name: string) =>
  name === 'localhost' ||
  name.endsWith('.localhost') ||
  name === '::1' ||
  (isIP(name) === 4 && name.startsWith('127.'));
