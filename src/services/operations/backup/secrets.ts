/** The secrets of an install as one small document: files of the secrets directory, and settings that are secret. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { documentOf } from '#data/backup/manifest.js';
import { seal, unseal } from '#data/backup/seal.js';
import type { BackupDesk } from './desk.js';
import { absent } from './moment.js';

export { PASSPHRASE_CHARS_MIN } from '#data/backup/seal.js';

export const SECRETS_PATH = 'secrets.sealed';

/** The new database gets a password of its own. */
const NOT_TAKEN = 'postgres-password';

const Secrets = z.object({
  /** By name, in base64. */
  files: z.record(z.string().regex(/^[\w.-]+$/), z.base64()),
  settings: z.record(z.string().regex(/^[A-Z0-9_]+$/), z.string()),
});
export type Secrets = z.infer<typeof Secrets>;

/** Errors: passphraseTooShort. */
export async function sealSecrets({ paths, secretSettings }: BackupDesk, passphrase: string): Promise<Buffer> {
  const entries = await readdir(paths.secrets, { withFileTypes: true }).catch(absent([]));
  const names = entries.filter((entry) => entry.isFile() && entry.name !== NOT_TAKEN).map(({ name }) => name);
  const files: Secrets['files'] = {};
  for (const name of names.sort()) files[name] = (await readFile(join(paths.secrets, name))).toString('base64');
  return seal(documentOf({ files, settings: secretSettings } satisfies Secrets), passphrase);
}

/** Errors: passphraseWrong. */
export const unsealSecrets = async (sealed: Uint8Array, passphrase: string): Promise<Secrets> =>
  Secrets.parse(JSON.parse((await unseal(sealed, passphrase)).toString('utf8')));
