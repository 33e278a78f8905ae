import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openTestDatabaseWithUrl } from '../../test/support/postgres.js';
import { openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/index.js';

const { db, url } = await openTestDatabaseWithUrl();

async function emptyDatabase(name: string): Promise<string> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${name} template template0`);
  await admin.end();
  const at = new URL(url);
  at.pathname = `/${name}`;
  return at.href;
}

async function drop(at: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`drop database ${new URL(at).pathname.slice(1)} with (force)`);
  await admin.end();
}

test('migrating twice is migrating once', async () => {
  const at = await emptyDatabase('migrate_twice');
  const fresh = openDatabase({ at });
  expect(await migrate(fresh)).toEqual(Object.keys(migrations));
  expect(await migrate(fresh)).toEqual([]);
  await fresh.destroy();
  await drop(at);
});

test('a test database is migrated already', async () => {
  expect(await migrate(db)).toEqual([]);
});

test('two processes that migrate at once both succeed, and every migration ran once', async () => {
  const at = await emptyDatabase('migrate_race');
  const program = `
    import { openDatabase } from './src/store/database.ts';
    import { migrate } from './src/store/migrate.ts';
    const db = openDatabase({ at: process.env.AT });
    process.stdout.write(JSON.stringify(await migrate(db)));
    await db.destroy();`;
  const run = async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', program],
      {
        env: { ...process.env, AT: at },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    const [code] = await once(child, 'close');
    return { code: code as number, ran: JSON.parse(said) as string[] };
  };
  const both = await Promise.all([run(), run()]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.flatMap(({ ran }) => ran).sort()).toEqual(Object.keys(migrations));
  await drop(at);
});

test('a database made by a newer version is refused', async () => {
  const at = await emptyDatabase('migrate_newer');
  const newer = openDatabase({ at });
  await migrate(newer);
  await sql`insert into kysely_migration values ('9999-later', now())`.execute(newer);
  await expect(migrate(newer)).rejects.toMatchObject({ code: 'database_newer', kind: 'conflict' });
  await newer.destroy();
  await drop(at);
});
