/** Which stores hold rows and measurements, when they are not the embedded ones. */
import { optional, setting } from '../setting.js';
import { number, postgresUrl, text, url, whole } from '../setting-kinds.js';

export const storageSettings = {
  databaseUrl: optional<string>({
    name: 'DATABASE_URL',
    group: 'storage',
    kind: postgresUrl,
    isSecret: true,
    fallbackSays: 'embedded PostgreSQL in the data directory',
    doc: 'A PostgreSQL (15 or newer) of your own.',
  }),
  databasePool: setting({
    name: 'ALMANAC_DATABASE_POOL',
    group: 'storage',
    kind: whole(2, 200),
    fallback: 20,
    aliases: ['STAGE1_POSTGRES_POOL'],
    stage1Keys: ['postgres.pool'],
    doc: 'Connections to PostgreSQL that this process keeps.',
  }),
  questdbUrl: optional<string>({
    name: 'QUESTDB_URL',
    group: 'storage',
    kind: url('http'),
    isSecret: true,
    fallbackSays: 'embedded DuckDB file in the data directory',
    doc: 'A QuestDB of your own for measurements, such as http://127.0.0.1:9000.',
  }),
  questdbIlp: optional<string>({
    name: 'ALMANAC_QUESTDB_ILP',
    group: 'storage',
    kind: url('tcp'),
    fallbackSays: 'ILP over HTTP',
    doc: 'A TCP address for writing to QuestDB, such as tcp://127.0.0.1:9009; TCP reports no row errors.',
  }),
  backupPassphrase: optional<string>({
    name: 'ALMANAC_BACKUP_PASSPHRASE',
    group: 'storage',
    kind: text,
    isSecret: true,
    fallbackSays: 'asked for in a terminal',
    doc: 'Locks the secrets that `almanac backup --with-secrets` takes, and opens them for `almanac restore`.',
  }),
  questdbTimeoutSeconds: setting({
    name: 'ALMANAC_QUESTDB_TIMEOUT',
    group: 'storage',
    kind: number(0.1, 600),
    fallback: 30,
    aliases: ['STAGE1_QUESTDB_TIMEOUT_S'],
    stage1Keys: ['questdb.timeout_s'],
    doc: 'Seconds that we wait for an answer of QuestDB.',
  }),
};
