/**
 * Every setting of the house, in one list: from it come the configuration, `.env.example` and the table in docs/settings.md.
 *
 * To add one, add a member to the file of its group in settings/ and run `npm run generate`.
 */
import { addressParts } from './settings/address-parts.js';
import { identitySettings } from './settings/identity.js';
import { logSettings } from './settings/log.js';
import { networkSettings } from './settings/network.js';
import { placeSettings } from './settings/places.js';
import { sigmaSettings } from './settings/sigma.js';
import { sourceSettings } from './settings/sources.js';
import { stage1Settings } from './settings/stage1.js';
import { storageSettings } from './settings/storage.js';
import { workSettings } from './settings/work.js';

export { addressParts };

export const settings = {
  ...placeSettings,
  ...networkSettings,
  ...storageSettings,
  ...workSettings,
  ...identitySettings,
  ...stage1Settings,
  ...sourceSettings,
  ...sigmaSettings,
  ...logSettings,
};

export type SettingValues = { [K in keyof typeof settings]: (typeof settings)[K]['fallback'] };
export type AddressParts = { [K in keyof typeof addressParts]: (typeof addressParts)[K]['fallback'] };

/** The key of a setting in almanac.config.yaml: ALMANAC_DATA_DIR is data_dir. */
export const yamlKeyOf = (one: { readonly name: string }) => one.name.replace(/^ALMANAC_/, '').toLowerCase();

/** Directories are absolute. Ports are as asked for: what was really bound stands in run.json. */
export interface Config extends Readonly<SettingValues> {
  /** The gateway and sigma's root mount ask for a token: ALMANAC_AUTH resolved against the bind address. */
  readonly authRequired: boolean;
}
