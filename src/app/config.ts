/**
 * The configuration: every setting, read once at the start, checked as a whole and frozen.
 *
 * Environment, then `.env`, then almanac.config.yaml, then Stage1's config.json (named by STAGE1_CONFIG). Everything
 * that is wrong is told at once, and no secret is told at all.
 */
import { isAbsolute, join, resolve } from 'node:path';
import { errors } from '#base/errors.js';
import { findContradictions } from './contradictions.js';
import { isLoopback } from './loopback.js';
import type { Setting } from './setting.js';
import {
  type Environment,
  fromDotEnv,
  fromEnvironment,
  fromStage1Json,
  fromYaml,
  type SettingSource,
} from './setting-sources.js';
import { type AddressParts, addressParts, type Config, type SettingValues, settings } from './settings.js';

export type { Config };

export interface ConfigRequest {
  readonly env: Environment;
  readonly cwd: string;
  /** Settings from the command line, by environment name; they win over every other source. */
  readonly overrides?: Environment;
  /** `--config`: a .json file is Stage1's config.json, any other an almanac.config.yaml. */
  readonly configFile?: string;
}

/** Throws `settingsInvalid` with one line for everything that is wrong. */
export function readConfig(request: ConfigRequest): Config {
  const sources = readSources(request);
  const faults = sources.flatMap((source) => source.faults);
  const values = readValues<SettingValues>(settings, sources, faults);
  const parts = readValues<AddressParts>(addressParts, sources, faults);
  const databaseUrl = oneAddress('DATABASE_URL', values.databaseUrl, postgresUrlOf(parts), faults);
  const questdbUrl = oneAddress('QUESTDB_URL', values.questdbUrl, questdbUrlOf(parts), faults);
  const config = settle({ ...values, databaseUrl, questdbUrl }, request.cwd);
  faults.push(...findContradictions(config));
  if (faults.length > 0) throw errors.settingsInvalid(faults);
  return config;
}

function readSources({ env, cwd, overrides = {}, configFile }: ConfigRequest): SettingSource[] {
  const dotEnv = fromDotEnv(cwd);
  const isJson = configFile?.endsWith('.json') === true;
  const named = [overrides, env, dotEnv.env].map((one) => one['STAGE1_CONFIG']?.trim()).find(Boolean);
  return [
    fromEnvironment('command line', overrides),
    fromEnvironment('environment', env),
    dotEnv,
    fromYaml(cwd, isJson ? undefined : configFile),
    fromStage1Json(cwd, isJson ? configFile : named),
  ];
}

function readValues<Values>(
  list: { readonly [K in keyof Values]: Setting<Values[K]> },
  sources: readonly SettingSource[],
  faults: string[],
): Values {
  const values: Partial<Values> = {};
  for (const key in list) values[key] = readValue(list[key], sources, faults);
  return values as Values;
}

/** The first source that knows the setting decides; within it the setting's own name wins, and two aliases must agree. */
function readValue<T>(setting: Setting<T>, sources: readonly SettingSource[], faults: string[]): T {
  for (const source of sources) {
    const own = source.values.get(setting.name);
    const found =
      own === undefined ? (setting.aliases ?? []).filter((name) => source.values.has(name)) : [setting.name];
    if (found.length === 0) continue;
    const parsed = found.map((name) => ({ name, ...setting.kind.parser.safeParse(source.values.get(name)) }));
    for (const { name, success } of parsed) if (!success) faults.push(malformed(setting, name, source));
    const [first, ...rest] = parsed.filter((one) => one.success);
    for (const other of rest)
      if (JSON.stringify(other.data) !== JSON.stringify(first?.data))
        faults.push(
          `${first?.name} and ${other.name} (${source.title}) disagree; set ${setting.name} or make them equal`,
        );
    return first?.success === true ? first.data : setting.fallback;
  }
  return setting.fallback;
}

function malformed(setting: Setting<unknown>, name: string, source: SettingSource): string {
  const shown = setting.isSecret === true ? 'the value' : JSON.stringify(source.values.get(name));
  return `${name} (${source.title}): ${shown} is not ${setting.kind.expects}`;
}

function postgresUrlOf(parts: AddressParts): string | null {
  const { postgresHost: host, postgresPort: port, postgresDatabase: database, postgresUser: user } = parts;
  const password = parts.postgresPassword;
  const isWanted = [host, port, database, user, password].some((part) => part !== null);
  if (parts.metadataBackend === 'embedded' || (parts.metadataBackend === null && !isWanted)) return null;
  const secret = password === null ? '' : `:${encodeURIComponent(password)}`;
  const login = user === null ? '' : `${encodeURIComponent(user)}${secret}@`;
  return `postgresql://${login}${host ?? '127.0.0.1'}:${port ?? 5432}/${encodeURIComponent(database ?? 'stage1_trading')}`;
}

function questdbUrlOf(parts: AddressParts): string | null {
  const isWanted = parts.questdbHost !== null || parts.questdbHttpPort !== null;
  if (parts.timeseriesBackend === 'embedded' || (parts.timeseriesBackend === null && !isWanted)) return null;
  return `http://${parts.questdbHost ?? '127.0.0.1'}:${parts.questdbHttpPort ?? 9000}`;
}

/** One address for the whole product: given whole, or put together from Stage1's parts. */
function oneAddress(name: string, whole: string | null, fromParts: string | null, faults: string[]): string | null {
  if (whole !== null && fromParts !== null && whole !== fromParts)
    faults.push(`${name} and the parts of it that Stage1's settings name disagree; keep one of them`);
  return whole ?? fromParts;
}

function settle(values: SettingValues, cwd: string): Config {
  const dataDir = resolve(cwd, values.dataDir);
  const inData = (path: string) => (isAbsolute(path) ? path : join(dataDir, path));
  const inCwd = (path: string | null) => (path === null ? null : resolve(cwd, path));
  return deepFreeze({
    ...values,
    dataDir,
    inboxDirs: values.inboxDirs.map(inData),
    specDir: inData(values.specDir),
    workspaceDir: inData(values.workspaceDir),
    stage1UploadDir: inData(values.stage1UploadDir),
    tlsCert: inCwd(values.tlsCert),
    tlsKey: inCwd(values.tlsKey),
    authRequired: values.auth === 'required' || (values.auth === 'auto' && !isLoopback(values.host)),
  });
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) deepFreeze(member);
  return Object.freeze(value);
}
