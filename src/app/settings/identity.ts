/** Who may enter: the keys and first names of the house, and what strangers get. */
import { optional, setting } from '../setting.js';
import { choice, flag, text } from '../setting-kinds.js';

export const identitySettings = {
  secretKey: optional<string>({
    name: 'ALMANAC_SECRET_KEY',
    group: 'identity',
    kind: text,
    isSecret: true,
    fallbackSays: 'made once in <data>/secrets/key',
    doc: 'Signs tokens and encrypts stored secrets; required when several machines share a database.',
  }),
  adminUser: setting({
    name: 'ALMANAC_ADMIN_USER',
    group: 'identity',
    kind: text,
    fallback: 'admin',
    doc: 'Name of the first admin of sigma and the dashboard.',
  }),
  adminPassword: optional<string>({
    name: 'ALMANAC_ADMIN_PASSWORD',
    group: 'identity',
    kind: text,
    isSecret: true,
    fallbackSays: 'made once in <data>/secrets/admin-password',
    doc: 'Password of the first admin.',
  }),
  adminToken: optional<string>({
    name: 'ALMANAC_ADMIN_TOKEN',
    group: 'identity',
    kind: text,
    isSecret: true,
    aliases: ['ADMIN_TOKEN'],
    fallbackSays: 'none: that door is closed',
    doc: 'A token that opens the admin routes of sigma.',
  }),
  auth: setting({
    name: 'ALMANAC_AUTH',
    group: 'identity',
    kind: choice('auto', 'required', 'optional'),
    fallback: 'auto',
    fallbackSays: 'auto: required beyond loopback',
    doc: 'Whether the gateway and the root mount of sigma ask for a token.',
  }),
  tenancy: setting<'single' | 'multi'>({
    name: 'ALMANAC_TENANCY',
    group: 'identity',
    kind: choice('single', 'multi'),
    fallback: 'single',
    doc: 'With multi, users see only what is theirs or shared.',
  }),
  localTier: setting<'free' | 'basic' | 'pro' | 'enterprise'>({
    name: 'ALMANAC_LOCAL_TIER',
    group: 'identity',
    kind: choice('free', 'basic', 'pro', 'enterprise'),
    fallback: 'pro',
    doc: 'Tier of the local user who sends no token.',
  }),
  rateLimit: setting({
    name: 'ALMANAC_RATE_LIMIT',
    group: 'identity',
    kind: flag,
    fallback: true,
    doc: 'Whether the rate limits of sigma refuse; off still tells them in headers.',
  }),
};
