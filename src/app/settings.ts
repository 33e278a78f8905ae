/**
 * Every setting of the house, in one list: from it come the configuration, `.env.example` and the table in docs/settings.md.
 *
 * To add one, add a member here and run `npm run generate`.
 */
import { availableParallelism } from 'node:os';
import {
  bytes,
  choice,
  flag,
  type Kind,
  list,
  logLevel,
  number,
  origins,
  port,
  postgresUrl,
  text,
  url,
  whole,
} from './setting-kinds.js';

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
  readonly fallback: T;
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

const setting = <T>(value: Setting<T>): Setting<T> => value;
/** A setting that may stay unset. */
const optional = <T>(value: Omit<Setting<T>, 'fallback'>): Setting<T | null> => ({ ...value, fallback: null });

const GIB = 1024 ** 3;
const LOOPBACK_ORIGINS = 'loopback origins';

/** stage1.md 1: the origins its clients are served from. */
const STAGE1_ORIGINS = [
  'https://agenticresearch.info',
  'http://agenticresearch.info',
  'http://localhost:3000',
  'https://localhost:3000',
] as const;

/** forecastlab.md 1: the development servers its web client runs on. */
const FORECASTLAB_ORIGINS = [5173, 5174, 5175].flatMap((number) => [
  `http://localhost:${number}`,
  `http://127.0.0.1:${number}`,
]);

