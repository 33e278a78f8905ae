/** Passwords: scrypt (RFC 7914) with N = 2^15, r = 8, p = 1 and a salt of 16 bytes, computed off the loop, two at a time. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

// 32 MiB a hash; Node's default ceiling of 32 MiB refuses exactly that, hence 64.
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** scrypt blocks a thread of libuv's four for 60 ms or so: more at once would hold up file access and DNS. */
const AT_ONCE_MAX = 2;

/** `scrypt$32768$8$1$<salt>$<hash>`, the last two in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt);
  return `scrypt$${COST.N}$${COST.r}$${COST.p}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** An unknown user is compared with a hash that nothing matches, so that the answer takes as long. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const parts = (stored ?? NOBODY).split('$');
  const salt = Buffer.from(parts[4] ?? '', 'base64');
  const expected = Buffer.from(parts[5] ?? '', 'base64');
  const given = await derive(password, salt);
  return expected.length === given.length && timingSafeEqual(expected, given) && stored !== undefined;
}

const NOBODY = `scrypt$${COST.N}$${COST.r}$${COST.p}$${Buffer.alloc(SALT_BYTES).toString('base64')}$${Buffer.alloc(HASH_BYTES).toString('base64')}`;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (running >= AT_ONCE_MAX) await new Promise<void>((turn) => waiting.push(turn));
  else running += 1;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      // NFKC: the same password typed on another keyboard is the same password (RFC 8265).
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, COST, (error, hash) =>
        error === null ? resolve(hash) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
