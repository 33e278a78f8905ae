/** Gives the cluster a new password when the file with the old one was lost: PostgreSQL alone, without a network. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { errors } from '#base/errors.js';
import type { PostgresBinaries } from './binaries.js';
import { CLEAN_ENV, dirArgument, USER } from './cluster.js';
import type { RunAs } from './run-as.js';

export interface PasswordSite {
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs | undefined;
}

/** The password comes from base64url, so it needs no quoting. */
export async function resetPassword({ cluster, binaries, runAs }: PasswordSite, password: string): Promise<void> {
  const child = spawn(binaries.postgres, ['--single', '-D', dirArgument(cluster, runAs), 'postgres'], {
    cwd: cluster,
    env: CLEAN_ENV,
    stdio: ['pipe', 'ignore', 'pipe'],
    ...runAs,
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  child.stdin.end(`alter role ${USER} password '${password}';\n`);
  const [code] = await once(child, 'close');
  if (code !== 0 || said.includes('ERROR:'))
    throw errors.databaseUnavailable(`the password in ${cluster} could not be renewed`);
}
