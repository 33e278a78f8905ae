/**
 * One PostgreSQL for the whole test run: embedded in a temporary directory, or the one of TEST_DATABASE_URL or DATABASE_URL.
 *
 * It starts when the first test file asks, so that runs without rows do not wait for it, and it stops with the run. What a
 * killed run left behind is stopped and removed by the next one.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type PostgresConnection, urlOf } from '#store/connection.js';
import { openDatabase } from '#store/database.js';
import { endProcesses, readNote } from '#store/embedded/processes.js';
import { startEmbeddedPostgres } from '#store/embedded/supervisor.js';
import { migrate } from '#store/migrate.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with a TestServer as JSON; the first question starts it. */
    testPostgresDoor: string;
  }
}

export interface TestServer {
  /** Any database of the server, for creating and dropping others. */
  readonly adminUrl: string;
  /** Migrated; each test database is a copy of it. */
  readonly template: string;
}

interface RunningServer extends TestServer {
  stop(): Promise<void>;
}

const PREFIX = 'almanac-vitest-';
const RUN_DIR = /^almanac-vitest-(\d+)-\w+$/;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<RunningServer> | undefined;
  const door = createServer(async (_request, response) => {
    running ??= start();
    try {
      const { adminUrl, template } = await running;
      response.end(JSON.stringify({ adminUrl, template }));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  door.unref();
  project.provide('testPostgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);
  return async () => {
    door.close();
    await running?.then(({ stop }) => stop());
  };
}

const start = () => {
  const outside = outsideUrl();
  return outside === undefined ? startEmbedded() : useOutside(outside);
};

/** The outside PostgreSQL of this run, if it has one. */
export function outsideUrl(): string | undefined {
  const url = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'];
  return url === '' ? undefined : url;
}

async function startEmbedded(): Promise<RunningServer> {
  await sweep();
  const dir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const server = await startEmbeddedPostgres({
    dir: join(dir, 'postgres'),
    passwordFile: join(dir, 'secrets', 'postgres-password'),
    isDurable: false,
  });
  await makeTemplate(server.connection);
  return {
    adminUrl: urlOf({ ...server.connection, database: 'postgres' }),
    template: server.connection.database,
    async stop() {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Directories carry the id of the run that made them; where that run has ended without its teardown, we do its work. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const run = RUN_DIR.exec(name);
    if (run === null || isAlive(Number(run[1]))) continue;
    const dir = join(tmpdir(), name);
    const instance = readNote(join(dir, 'postgres', 'running.json'));
    if (instance !== undefined) await endProcesses(instance, undefined);
    rmSync(dir, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function useOutside(url: string): Promise<RunningServer> {
  const template = `almanac_template_${process.pid}_${Date.now()}`;
  await ask(url, `create database ${template}`);
  const at = new URL(url);
  at.pathname = `/${template}`;
  await makeTemplate(at.href);
  return { adminUrl: url, template, stop: () => dropAll(url, template) };
}

/** The template and every copy of it: their names begin with its name. */
async function dropAll(url: string, template: string): Promise<void> {
  const rows = await ask(url, `select datname from pg_database where starts_with(datname, '${template}')`);
  for (const { datname } of rows) await ask(url, `drop database if exists ${datname} with (force)`);
}

async function makeTemplate(at: string | PostgresConnection): Promise<void> {
  const db = openDatabase({ at, poolSize: 1 });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

async function ask(url: string, statement: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(statement)).rows;
  } finally {
    await client.end();
  }
}
