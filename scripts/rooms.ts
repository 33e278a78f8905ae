/** The table of stairs: who may import whom. Checks every import of src against it, and that the engine keeps no clock and no chance. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const server = ['base', 'engine', 'data', 'compute', 'store', 'jobs', 'services', 'assistant', 'surfaces'];

export const STAIRS: Record<string, readonly string[]> = {
  base: [],
  engine: ['base'],
  data: ['base', 'engine'],
  compute: ['base', 'engine', 'data'],
  store: ['base'],
  jobs: ['base', 'store', 'compute'],
  services: ['base', 'engine', 'data', 'compute', 'store', 'jobs'],
  assistant: ['base', 'data', 'compute', 'store', 'jobs', 'services'],
  surfaces: ['base', 'services', 'assistant', 'jobs'],
  app: server,
  cli: ['base', 'app', 'services', 'data', 'sdk'],
};

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g;
const CHANCE_OR_CLOCK = /\b(Math\.random|Date\.now|new Date\(\)|performance\.now)\b/;

/** One line for every import that goes upstairs or leaves its room by a relative path. */
export function findBrokenWalls(root = 'src'): { filesSeen: number; broken: string[] } {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !/\.(test|bench)\.ts$|\/assembly\//.test(path),
  );
  const broken = files.flatMap((file) => wallsBrokenBy(file, readFileSync(join(root, file), 'utf8')));
  return { filesSeen: files.length, broken };
}

function wallsBrokenBy(file: string, text: string): string[] {
  const room = file.split('/')[0]!;
  const allowed = STAIRS[room];
  if (allowed === undefined) return [`${file}: ${room} is not a room`];
  const broken =
    room === 'engine' && CHANCE_OR_CLOCK.test(text) ? [`${file}: the engine is handed time and chance`] : [];
  for (const [, target] of text.matchAll(IMPORT)) {
    if (target!.startsWith('#') && !isAllowed(target!.slice(1).split('/')[0]!, room, allowed))
      broken.push(`${file}: ${room} may not import ${target}`);
    if (target!.startsWith('@almanac/sdk') && !allowed.includes('sdk'))
      broken.push(`${file}: ${room} may not import the SDK`);
    if (target!.startsWith('..') && leavesRoom(file, target!))
      broken.push(`${file}: ${target} leaves the room by a relative path`);
  }
  return broken;
}

const isAllowed = (target: string, room: string, allowed: readonly string[]) =>
  target === room || allowed.includes(target);

const leavesRoom = (file: string, target: string) => {
  const depth = file.split('/').length - 2;
  return target.split('/').filter((part) => part === '..').length > depth;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { filesSeen, broken } = findBrokenWalls();
  for (const line of broken) console.error(line);
  if (filesSeen < 20) broken.push('too few files seen: is this the root of the repository?');
  console.log(`${filesSeen} files, ${broken.length} broken walls`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
