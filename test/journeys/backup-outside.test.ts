/** From the embedded PostgreSQL to an outside one and back: the same rows, and on any failure an empty database stays empty. */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '#base/log.js';
import { dataDirPaths } from '#data/files/data-dir.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import { backUp } from '#services/operations/backup/backup.service.js';
import { restoreBackup } from '#services/operations/backup/restore.service.js';
import type { PostgresConnection } from '#store/connection.js';
import { openDatabase } from '#store/database.js';
import { startEmbeddedPostgres } from '#store/embedded/supervisor.js';
import { FIXTURE_PASSPHRASE, factsOf, type HouseFacts } from '../fixtures/backups/facts.js';
import { openTestDatabaseWithUrl } from '../support/postgres.js';

const FIXTURE = 'test/fixtures/backups/backup-v1';
const told = JSON.parse(readFileSync(`${FIXTURE}.json`, 'utf8')) as HouseFacts;
const home = await mkdtemp(join(tmpdir(), 'almanac-outside-'));
// As root the embedded PostgreSQL runs as another user, who must be able to walk to its data.
await chmod(home, 0o755);
afterAll(() => rm(home, { recursive: true, force: true }));

const { db, url } = await openTestDatabaseWithUrl();
/** As `create database` leaves it. */
beforeAll(async () => {
  await sql`drop schema if exists pgboss cascade`.execute(db);
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
});

const restore = (
  content: Parameters<typeof restoreBackup>[0]['content'],
  dataDir: string,
  databaseUrl: string | null,
) =>
  restoreBackup({
    content,
    dataDir,
    databaseUrl,
    passphrase: FIXTURE_PASSPHRASE,
    withoutSecrets: false,
    nowMs: Date.now(),
    log: silentLog,
  });

async function withMeasurements<T>(dataDir: string, use: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>) {
  const store = await openStore(dataDir);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const openStore = (dataDir: string) =>
  openEmbeddedStore({
    path: join(dataDir, 'measurements/measurements.duckdb'),
    tmpDir: join(dataDir, 'tmp'),
    memoryLimit: '256MB',
    threads: 1,
    clock: { nowMs: () => Date.now() },
  });

const tablesOf = async () =>
  (
    await sql<{
      name: string;
    }>`select relname as name from pg_class where relnamespace = 'public'::regnamespace`.execute(db)
  ).rows;

it('leaves the database empty and no directory when the backup is harmed', async () => {
  const bytes = readFileSync(`${FIXTURE}.tar`);
  const altered = Buffer.from(bytes);
  altered[bytes.indexOf('rows/job/') + 600]! ^= 1;
  await expect(restore([altered], join(home, 'a'), url)).rejects.toMatchObject({ code: 'backup_damaged' });
  await expect(restore([bytes.subarray(0, -1)], join(home, 'a'), url)).rejects.toMatchObject({
    code: 'backup_cut_short',
  });
  expect(await tablesOf()).toEqual([]);
  expect(readdirSync(home)).toEqual([]);
});

it('goes to an outside PostgreSQL and back with every row', async () => {
  const [outside, back] = [join(home, 'outside'), join(home, 'back')];
  await restore(createReadStream(`${FIXTURE}.tar`), outside, url);
  const pieces = await withMeasurements(outside, async (measurements) => {
    expect(await factsOf({ db, measurements, root: outside }, Object.keys(told.rows))).toEqual(told);
    const taken: Uint8Array[] = [];
    for await (const piece of backUp(deskOf(outside, url, measurements))) taken.push(Buffer.from(piece));
    return taken;
  });
  await restore(pieces, back, null);
  await withEmbedded(back, (embedded) =>
    withMeasurements(back, async (measurements) => {
      const facts = await factsOf({ db: embedded, measurements, root: back }, Object.keys(told.rows));
      expect(facts).toEqual(told);
    }),
  );
}, 90_000);

it('refuses a database that holds something', async () => {
  await expect(restore(createReadStream(`${FIXTURE}.tar`), join(home, 'b'), url)).rejects.toMatchObject({
    code: 'restore_database_taken',
    message: expect.stringContaining('Create a new database'),
  });
  expect(readdirSync(home)).not.toContain('b');
});

it('says that the disk is full, and leaves nothing', async ({ skip }) => {
  const small = join(home, 'small');
  mkdirSync(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', small], { stdio: 'ignore' });
  } catch {
    return skip('only root may mount a small disk');
  }
  try {
    await expect(restore(createReadStream(`${FIXTURE}.tar`), join(small, 'data'), null)).rejects.toMatchObject({
      code: 'disk_full',
      kind: 'unavailable',
    });
    expect(readdirSync(small)).toEqual([]);
  } finally {
    execFileSync('umount', [small]);
  }
});

const deskOf = (dataDir: string, database: string, measurements: Awaited<ReturnType<typeof openStore>>) => {
  const paths = dataDirPaths(dataDir);
  mkdirSync(paths.tmp, { recursive: true });
  return {
    clock: { nowMs: () => Date.now() },
    version: '0.1.0',
    paths,
    database,
    measurements,
    uploadDir: paths.uploads,
    workspaceDir: paths.workspace,
    specDir: paths.specs,
    settingsYaml: '',
    secretSettings: {},
  };
};

async function withEmbedded<T>(dataDir: string, use: (db: ReturnType<typeof openDatabase>) => Promise<T>): Promise<T> {
  const { postgres: dir, secrets } = dataDirPaths(dataDir);
  const postgres = await startEmbeddedPostgres({
    dir,
    passwordFile: join(secrets, 'postgres-password'),
    isDurable: false,
  });
  const embedded = openDatabase({ at: postgres.connection satisfies PostgresConnection, poolSize: 2 });
  try {
    return await use(embedded);
  } finally {
    await embedded.destroy();
    await postgres.stop();
  }
}
