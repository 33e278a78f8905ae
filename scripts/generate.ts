/**
 * Renews everything that is made from something else; with `--check` it only says what is stale, and fails.
 *
 * The API documents come from a real server on embedded storage, started in a directory of its own; `--offline` leaves
 * that part out, for a quick look.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { envExample, settingsDocument } from '../src/app/settings-documents.js';
import { errorsDocument } from './generate/errors-document.js';
import { kernelFiles } from './generate/kernels.js';
import { sdkFiles } from './generate/sdk.js';
import { readServed } from './generate/served.js';

const isCheck = process.argv.includes('--check');
const isOffline = process.argv.includes('--offline');

/** Path to content. */
type Files = ReadonlyMap<string, string>;

const documents = (): Files =>
  new Map([
    ['.env.example', envExample()],
    ['docs/settings.md', settingsDocument()],
    ['docs/errors.md', errorsDocument()],
  ]);

/** Gives the paths that differ; writes them unless this is a check. */
function renew(files: Files): string[] {
  const stale = [...files].filter(([path, content]) => !existsSync(path) || readFileSync(path, 'utf8') !== content);
  if (!isCheck)
    for (const [path, content] of stale) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  return stale.map(([path]) => path);
}

const stale = [...renew(documents()), ...renew(await kernelFiles())];
if (!isOffline) stale.push(...renew(await readServed()));
stale.push(...renew(sdkFiles('docs/api')));

for (const path of stale) console.log(`${isCheck ? 'stale' : 'written'}: ${path}`);
if (isCheck && stale.length > 0) {
  console.error('Run `npm run generate` and commit what it writes.');
  process.exitCode = 1;
}
