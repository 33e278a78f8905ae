/** Where our files stand. */
import { setting } from '../setting.js';
import { list, text } from '../setting-kinds.js';

export const placeSettings = {
  dataDir: setting({
    name: 'ALMANAC_DATA_DIR',
    group: 'places',
    kind: text,
    fallback: './.almanac',
    doc: 'Everything we write stands in this directory.',
  }),
  inboxDirs: setting<readonly string[]>({
    name: 'ALMANAC_INBOX_DIRS',
    group: 'places',
    kind: list,
    fallback: ['inbox'],
    doc: 'Directories from which umiki may read source files; relative ones stand in the data directory.',
  }),
  specDir: setting({
    name: 'ALMANAC_SPEC_DIR',
    group: 'places',
    kind: text,
    fallback: 'specs',
    doc: 'Umiki specifications; a relative path stands in the data directory.',
  }),
  workspaceDir: setting({
    name: 'ALMANAC_WORKSPACE_DIR',
    group: 'places',
    kind: text,
    fallback: 'workspace',
    doc: 'Where the paths that Sigma names stand; a relative path stands in the data directory.',
  }),
};
