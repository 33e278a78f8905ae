import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.js';
import { type ConfigRequest, readConfig } from './config.js';
import { isLoopback } from './loopback.js';
import { everySetting } from './setting-sources.js';
import { yamlKeyOf } from './settings.js';

const emptyDir = () => mkdtempSync(join(tmpdir(), 'almanac-config-'));

const dirWith = (files: Record<string, string>) => {
  const dir = emptyDir();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
};

const read = (env: Record<string, string> = {}, more: Partial<ConfigRequest> = {}) =>
  readConfig({ env, cwd: emptyDir(), ...more });

function faultsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError && error.code === 'settings_invalid') return error.detail['faults'] as string[];
    throw error;
  }
  throw new Error('The configuration was accepted');
}

describe('sources', () => {
  it('starts without any setting, on loopback and with the documented ports', () => {
    const cwd = emptyDir();
    const config = readConfig({ env: {}, cwd });
    expect(config).toMatchObject({
      dataDir: join(cwd, '.almanac'),
      host: '127.0.0.1',
      gatewayPort: 8080,
      umikiPort: 8000,
      sigmaPort: 8001,
      stage1Port: 8081,
      stage1TlsPort: 8444,
      forecastlabPort: 8123,
      databaseUrl: null,
      questdbUrl: null,
      jobs: 2,
      authRequired: false,
      stage1BodyBytesMax: 134_217_728,
    });
    expect(config.stage1UploadDir).toBe(join(cwd, '.almanac', 'uploads'));
    expect(config.workers).toBeGreaterThanOrEqual(1);
  });

  it('is frozen through and through', () => {
    const config = read();
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.inboxDirs)).toBe(true);
  });

  it('reads the command line before the environment before .env before almanac.config.yaml before config.json', () => {
    const cwd = dirWith({
      '.env': 'ALMANAC_PORT=2\nALMANAC_SIGMA_PORT=2\nALMANAC_UMIKI_PORT=12\nSTAGE1_CONFIG=config.json\n',
      'almanac.config.yaml': 'port: 3\nsigma_port: 3\numiki_port: 3\nstage1_port: 13\n',
      'config.json': '{"http_port": 4, "https_port": 14, "workers": 5}',
    });
    const env = { ALMANAC_PORT: '1', ALMANAC_SIGMA_PORT: '1' };
    const config = readConfig({ env, cwd, overrides: { ALMANAC_PORT: '0' } });
    expect([config.gatewayPort, config.sigmaPort, config.umikiPort, config.stage1Port]).toEqual([0, 1, 12, 13]);
    expect([config.stage1TlsPort, config.jobs]).toEqual([14, 5]);
  });

  it('takes an empty value for no value', () => {
    expect(read({ ALMANAC_PORT: '', DATABASE_URL: ' ' })).toMatchObject({ gatewayPort: 8080, databaseUrl: null });
  });

  it('reads lists and native values from yaml', () => {
    const cwd = dirWith({
      'almanac.config.yaml': 'cors_origins: [http://a.example]\nrate_limit: false\nrisk_free: 0.02\n',
    });
    expect(readConfig({ env: {}, cwd })).toMatchObject({
      corsOrigins: ['http://a.example'],
      rateLimit: false,
      riskFree: 0.02,
    });
  });

  it('understands a whole Stage1 config.json', () => {
    const cwd = dirWith({
      'seed.json': JSON.stringify({
        http_port: 9081,
        https_port: 9444,
        tls: { cert: 'a.pem', key: 'b.pem' },
        auth: { enable_auth: true, tokens: ['one', 'two'] },
        cors: { origins: ['http://localhost:3000'] },
        metadata: { backend: 'postgres' },
        postgres: { host: 'db', port: 5433, database: 'stage1_trading', user: 'u', password: 'p@ss', pool: 5 },
        timeseries: { backend: 'questdb' },
        questdb: { host: 'q', http_port: 9000, ilp_port: 9009, timeout_s: 30 },
        workers: 3,
        upload_dir: '/var/uploads',
        client_max_body_size: '256M',
        query: { max_rows: 10, timeout_ms: 20, memory_limit: '2GB' },
        direct_import: false,
        allow_measurement_delete: true,
      }),
    });
    expect(readConfig({ env: {}, cwd, configFile: 'seed.json' })).toMatchObject({
      stage1Port: 9081,
      stage1TlsPort: 9444,
      tlsCert: join(cwd, 'a.pem'),
      stage1EnableAuth: true,
      stage1ApiTokens: ['one', 'two'],
      stage1CorsOrigins: ['http://localhost:3000'],
      databaseUrl: 'postgresql://u:p%40ss@db:5433/stage1_trading',
      databasePool: 5,
      questdbUrl: 'http://q:9000',
      questdbIlp: null,
      jobs: 3,
      stage1UploadDir: '/var/uploads',
      stage1BodyBytesMax: 256 * 1024 ** 2,
      stage1QueryRowsMax: 10,
      stage1QueryTimeoutMs: 20,
      stage1QueryMemoryBytes: 2 * 1024 ** 3,
      stage1DirectImport: false,
      stage1AllowMeasurementDelete: true,
    });
  });

  it('keeps the embedded stores when config.json says so, whatever addresses stand beside it', () => {
    const cwd = dirWith({
      'config.json':
        '{"metadata":{"backend":"embedded"},"postgres":{"host":"db"},"timeseries":{"backend":"embedded"},"questdb":{"host":"q"}}',
    });
    const config = readConfig({ env: { STAGE1_CONFIG: 'config.json' }, cwd });
    expect([config.databaseUrl, config.questdbUrl]).toEqual([null, null]);
  });
});

