/** Sigma's three doors, `/api/v1`, `/api` and none: cut off before routing, remembered for sign-in rules and Location headers. */
import type { IncomingMessage } from 'node:http';
import { mountPrefixOf } from '../http/mount-prefix.js';

export type SigmaMount = '/api/v1' | '/api' | '';

const mounts = new WeakMap<IncomingMessage, SigmaMount>();

/** For `Surface.rewriteUrl`: `/api/v1/models?limit=1` becomes `/models?limit=1`. */
export function rewriteSigmaUrl(url: string, raw: IncomingMessage): string {
  const match = /^(\/api\/v1|\/api)(?=[/?]|$)/.exec(url);
  const mount = (match?.[1] ?? '') as SigmaMount;
  mounts.set(raw, mount);
  const rest = url.slice(mount.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

export const mountOf = (raw: IncomingMessage): SigmaMount => mounts.get(raw) ?? '';

/** A path as this client must write it: with the mount it used, and the gateway's prefix when it came that way. */
export const pathFor = (raw: IncomingMessage, path: string) => `${mountPrefixOf(raw)}${mountOf(raw)}${path}`;
