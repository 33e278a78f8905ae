/** The version of this build, from the package's own manifest: it stands above src and above dist alike. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

export const version = z.object({ version: z.string() }).parse(manifest).version;
