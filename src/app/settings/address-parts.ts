/**
 * The parts of an address that Stage1's configuration names one by one (stage1.md 8). They are settings of their own
 * only until config.ts has put them together into DATABASE_URL, QUESTDB_URL and ALMANAC_QUESTDB_ILP.
 */
import { optional } from '../setting.js';
import { choice, text, whole } from '../setting-kinds.js';

export const addressParts = {
  metadataBackend: optional({
    name: 'STAGE1_METADATA',
    group: 'stage1',
    kind: choice('embedded', 'postgres'),
    stage1Keys: ['metadata.backend'],
    doc: 'With postgres, the STAGE1_POSTGRES_ names make DATABASE_URL.',
  }),
  postgresHost: optional<string>({
    name: 'STAGE1_POSTGRES_HOST',
    group: 'stage1',
    kind: text,
    stage1Keys: ['postgres.host'],
    fallbackSays: '127.0.0.1',
    doc: 'Part of DATABASE_URL: host.',
  }),
  postgresPort: optional<number>({
    name: 'STAGE1_POSTGRES_PORT',
    group: 'stage1',
    kind: whole(1, 65535),
    stage1Keys: ['postgres.port'],
    fallbackSays: '5432',
    doc: 'Part of DATABASE_URL: port.',
  }),
  postgresDatabase: optional<string>({
    name: 'STAGE1_POSTGRES_DB',
    group: 'stage1',
    kind: text,
    stage1Keys: ['postgres.database'],
    fallbackSays: 'stage1_trading',
    doc: 'Part of DATABASE_URL: database.',
  }),
  postgresUser: optional<string>({
    name: 'STAGE1_POSTGRES_USER',
    group: 'stage1',
    kind: text,
    stage1Keys: ['postgres.user'],
    doc: 'Part of DATABASE_URL: user.',
  }),
  postgresPassword: optional<string>({
    name: 'STAGE1_POSTGRES_PASSWORD',
    group: 'stage1',
    kind: text,
    isSecret: true,
    stage1Keys: ['postgres.password'],
    doc: 'Part of DATABASE_URL: password.',
  }),
  timeseriesBackend: optional({
    name: 'STAGE1_TIMESERIES',
    group: 'stage1',
    kind: choice('embedded', 'questdb'),
    stage1Keys: ['timeseries.backend'],
    doc: 'With questdb, the STAGE1_QUESTDB_ names make QUESTDB_URL.',
  }),
  questdbHost: optional<string>({
    name: 'STAGE1_QUESTDB_HOST',
    group: 'stage1',
    kind: text,
    stage1Keys: ['questdb.host'],
    fallbackSays: '127.0.0.1',
    doc: 'Part of QUESTDB_URL: host.',
  }),
  questdbHttpPort: optional<number>({
    name: 'STAGE1_QUESTDB_HTTP_PORT',
    group: 'stage1',
    kind: whole(1, 65535),
    stage1Keys: ['questdb.http_port'],
    fallbackSays: '9000',
    doc: 'Part of QUESTDB_URL: port.',
  }),
  questdbIlpPort: optional<number>({
    name: 'STAGE1_QUESTDB_ILP_PORT',
    group: 'stage1',
    kind: whole(1, 65535),
    stage1Keys: ['questdb.ilp_port'],
    doc: 'Taken for the sake of existing files; ILP goes over HTTP unless ALMANAC_QUESTDB_ILP is set.',
  }),
};
