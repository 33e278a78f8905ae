/** API keys: `sgk_` and 40 characters of base62, of which we keep the SHA-256. 238 random bits need no slow hash. */
import { randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function makeApiKey(): string {
  let key = 'sgk_';
  for (let i = 0; i < 40; i++) key += BASE62[randomInt(62)];
  return key;
}

export const isApiKey = (text: string) => /^sgk_[0-9A-Za-z]{40}$/.test(text);
