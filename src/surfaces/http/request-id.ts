/** The request id: the client's own when the surface accepts it, else a new one in the surface's form. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Surface } from './surface.js';

export const REQUEST_ID_HEADER = 'x-request-id';

export const giveRequestId =
  ({ acceptsRequestId, newRequestId }: Pick<Surface, 'acceptsRequestId' | 'newRequestId'>) =>
  (raw: IncomingMessage): string => {
    const sent = raw.headers[REQUEST_ID_HEADER];
    return typeof sent === 'string' && acceptsRequestId(sent) ? sent : newRequestId();
  };

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** `prefix` and so many characters of lower-case base32. */
export function base32Id(prefix: string, length: number): string {
  let id = prefix;
  for (const byte of randomBytes(length)) id += BASE32[byte & 31];
  return id;
}
