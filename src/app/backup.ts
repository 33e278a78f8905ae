/** What a backup is taken from, out of the house; and a house that is opened for one when no server runs. */
import { stringify } from 'yaml';
import type { Log } from '#base/log.js';
import { issueToken } from '#services/identity/user.service.js';
import { type BackupDesk, backUp } from '#services/operations/backup/backup.service.js';
import type { Config } from './config.js';
import { type House, openHouse } from './house.js';
import { openIdentity } from './identity.js';
import type { Setting } from './setting.js';
import { settings, yamlKeyOf } from './settings.js';
import { version } from './version.js';
import { visitHouse } from './visit.js';

export function backupDesk(house: House): BackupDesk {
  const { config } = house;
  return {
    clock: house.clock,
    version,
    paths: house.paths,
    database: house.database,
    measurements: house.measurements,
    uploadDir: config.stage1UploadDir,
    workspaceDir: config.workspaceDir,
    specDir: config.specDir,
    settingsYaml: settingsYaml(config),
    secretSettings: secretSettings(config),
  };
}

/** The same stream as the gateway's, from a data directory that nobody serves. Errors: those of openHouse and backUp. */
export async function* backUpClosedHouse(
  config: Config,
  request: { readonly log: Log; readonly passphrase?: string },
): AsyncGenerator<Uint8Array> {
  const { log, ...rest } = request;
  const house = await openHouse(config, { log, role: 'server' });
  try {
    yield* backUp(backupDesk(house), rest);
  } finally {
    await house.close();
  }
}

/**
 * A token of the first admin, for a command that asks the server of this data directory: who may read its secrets needs no other
 * proof. Errors: those of visitHouse, and userMissing where that admin was removed.
 */
export const ownersToken = (config: Config, log: Log): Promise<string> =>
  visitHouse(config, log, async (visit) => {
    const { token } = await issueToken(await openIdentity(visit), config.adminUser);
    return token;
  });

const entriesOf = (config: Config) =>
  Object.entries(settings).map(([key, one]) => ({
    setting: one as Setting<unknown>,
    value: config[key as keyof typeof settings] as unknown,
  }));

/** Only what somebody chose, and nothing secret; the data directory is where it was restored to. */
function settingsYaml(config: Config): string {
  const chosen = entriesOf(config).filter(
    ({ setting, value }) =>
      setting.isSecret !== true && setting.name !== 'ALMANAC_DATA_DIR' && !isSame(value, setting.fallback),
  );
  const members = Object.fromEntries(chosen.map(({ setting, value }) => [yamlKeyOf(setting), value]));
  const head =
    '# The settings that were in force when the backup was taken. Rename to almanac.config.yaml where they still hold.\n';
  return chosen.length === 0 ? head : head + stringify(members);
}

/** The passphrase locks the others and would only lie beside its own lock. */
function secretSettings(config: Config): Record<string, string> {
  const secret = entriesOf(config).filter(
    ({ setting, value }) =>
      setting.isSecret === true &&
      setting.name !== 'ALMANAC_BACKUP_PASSPHRASE' &&
      value !== null &&
      !isSame(value, setting.fallback),
  );
  return Object.fromEntries(
    secret.map(({ setting, value }) => [setting.name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
