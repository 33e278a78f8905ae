/** Backups of earlier versions: this one restores them, rows and bytes, and brings their schema forward (FIELD.md R22). */
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { silentLog } from '#base/log.js';
import { dataDirPaths } from '#data/files/data-dir.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import { verifyAuditTrail } from '#services/operations/audit.service.js';
import { restoreBackup } from '#services/operations/backup/restore.service.js';
import { openDatabase } from '#store/database.js';
import { startEmbeddedPostgres } from '#store/embedded/supervisor.js';
import { migrate } from '#store/migrate.js';
import { describeSchema } from '#store/schema.js';
import { FIXTURE_PASSPHRASE, factsOf, type HouseFacts } from '../fixtures/backups/facts.js';

const FIXTURES = 'test/fixtures/backups';
const home = await mkdtemp(join(tmpdir(), 'almanac-fixture-'));
// As root the embedded PostgreSQL runs as another user, who must be able to walk to its data.
await chmod(home, 0o755);
afterAll(() => rm(home, { recursive: true, force: true }));

const restore = (
  content: Parameters<typeof restoreBackup>[0]['content'],
  dataDir: string,
  { withoutSecrets = false } = {},
) =>
  restoreBackup({
    content,
    dataDir,
    databaseUrl: null,
    passphrase: FIXTURE_PASSPHRASE,
    withoutSecrets,
    nowMs: Date.now(),
    log: silentLog,
  });

const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.tar'));

it('has backups to restore', () => expect(names).toContain('backup-v1.tar'));

it('is refused with any bit flipped, and leaves nothing', async () => {
  const bytes = readFileSync(join(FIXTURES, 'backup-v1.tar'));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1 << bit;
      const refused = { code: expect.stringMatching(/^backup_/) };
      // The sealed bytes are proved like all others; to open them costs a second of scrypt each time.
      await expect(restore([altered], join(home, 'never'), { withoutSecrets: true })).rejects.toMatchObject(refused);
    }),
    { numRuns: 20 },
  );
  expect(readdirSync(home)).toEqual([]);
}, 90_000);

it.each(names)(
  '%s comes back with every row and every byte',
  async (name) => {
    const told = JSON.parse(readFileSync(join(FIXTURES, name.replace(/tar$/, 'json')), 'utf8')) as HouseFacts;
    const dataDir = join(home, name);
    const report = await restore(createReadStream(join(FIXTURES, name)), dataDir);
    expect(report.notices).toEqual([]);

    const paths = dataDirPaths(dataDir);
    const passwordFile = join(paths.secrets, 'postgres-password');
    const postgres = await startEmbeddedPostgres({ dir: paths.postgres, passwordFile, isDurable: false });
    const db = openDatabase({ at: postgres.connection, poolSize: 2 });
    const measurements = await openEmbeddedStore({
      path: join(paths.measurements, 'measurements.duckdb'),
      tmpDir: paths.tmp,
      memoryLimit: '256MB',
      threads: 1,
      clock: { nowMs: () => Date.now() },
    });
    try {
      // The migrations that came since have run, and the bookkeeping knows it.
      expect(await migrate(db)).toEqual([]);
      const schema: unknown = JSON.parse(readFileSync('src/store/schema.json', 'utf8'));
      expect(await describeSchema(db)).toEqual(schema);
      expect(await factsOf({ db, measurements, root: dataDir }, Object.keys(told.rows))).toEqual(told);
      expect(await verifyAuditTrail(db)).toEqual({ entries: told.rows['audit_entry'], brokenAt: null });
      // The next id is one that no row has.
      const [next] = (
        await sql<{ id: string }>`select nextval(pg_get_serial_sequence('audit_entry', 'id')) as id`.execute(db)
      ).rows;
      const [last] = (await sql<{ id: string }>`select max(id) as id from audit_entry`.execute(db)).rows;
      expect(Number(next!.id)).toBeGreaterThan(Number(last!.id));
      expect(readFileSync(join(paths.secrets, 'key'), 'utf8').trim()).toMatch(/^[\w-]{43}$/);
    } finally {
      await measurements.close();
      await db.destroy();
      await postgres.stop();
    }
  },
  90_000,
);
