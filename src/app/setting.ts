/** What a setting is: its names, its kind, its default, and the sentence that people read about it. */
import type { Kind } from './setting-kinds.js';

export const SETTING_GROUPS = [
  'places',
  'storage',
  'work',
  'identity',
  'network',
  'stage1',
  'sources',
  'sigma',
  'log',
] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

export interface Setting<T> {
  /** The environment name; without `ALMANAC_` and in small letters it is the key in almanac.config.yaml. */
  readonly name: string;
  readonly group: SettingGroup;
  readonly kind: Kind<T>;
  /** Of the kind's type: it may not widen it. */
  readonly fallback: NoInfer<T>;
  /** How the default reads to people, where the value alone does not say it. */
  readonly fallbackSays?: string;
  /** One sentence. */
  readonly doc: string;
  /** Other environment names that contracts promise. */
  readonly aliases?: readonly string[];
  /** Where it stands in Stage1's config.json (stage1.md 8): `auth.tokens`. */
  readonly stage1Keys?: readonly string[];
  /** A secret is never written into a message, a log or a document. */
  readonly isSecret?: true;
}

export const setting = <T>(value: Setting<T>): Setting<T> => value;
/** A setting that may stay unset. */
export const optional = <T>(value: Omit<Setting<T>, 'fallback'>): Setting<T | null> => ({ ...value, fallback: null });
