/** The identity desk, with the key that signs and the first admin: both made once and kept in the secrets directory. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '#data/files/durable.js';
import type { IdentityDesk } from '#services/identity/desk.js';
import { makePassword } from '#services/identity/generated-password.js';
import { createSignInThrottle } from '#services/identity/sign-in-throttle.js';
import { deriveTokenKey } from '#services/identity/token.js';
import { seedFirstAdmin } from '#services/identity/user.service.js';
import type { House } from './house.js';

/** As long as the hash of HS256 (RFC 7518, 3.2). */
const KEY_BYTES = 32;

export async function openIdentity(
  house: Pick<House, 'config' | 'paths' | 'db' | 'clock' | 'ids'>,
): Promise<IdentityDesk> {
  const { config, paths, db, clock, ids } = house;
  const key =
    config.secretKey ??
    (await keepSecret(join(paths.secrets, 'key'), () => randomBytes(KEY_BYTES).toString('base64url')));
  return {
    db,
    clock,
    ids,
    tokenKey: deriveTokenKey(key),
    throttle: createSignInThrottle(),
    ...(config.adminToken === null ? {} : { adminToken: config.adminToken }),
  };
}

/** Gives the path of the generated password at the one start that made the admin with it. */
export async function seedAdmin(
  house: Pick<House, 'config' | 'paths'>,
  desk: IdentityDesk,
): Promise<string | undefined> {
  const { adminUser, adminPassword } = house.config;
  const path = join(house.paths.secrets, 'admin-password');
  const password = adminPassword ?? (await keepSecret(path, makePassword));
  const isNew = await seedFirstAdmin(desk, { username: adminUser, password });
  return isNew && adminPassword === null ? path : undefined;
}

/** Only the owner of the directory may read it (mode 600); what is there already stays. */
async function keepSecret(path: string, make: () => string): Promise<string> {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const secret = make();
  await writeFileDurably(path, `${secret}\n`, { mode: 0o600 });
  return secret;
}
