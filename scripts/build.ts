/** Strips the types from src into dist, file by file and without bundling, so that stack traces read like the source; `npm run check` checks the types. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const isShipped = (path: string) => path.endsWith('.ts') && !/\.(test|bench|d)\.ts$/.test(path);
const sourcesOf = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter(isShipped)
    .map((path) => join(dir, path));

async function strip(from: string, to: string) {
  rmSync(to, { recursive: true, force: true });
  await build({
    entryPoints: sourcesOf(from),
    outbase: from,
    outdir: to,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

await Promise.all([strip('src', 'dist'), strip('sdk/typescript/src', 'sdk/typescript/dist')]);
