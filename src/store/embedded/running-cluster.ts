/** How to reach the PostgreSQL that another process of ours has started: told by the files beside it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import type { PostgresConnection } from '../connection.js';
import { USER } from './cluster.js';

/** The password is readable by the owner of the directory alone. Errors: databaseUnavailable. */
export async function findRunningCluster(site: {
  readonly dir: string;
  readonly passwordFile: string;
}): Promise<PostgresConnection> {
  const password = (await read(site.passwordFile)).trim();
  // Line 4 is the port (PostgreSQL, src/include/utils/pidfile.h).
  const port = Number((await read(join(site.dir, 'cluster', 'postmaster.pid'))).split('\n')[3]);
  return { host: '127.0.0.1', port, user: USER, password, database: USER };
}

const read = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: Error) => {
    throw errors.databaseUnavailable(`${path} cannot be read: ${cause.message}`, cause);
  });
