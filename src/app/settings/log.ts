/** What is logged, and in which form. */
import { setting } from '../setting.js';
import { choice, logLevel } from '../setting-kinds.js';

export const logSettings = {
  logLevel: setting({
    name: 'ALMANAC_LOG',
    group: 'log',
    kind: logLevel,
    fallback: 'info',
    aliases: ['LOG_LEVEL'],
    doc: 'Level from which the log speaks.',
  }),
  logFormat: setting({
    name: 'ALMANAC_LOG_FORMAT',
    group: 'log',
    kind: choice('auto', 'json', 'console'),
    fallback: 'auto',
    aliases: ['LOG_FORMAT'],
    fallbackSays: 'auto: pretty on a terminal, else JSON lines',
    doc: 'How log lines look.',
  }),
};
