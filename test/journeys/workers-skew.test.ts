/** A worker that does not fit its server is refused in a sentence that says what to do; one that no longer fits stops by itself. */
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { openTestDatabaseWithUrl } from '../support/postgres.js';
import { makeDataDir, removeDataDir, startTestServer, startTestWorker } from '../support/server.js';

const [ours, other] = [await makeDataDir(), await makeDataDir()];
const { db, url } = await openTestDatabaseWithUrl();
const shared = { DATABASE_URL: url };

afterAll(async () => {
  await removeDataDir(ours);
  await removeDataDir(other);
});

const refusal = (dir: string, env: Record<string, string> = {}) =>
  startTestWorker(dir, { ...shared, ALMANAC_WORKERS: '1', ...env }).then(
    async (worker) => `it works, and stops with ${await worker.stop()}`,
    (error: unknown) => String(error),
  );

it('a worker is refused before a server came, on another tree, and beside another version, and leaves when the server changes', async () => {
  expect(await refusal(ours)).toMatch(/No server has prepared this database yet\. Start `almanac serve`/);
  const server = await startTestServer(ours, shared);
  expect(await refusal(other)).toMatch(/is not the tree of the server.*Mount the server's data directory/);
  expect(await refusal(ours, { QUESTDB_URL: 'http://127.0.0.1:1' })).toMatch(/QUESTDB_URL|questdb/i);

  const worker = await startTestWorker(ours, { ...shared, ALMANAC_WORKERS: '1' });
  await sql`update deployment set code_version = '9.9.9'`.execute(db);
  await expect
    .poll(() => worker.log(), { timeout: 20_000 })
    .toMatch(/This worker is Almanac .*server of this database is 9\.9\.9\. Run both/);
  expect(await worker.stop()).not.toBe(0);
  expect(await refusal(ours)).toMatch(/server of this database is 9\.9\.9/);

  await sql`delete from kysely_migration where name = '0007-workers'`.execute(db);
  expect(await refusal(ours)).toMatch(
    /newer than its server: the database lacks 0007-workers\. Upgrade and start the server first/,
  );
  await sql`insert into kysely_migration values ('0007-workers', now()::text), ('9999-later', now()::text)`.execute(db);
  expect(await refusal(ours)).toMatch(/made by a newer Almanac \(it has migration 9999-later\)/);
  await server.stop();
}, 180_000);
