/** Stage1's own settings (stage1.md 8). */
import { setting } from '../setting.js';
import { bytes, flag, list, origins, text, whole } from '../setting-kinds.js';

const GIB = 1024 ** 3;

/** stage1.md 1: the origins its clients are served from. */
const STAGE1_ORIGINS = [
  'https://agenticresearch.info',
  'http://agenticresearch.info',
  'http://localhost:3000',
  'https://localhost:3000',
] as const;

export const stage1Settings = {
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
};
