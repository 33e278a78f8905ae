/**
 * Strips the types from src into dist, file by file and without bundling, so that stack traces read like the source;
 * `npm run check` checks the types.
 *
 * Only what changed is written, each file whole: a server that runs from dist while another command builds never sees a gap.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const isShipped = (path: string) =>
  path.endsWith('.ts') && !/\.(test|bench|fixture|d)\.ts$/.test(path) && !/\bkernels\/assembly\//.test(path);
const filesIn = (dir: string) => readdirSync(dir, { recursive: true, encoding: 'utf8' });
const sourcesOf = (dir: string) =>
  filesIn(dir)
    .filter(isShipped)
    .map((path) => join(dir, path));

async function strip(from: string, to: string) {
  const { outputFiles } = await build({
    entryPoints: sourcesOf(from),
    outbase: from,
    outdir: to,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    write: false,
  });
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  removeOthers(to, new Set(outputFiles.map(({ path }) => path)));
}

function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  // A file that starts with #! is a program.
  if (contents[0] === 0x23 && contents[1] === 0x21) chmodSync(temporary, 0o755);
  renameSync(temporary, path);
}

/** What no source makes any more. Temporary files stay: they may be those of another build at this moment. */
function removeOthers(dir: string, made: ReadonlySet<string>): void {
  for (const path of filesIn(dir).map((path) => resolve(dir, path)))
    if (/\.(js|map)$/.test(path) && !made.has(path)) rmSync(path, { force: true });
}

await Promise.all([strip('src', 'dist'), strip('sdk/typescript/src', 'sdk/typescript/dist')]);