export const settings = {
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
  host: setting({
    name: 'ALMANAC_HOST',
    group: 'network',
    kind: text,
    fallback: '127.0.0.1',
    aliases: ['API_HOST'],
    doc: 'Bind address of every listener.',
  }),
  gatewayPort: setting({
    name: 'ALMANAC_PORT',
    group: 'network',
    kind: port,
    fallback: 8080,
    doc: 'Gateway and dashboard. For every port: 0 is any free port, off is no listener.',
  }),
  umikiPort: setting({
    name: 'ALMANAC_UMIKI_PORT',
    group: 'network',
    kind: port,
    fallback: 8000,
    doc: 'Order-book data (umiki).',
  }),
  sigmaPort: setting({
    name: 'ALMANAC_SIGMA_PORT',
    group: 'network',
    kind: port,
    fallback: 8001,
    doc: 'Strategy lab (sigma).',
  }),
  stage1Port: setting({
    name: 'ALMANAC_STAGE1_PORT',
    group: 'network',
    kind: port,
    fallback: 8081,
    aliases: ['STAGE1_HTTP_PORT'],
    stage1Keys: ['http_port'],
    doc: 'Walk-forward store and measurements (stage1).',
  }),
  stage1TlsPort: setting({
    name: 'ALMANAC_STAGE1_TLS_PORT',
    group: 'network',
    kind: port,
    fallback: 8444,
    aliases: ['STAGE1_HTTPS_PORT'],
    stage1Keys: ['https_port'],
    fallbackSays: '8444, only with a certificate',
    doc: 'Stage1 over TLS.',
  }),
  forecastlabPort: setting({
    name: 'ALMANAC_FORECASTLAB_PORT',
    group: 'network',
    kind: port,
    fallback: 8123,
    aliases: ['API_PORT'],
    doc: 'Retail demand (forecastlab).',
  }),
  tlsCert: optional<string>({
    name: 'ALMANAC_TLS_CERT',
    group: 'network',
    kind: text,
    aliases: ['STAGE1_TLS_CERT'],
    stage1Keys: ['tls.cert'],
    doc: 'Certificate file (PEM) of the TLS listener; without it there is none.',
  }),
  tlsKey: optional<string>({
    name: 'ALMANAC_TLS_KEY',
    group: 'network',
    kind: text,
    aliases: ['STAGE1_TLS_KEY'],
    stage1Keys: ['tls.key'],
    doc: 'Key file (PEM) that belongs to the certificate.',
  }),
  allowOpen: setting({
    name: 'ALMANAC_ALLOW_OPEN',
    group: 'network',
    kind: flag,
    fallback: false,
    doc: 'Lets listeners without authentication bind beyond loopback.',
  }),
  allowedHosts: setting<readonly string[]>({
    name: 'ALMANAC_ALLOWED_HOSTS',
    group: 'network',
    kind: list,
    fallback: [],
    fallbackSays: 'loopback names and the bind address',
    doc: 'Further names that a Host header may carry, without ports.',
  }),
  corsOrigins: optional<'*' | readonly string[]>({
    name: 'ALMANAC_CORS_ORIGINS',
    group: 'network',
    kind: origins,
    fallbackSays: LOOPBACK_ORIGINS,
    doc: 'Origins whose pages may call the gateway and sigma.',
  }),
  forecastlabCorsOrigins: setting<'*' | readonly string[]>({
    name: 'ALMANAC_FORECASTLAB_CORS_ORIGINS',
    group: 'network',
    kind: origins,
    fallback: FORECASTLAB_ORIGINS,
    aliases: ['CORS_ORIGINS'],
    fallbackSays: 'localhost and 127.0.0.1, ports 5173 to 5175',
    doc: 'Origins whose pages may call forecastlab.',
  }),
  egressAllow: setting<readonly string[]>({
    name: 'ALMANAC_EGRESS_ALLOW',
    group: 'network',
    kind: list,
    fallback: [],
    doc: 'Private host:port or CIDR that webhooks and model hosts may reach; * is any, for tests.',
  }),
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
  questdbTimeoutSeconds: setting({
    name: 'ALMANAC_QUESTDB_TIMEOUT',
    group: 'storage',
    kind: number(0.1, 600),
    fallback: 30,
    aliases: ['STAGE1_QUESTDB_TIMEOUT_S'],
    stage1Keys: ['questdb.timeout_s'],
    doc: 'Seconds that we wait for an answer of QuestDB.',
  }),
  workers: setting({
    name: 'ALMANAC_WORKERS',
    group: 'work',
    kind: whole(0, 256),
    fallback: availableParallelism(),
    fallbackSays: 'number of cores',
    doc: 'Compute threads; with 0 this process serves only and keeps what only it can do.',
  }),
  jobs: setting({
    name: 'ALMANAC_JOBS',
    group: 'work',
    kind: whole(1, 64),
    fallback: 2,
    aliases: ['STAGE1_WORKERS', 'JOBS_CONCURRENCY'],
    stage1Keys: ['workers'],
    doc: 'Jobs that run at once in this process.',
  }),
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
  stage1EnableAuth: setting({
    name: 'STAGE1_ENABLE_AUTH',
    group: 'stage1',
    kind: flag,
    fallback: false,
    stage1Keys: ['enable_auth', 'auth.enable_auth', 'auth.enable'],
    doc: 'Whether stage1 asks for X-Stage1-Token on every path but /healthz and /readyz.',
  }),
  stage1ApiTokens: setting<readonly string[]>({
    name: 'STAGE1_API_TOKEN',
    group: 'stage1',
    kind: list,
    fallback: [],
    isSecret: true,
    stage1Keys: ['auth.tokens'],
    doc: 'Tokens that stage1 takes, between commas.',
  }),
  stage1CorsOrigins: setting<'*' | readonly string[]>({
    name: 'STAGE1_CORS_ORIGINS',
    group: 'stage1',
    kind: origins,
    fallback: STAGE1_ORIGINS,
    stage1Keys: ['cors.origins'],
    doc: 'Origins whose pages may call stage1.',
  }),
  stage1UploadDir: setting({
    name: 'STAGE1_UPLOAD_DIR',
    group: 'stage1',
    kind: text,
    fallback: 'uploads',
    stage1Keys: ['upload_dir'],
    doc: 'Where uploads wait for their job; a relative path stands in the data directory.',
  }),
  stage1BodyBytesMax: setting({
    name: 'STAGE1_CLIENT_MAX_BODY_SIZE',
    group: 'stage1',
    kind: bytes(1024, 16 * GIB),
    fallback: 128 * 1024 ** 2,
    fallbackSays: '128M',
    stage1Keys: ['client_max_body_size'],
    doc: 'Largest JSON request body of stage1.',
  }),
  stage1QueryRowsMax: setting({
    name: 'STAGE1_QUERY_MAX_ROWS',
    group: 'stage1',
    kind: whole(1, 1_000_000),
    fallback: 100_000,
    stage1Keys: ['query.max_rows'],
    doc: 'Rows that a query answers when it names no limit.',
  }),
  stage1QueryTimeoutMs: setting({
    name: 'STAGE1_QUERY_TIMEOUT_MS',
    group: 'stage1',
    kind: whole(1, 600_000),
    fallback: 30_000,
    stage1Keys: ['query.timeout_ms'],
    doc: 'Milliseconds that a query may take when it names no timeout.',
  }),
  stage1QueryMemoryBytes: setting({
    name: 'STAGE1_QUERY_MEMORY_LIMIT',
    group: 'stage1',
    kind: bytes(16 * 1024 ** 2, 1024 * GIB),
    fallback: GIB,
    fallbackSays: '1GB',
    stage1Keys: ['query.memory_limit'],
    doc: 'Memory that user queries may take together.',
  }),
  stage1DirectImport: setting({
    name: 'STAGE1_DIRECT_IMPORT',
    group: 'stage1',
    kind: flag,
    fallback: true,
    stage1Keys: ['direct_import'],
    doc: 'Whether the blocking import works; off brings back the answer 501.',
  }),
  stage1AllowMeasurementDelete: setting({
    name: 'STAGE1_ALLOW_MEASUREMENT_DELETE',
    group: 'stage1',
    kind: flag,
    fallback: false,
    stage1Keys: ['allow_measurement_delete'],
    doc: 'Whether measurements may be deleted over HTTP.',
  }),
  databentoApiKey: optional<string>({
    name: 'DATABENTO_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Databento order-book source.',
  }),
  polygonApiKey: optional<string>({
    name: 'POLYGON_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Polygon bar source.',
  }),
  openaiApiKey: optional<string>({
    name: 'OPENAI_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the OpenAI models.',
  }),
  anthropicApiKey: optional<string>({
    name: 'ANTHROPIC_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Anthropic models.',
  }),
  googleApiKey: optional<string>({
    name: 'GOOGLE_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Google models.',
  }),
  ollamaBaseUrl: setting({
    name: 'OLLAMA_BASE_URL',
    group: 'sources',
    kind: url('http'),
    fallback: 'http://localhost:11434',
    doc: 'Where an Ollama answers; the assistant may always reach its default host.',
  }),
  riskFree: setting({
    name: 'ALMANAC_RISK_FREE',
    group: 'sigma',
    kind: number(-1, 1),
    fallback: 0,
    doc: 'Risk-free rate, a yearly fraction.',
  }),
  equity: setting({
    name: 'ALMANAC_EQUITY',
    group: 'sigma',
    kind: number(1, 1e15),
    fallback: 100_000,
    doc: 'Capital on which signals are sized.',
  }),
  paperFill: setting({
    name: 'ALMANAC_PAPER_FILL',
    group: 'sigma',
    kind: flag,
    fallback: true,
    doc: 'Whether signals fill on paper at the next open.',
  }),
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

/**
 * The parts of an address that Stage1's configuration names one by one (stage1.md 8). They are settings of their own
 * only until config.ts has put them together into DATABASE_URL, QUESTDB_URL and ALMANAC_QUESTDB_ILP.
 */
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

export type SettingValues = { [K in keyof typeof settings]: (typeof settings)[K]['fallback'] };
export type AddressParts = { [K in keyof typeof addressParts]: (typeof addressParts)[K]['fallback'] };

/** The key of a setting in almanac.config.yaml: ALMANAC_DATA_DIR is data_dir. */
export const yamlKeyOf = (one: { readonly name: string }) => one.name.replace(/^ALMANAC_/, '').toLowerCase();
