/** Where a request really came in when the gateway handed it on: `/sigma` for `/sigma/api/v1/models`. For Location headers. */
import type { IncomingMessage } from 'node:http';

const prefixes = new WeakMap<IncomingMessage, string>();

export const setMountPrefix = (raw: IncomingMessage, prefix: string) => void prefixes.set(raw, prefix);

/** The prefix that was cut off before this surface saw the URL; empty when it came in directly. */
export const mountPrefixOf = (raw: IncomingMessage) => prefixes.get(raw) ?? '';
