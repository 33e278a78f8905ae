/** Where settings come from: the environment, `.env`, almanac.config.yaml and Stage1's config.json, each as names and raw values. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { parse as parseYaml } from 'yaml';
import type { Setting } from './setting.js';
import type { RawValue } from './setting-kinds.js';
import { addressParts, settings, yamlKeyOf } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One source: environment names to raw values, and what was wrong with the source itself. */
export interface SettingSource {
  readonly title: string;
  readonly values: ReadonlyMap<string, RawValue>;
  readonly faults: readonly string[];
}

export const everySetting: readonly Setting<unknown>[] = [
  ...(Object.values(settings) as readonly Setting<unknown>[]),
  ...(Object.values(addressParts) as readonly Setting<unknown>[]),
];

const NAMES = new Set(everySetting.flatMap((one) => [one.name, ...(one.aliases ?? [])]));
const NAME_BY_YAML_KEY = new Map(everySetting.map((one) => [yamlKeyOf(one), one.name]));
const NAME_BY_STAGE1_KEY = new Map(everySetting.flatMap((one) => (one.stage1Keys ?? []).map((key) => [key, one.name])));

/** ALMANAC_TEST_... speaks to the test suite, never to a server. */
const isUnknownName = (name: string) =>
  name.startsWith('ALMANAC_') && !name.startsWith('ALMANAC_TEST_') && !NAMES.has(name);

export function fromEnvironment(title: string, env: Environment): SettingSource {
  const values = new Map<string, RawValue>();
  // `NAME=` in a file or a shell means "not set" to everyone who writes it.
  for (const name of NAMES) if (env[name] !== undefined && env[name].trim() !== '') values.set(name, env[name]);
  const faults = Object.keys(env)
    .filter(isUnknownName)
    .map((name) => `${name} (${title}): there is no such setting${didYouMean(name, NAMES)}`);
  return { title, values, faults };
}

export function fromDotEnv(cwd: string): SettingSource & { readonly env: Environment } {
  const path = join(cwd, '.env');
  const env = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  return { ...fromEnvironment('.env', env), env };
}

/** `path` is given when the caller named the file: then it must be there. */
export function fromYaml(cwd: string, path?: string): SettingSource {
  const file = resolve(cwd, path ?? 'almanac.config.yaml');
  const title = path ?? 'almanac.config.yaml';
  if (!existsSync(file)) return emptySource(title, path === undefined ? [] : [`${title}: there is no such file`]);
  return readFile(title, file, parseYaml, (content) => fromMembers(title, content, NAME_BY_YAML_KEY));
}

export function fromStage1Json(cwd: string, path: string | undefined): SettingSource {
  if (path === undefined) return emptySource('config.json');
  const file = resolve(cwd, path);
  if (!existsSync(file)) return emptySource(path, [`${path}: there is no such file`]);
  return readFile(path, file, JSON.parse, (content) => {
    const known = (key: string) => NAME_BY_STAGE1_KEY.has(key);
    return fromMembers(path, flatten(content, known), NAME_BY_STAGE1_KEY);
  });
}

const emptySource = (title: string, faults: readonly string[] = []): SettingSource => ({
  title,
  values: new Map(),
  faults,
});

function readFile(
  title: string,
  file: string,
  parse: (text: string) => unknown,
  understand: (members: Record<string, unknown>) => SettingSource,
): SettingSource {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8')) ?? {};
  } catch {
    // The parser's own words quote the line, which may hold a secret.
    return emptySource(title, [`${title}: the file cannot be read as ${title.endsWith('.json') ? 'JSON' : 'YAML'}`]);
  }
  return isObject(content) ? understand(content) : emptySource(title, [`${title}: the file is not a list of names`]);
}

function fromMembers(
  title: string,
  members: Record<string, unknown>,
  nameByKey: ReadonlyMap<string, string>,
): SettingSource {
  const values = new Map<string, RawValue>();
  const faults: string[] = [];
  for (const [key, value] of Object.entries(members)) {
    const name = nameByKey.get(key);
    const raw = rawOf(value);
    if (name === undefined)
      faults.push(`${key} (${title}): there is no such setting${didYouMean(key, nameByKey.keys())}`);
    else if (raw === undefined) faults.push(`${key} (${title}): the value is neither a word, a number nor a list`);
    else if (raw !== '') values.set(name, raw);
  }
  return { title, values, faults };
}

/** Empty text is "not set", as in the environment; undefined is no value a setting can have. */
function rawOf(value: unknown): RawValue | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((member) => typeof member === 'string' || typeof member === 'number'))
    return value.map(String);
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ auth: { tokens: [] } }` as `{ 'auth.tokens': [] }`. */
function flatten(
  content: Record<string, unknown>,
  known: (key: string) => boolean,
  prefix = '',
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    const path = prefix + key;
    if (isObject(value) && !known(path)) Object.assign(members, flatten(value, known, `${path}.`));
    else members[path] = value;
  }
  return members;
}

/** Names the nearest known one when it is within two letters. */
function didYouMean(name: string, known: Iterable<string>): string {
  const near = [...known]
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= 2 ? `; did you mean ${near.one}?` : '';
}

/** Levenshtein (1966): the fewest letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
