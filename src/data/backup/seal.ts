/** A few bytes locked with a passphrase: scrypt (RFC 7914) makes the key, AES-256-GCM locks, and notices every change. */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { documentOf } from './manifest.js';

/** 64 MiB and some 0.2 s for a guess. */
const COST = { N: 1 << 16, r: 8, p: 1 } as const;
/** A sealed file that asks for more is not ours, and would be a way to exhaust us. */
const COST_MAX = { N: 1 << 20, r: 16, p: 4 } as const;
const KEY_BYTES = 32;
export const PASSPHRASE_CHARS_MIN = 8;

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const Sealed = z.object({
  kdf: z.literal('scrypt'),
  cost: z.object({ N: z.int().max(COST_MAX.N), r: z.int().max(COST_MAX.r), p: z.int().max(COST_MAX.p) }),
  salt: base64,
  cipher: z.literal('aes-256-gcm'),
  iv: base64,
  tag: base64,
  data: base64,
});

/** Errors: passphraseTooShort. */
export async function seal(content: Uint8Array, passphrase: string): Promise<Buffer> {
  if (passphrase.length < PASSPHRASE_CHARS_MIN) throw errors.passphraseTooShort(PASSPHRASE_CHARS_MIN);
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, salt, COST), iv);
  const data = Buffer.concat([cipher.update(content), cipher.final()]);
  const text = (bytes: Buffer) => bytes.toString('base64');
  return documentOf({
    kdf: 'scrypt',
    cost: COST,
    salt: text(salt),
    cipher: 'aes-256-gcm',
    iv: text(iv),
    tag: text(cipher.getAuthTag()),
    data: text(data),
  });
}

/** Errors: passphraseWrong; also for bytes that were changed, which cannot be told apart. */
export async function unseal(sealed: Uint8Array, passphrase: string): Promise<Buffer> {
  const { salt, cost, iv, tag, data } = Sealed.parse(JSON.parse(Buffer.from(sealed).toString('utf8')));
  try {
    const cipher = createDecipheriv('aes-256-gcm', await keyOf(passphrase, salt, cost), iv, { authTagLength: 16 });
    cipher.setAuthTag(tag);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  } catch (cause) {
    throw errors.passphraseWrong(cause);
  }
}

const keyOf = (passphrase: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // 128 * N * r bytes are used, and as much again is allowed for the rest.
    const options = { ...cost, maxmem: 256 * cost.N * cost.r };
    scrypt(passphrase.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
