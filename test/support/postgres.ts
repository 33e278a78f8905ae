/** A migrated PostgreSQL database of its own for a test file, made from a template in a few dozen milliseconds. */
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { openDatabase, type Tables } from '#store/database.js';
import { outsideUrl, type TestServer } from './global-setup.js';

export interface TestDatabase {
  readonly db: Kysely<Tables>;
  readonly url: string;
  /** Closes the pool and drops the database; runs by itself after the last test when opened in the body of the file. */
  close(): Promise<void>;
}

/**
 * The pool alone; closed and dropped after the last test of the file. Call it in the body of a file. In a hook Vitest hears
 * no new hooks: there use openTestDatabaseWithUrl and close() it; what is left then goes with the run.
 */
export const openTestDatabase = async (): Promise<Kysely<Tables>> => (await openTestDatabaseWithUrl()).db;

/** The same with its URL, for other processes and second pools. */
export async function openTestDatabaseWithUrl(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const { adminUrl, name, url } = await makeDatabase();
  const db = openDatabase({ at: url, poolSize: options.poolSize ?? 10 });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= db.destroy().then(() => asAdmin(adminUrl, `drop database if exists ${name} with (force)`));
    return closed;
  };
  afterAll(close);
  return { db, url, close };
}

/**
 * The setting that puts a server of a journey into a database of its own on the outside PostgreSQL of this run; none when the
 * run has none, and the server starts its own. Tests that kill the database, or tell of a data directory that holds all, ask not.
 */
export async function outsideDatabase(): Promise<Record<string, string>> {
  return outsideUrl() === undefined ? {} : { DATABASE_URL: (await makeDatabase()).url };
}

/** It goes with the run, when nobody drops it before. */
async function makeDatabase(): Promise<{ adminUrl: string; name: string; url: string }> {
  const { adminUrl, template } = await askDoor();
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  await createFrom(adminUrl, template, name);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { adminUrl, name, url: url.href };
}

async function askDoor(): Promise<TestServer> {
  const answer = await fetch(inject('testPostgresDoor'));
  if (!answer.ok) throw new Error(`The test PostgreSQL did not start: ${await answer.text()}`);
  return (await answer.json()) as TestServer;
}

/** Two files that copy the template in the same moment are let in one after the other. */
async function createFrom(adminUrl: string, template: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await asAdmin(adminUrl, `create database ${name} template ${template}`);
    } catch (error) {
      // 55006: somebody is connected to the template, which autovacuum and a neighbour's copy are for a moment.
      if ((error as { code?: string }).code !== '55006' || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
