/** What stands in deploy/ and in the guides: files that their readers can read, and settings that there are. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '#app/config.js';
import { addressParts, settings } from '#app/settings.js';

const textOf = (path: string) => readFileSync(path, 'utf8');
const deployed = readdirSync('deploy', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

interface Compose {
  readonly services: Record<
    string,
    {
      readonly image: string;
      readonly volumes?: readonly string[];
      readonly depends_on?: Record<string, unknown>;
      readonly environment?: Record<string, string | number>;
      readonly ports?: readonly string[];
    }
  >;
  readonly volumes: Record<string, unknown>;
}

const composeOf = (name: string) => parse(textOf(`deploy/${name}.yaml`), { merge: true }) as Compose;
const base = composeOf('compose');

describe('the compose files', () => {
  it.each(['compose', 'compose.workers', 'compose.watch'])(
    '%s names only services and volumes that there are',
    (name) => {
      const file = composeOf(name);
      const services = { ...base.services, ...file.services };
      const volumes = { ...base.volumes, ...file.volumes };
      for (const service of Object.values(file.services)) {
        for (const other of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty([other]);
        for (const [source] of (service.volumes ?? []).map((one) => one.split(':')))
          if (source!.startsWith('./')) expect(existsSync(join('deploy', source!))).toBe(true);
          else expect(volumes).toHaveProperty([source!]);
        // The world reaches nothing but the proxy in front.
        for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
      }
    },
  );

  it('the settings of the server and of a worker are such that they start', () => {
    const known: Record<string, string> = { POSTGRES_PASSWORD: 'p', ALMANAC_SECRET_KEY: 'k'.repeat(32) };
    const resolved = (environment: Record<string, string | number>) =>
      Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          String(value).replace(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_, key: string, other = '') => known[key] ?? other),
        ]),
      );
    const alone = resolved(base.services['almanac']!.environment!);
    expect(readConfig({ env: alone, cwd: tmpdir() })).toMatchObject({ authRequired: true, gatewayPort: 8080 });
    const workers = composeOf('compose.workers').services;
    const shared = { ...alone, ...resolved(workers['almanac']!.environment!) };
    expect(readConfig({ env: shared, cwd: tmpdir() })).toMatchObject({
      workers: 0,
      databaseUrl: 'postgresql://almanac:p@postgres:5432/almanac',
    });
    const worker = readConfig({ env: resolved(workers['worker']!.environment!), cwd: tmpdir() });
    expect(worker).toMatchObject({ workers: 2, databaseUrl: 'postgresql://almanac:p@postgres:5432/almanac' });
  });
});

it('every setting that deploy and the guides name is one', () => {
  const known = new Set<string>(
    [...Object.values(settings), ...Object.values(addressParts)].flatMap(({ name, aliases = [] }) => [
      name,
      ...aliases,
    ]),
  );
  const named = [...deployed, 'docs/guides/deploy.md', 'docs/guides/operate.md'].flatMap((path) =>
    (textOf(path).match(/\b(?:ALMANAC|STAGE1)_[A-Z0-9_]*[A-Z0-9]\b/g) ?? []).map((name) => [path, name]),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(([, name]) => !known.has(name!))).toEqual([]);
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

// Skipped where there is no systemd: nothing else can judge a unit.
it.skipIf(!hasSystemd)('systemd understands every unit', () => {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-units-'));
  try {
    // The program must be there for systemd to be content; the copy asks for ours.
    const units = readdirSync('deploy/systemd').map((name) => {
      const unit = textOf(join('deploy/systemd', name)).replaceAll('/usr/bin/node', process.execPath);
      const path = join(dir, name.replace('@.', '@1.'));
      writeFileSync(path, unit);
      return path;
    });
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });
    expect([status, stderr.trim()]).toEqual([0, '']);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