describe('names', () => {
  it('lets the ALMANAC_ name win over its aliases', () => {
    expect(read({ ALMANAC_JOBS: '4', STAGE1_WORKERS: '5', JOBS_CONCURRENCY: '6' }).jobs).toBe(4);
  });

  it('stops when two aliases disagree, and not when they agree', () => {
    expect(faultsOf(() => read({ STAGE1_WORKERS: '5', JOBS_CONCURRENCY: '6' }))).toEqual([
      'STAGE1_WORKERS and JOBS_CONCURRENCY (environment) disagree; set ALMANAC_JOBS or make them equal',
    ]);
    expect(read({ STAGE1_WORKERS: '5', JOBS_CONCURRENCY: '05' }).jobs).toBe(5);
  });

  it('stops when DATABASE_URL and its parts disagree, without telling either', () => {
    const faults = faultsOf(() => read({ DATABASE_URL: 'postgres://a:hunter2@h/x', STAGE1_POSTGRES_HOST: 'db' }));
    expect(faults).toHaveLength(1);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('reads postgresql+driver:// as postgresql://', () => {
    const { databaseUrl } = read({ DATABASE_URL: 'postgresql+asyncpg://u:p@h:5432/d' });
    expect(databaseUrl).toBe('postgresql://u:p@h:5432/d');
  });

  it('stops at an unknown ALMANAC_ name with a suggestion, and leaves others alone', () => {
    expect(faultsOf(() => read({ ALMANAC_PRT: '1', HOME: '/root', STAGE1_NONSENSE: '1' }))).toEqual([
      'ALMANAC_PRT (environment): there is no such setting; did you mean ALMANAC_PORT?',
    ]);
    expect(read({ ALMANAC_TEST_LONG: '1' }).gatewayPort).toBe(8080);
  });

  it('stops at an unknown key of either file', () => {
    const cwd = dirWith({ 'almanac.config.yaml': 'ports: 1\n', 'c.json': '{"auth":{"token":"s3cret"}}' });
    const faults = faultsOf(() => readConfig({ env: { STAGE1_CONFIG: 'c.json' }, cwd }));
    expect(faults).toEqual([
      'ports (almanac.config.yaml): there is no such setting; did you mean port?',
      'auth.token (c.json): there is no such setting; did you mean auth.tokens?',
    ]);
  });

  it.each(everySetting.map((one) => [one.name, one] as const))(
    '%s has a sentence and a yaml key of its own',
    (_, one) => {
      expect(one.doc).toMatch(/^[A-Z].*\.$/);
      expect(everySetting.filter((other) => yamlKeyOf(other) === yamlKeyOf(one))).toHaveLength(1);
      const names = everySetting.flatMap((other) => [other.name, ...(other.aliases ?? [])]);
      expect(names.filter((name) => name === one.name)).toHaveLength(1);
    },
  );
});

describe('values', () => {
  it('tells everything that is wrong at once', () => {
    expect(faultsOf(() => read({ ALMANAC_PORT: '80x', ALMANAC_AUTH: 'maybe', ALMANAC_NOPE_AT_ALL: '1' }))).toEqual([
      'ALMANAC_NOPE_AT_ALL (environment): there is no such setting',
      'ALMANAC_PORT (environment): "80x" is not a port from 0 (any free one) to 65535, or off',
      'ALMANAC_AUTH (environment): "maybe" is not one of auto, required, optional',
    ]);
  });

  it.each([
    ['ALMANAC_PORT', '65536'],
    ['ALMANAC_PORT', '-1'],
    ['ALMANAC_PORT', '8080.5'],
    ['ALMANAC_JOBS', '0'],
    ['ALMANAC_JOBS', '1e1'],
    ['ALMANAC_EQUITY', 'Infinity'],
    ['ALMANAC_RISK_FREE', '0x1'],
    ['ALMANAC_PAPER_FILL', 'perhaps'],
    ['ALMANAC_CORS_ORIGINS', 'http://a.example/path'],
    ['QUESTDB_URL', 'ftp://127.0.0.1'],
    ['DATABASE_URL', 'mysql://h/d'],
    ['STAGE1_CLIENT_MAX_BODY_SIZE', '12 parsecs'],
    ['ALMANAC_LOG', 'loud'],
  ])('refuses %s=%s and names it', (name, value) => {
    const faults = faultsOf(() => read({ [name]: value }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(name);
  });

  it('never shows a secret', () => {
    const secrets = everySetting.filter((one) => one.isSecret === true);
    expect(secrets.length).toBeGreaterThan(5);
    const env = Object.fromEntries(secrets.map((one) => [one.name, 'mysql://user:hunter2@host']));
    const faults = faultsOf(() => read({ ...env, ALMANAC_PORT: 'x' }));
    expect(faults.join('\n')).not.toContain('hunter2');
  });

  it('does not quote a file that cannot be read', () => {
    const cwd = dirWith({ 'almanac.config.yaml': 'admin_password: "hunter2\nport: [' });
    expect(faultsOf(() => readConfig({ env: {}, cwd })).join()).toBe(
      'almanac.config.yaml: the file cannot be read as YAML',
    );
  });

  it("takes Python's level names", () => {
    expect(read({ LOG_LEVEL: 'WARNING' }).logLevel).toBe('warn');
  });
});

describe('contradictions', () => {
  it('refuses listeners without authentication beyond loopback, naming each and what helps', () => {
    const faults = faultsOf(() => read({ ALMANAC_HOST: '0.0.0.0' }));
    expect(faults.map((fault) => /: (\w+) would/.exec(fault)?.[1])).toEqual(['stage1', 'umiki', 'forecastlab']);
    expect(faults[0]).toContain('STAGE1_ENABLE_AUTH=1');
    expect(faults[1]).toContain('ALMANAC_UMIKI_PORT=off');
  });

  it('opens them on request, and asks for tokens where it can', () => {
    expect(read({ ALMANAC_HOST: '0.0.0.0', ALMANAC_ALLOW_OPEN: '1' }).authRequired).toBe(true);
    const closed = { ALMANAC_UMIKI_PORT: 'off', ALMANAC_FORECASTLAB_PORT: 'off' };
    const token = { STAGE1_ENABLE_AUTH: 'true', STAGE1_API_TOKEN: 'one,two' };
    expect(read({ ALMANAC_HOST: '0.0.0.0', ...closed, ...token }).stage1ApiTokens).toEqual(['one', 'two']);
  });

  it('counts the gateway and sigma as open when ALMANAC_AUTH says optional', () => {
    const env = { ALMANAC_HOST: '::', ALMANAC_AUTH: 'optional' };
    expect(faultsOf(() => read(env))).toHaveLength(5);
  });

  it('refuses authentication without a token, a certificate without its key, and two listeners on one port', () => {
    expect(faultsOf(() => read({ STAGE1_ENABLE_AUTH: '1' }))[0]).toContain('STAGE1_API_TOKEN');
    expect(faultsOf(() => read({ ALMANAC_TLS_CERT: 'a.pem' }))[0]).toContain('ALMANAC_TLS_KEY');
    expect(faultsOf(() => read({ ALMANAC_PORT: '8001' }))).toEqual([
      'ALMANAC_SIGMA_PORT: port 8001 is already that of ALMANAC_PORT',
    ]);
  });

  it('refuses to write to a QuestDB that it could not read from', () => {
    const ilp = { ALMANAC_QUESTDB_ILP: 'tcp://127.0.0.1:9009' };
    expect(faultsOf(() => read(ilp))[0]).toContain('set QUESTDB_URL');
    expect(read({ ...ilp, QUESTDB_URL: 'http://127.0.0.1:9000' }).questdbIlp).toBe('tcp://127.0.0.1:9009');
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['[::1]', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.2', false],
    ['127.example.com', false],
    ['localhost.example.com', false],
  ])('knows whether %s is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
