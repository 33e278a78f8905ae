/** What the doctor looks at, in one list: each check finds one thing, and says what to do when it is not well. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Config } from '#app/config.js';
import { wantedListeners } from '#app/listeners.js';
import type { RunFile } from '#app/run-file.js';
import { version } from '#app/version.js';
import { isPortFree } from '../free-port.js';

export interface Patient {
  readonly config: Config;
  /** The server that owns the data directory, when one runs. */
  readonly running: RunFile | undefined;
}

export interface Finding {
  readonly state: 'well' | 'mind' | 'ill';
  readonly says: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface Check {
  readonly name: string;
  look(patient: Patient): Finding | Promise<Finding>;
}

const well = (says: string): Finding => ({ state: 'well', says });
const mind = (says: string, remedy: string): Finding => ({ state: 'mind', says, remedy });
const ill = (says: string, remedy: string): Finding => ({ state: 'ill', says, remedy });

const GIB = 1024 ** 3;
const inGib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;

export const checks: readonly Check[] = [
  { name: 'versions', look: lookAtVersions },
  { name: 'memory', look: lookAtMemory },
  { name: 'data directory', look: lookAtDataDir },
  { name: 'disk', look: lookAtDisk },
  { name: 'server', look: lookAtServer },
  { name: 'ports', look: lookAtPorts },
  { name: 'database', look: lookAtDatabase },
  { name: 'measurements', look: lookAtMeasurements },
];

const OLDEST_NODE = [20, 19] as const;

function lookAtVersions(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const says = `almanac ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return isNew ? well(says) : ill(says, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
}

function lookAtMemory(): Finding {
  const bytes = totalmem();
  return bytes >= GIB ? well(inGib(bytes)) : mind(inGib(bytes), 'Imports and sweeps want 1 GiB; set ALMANAC_JOBS=1.');
}

function lookAtDataDir({ config: { dataDir } }: Patient): Finding {
  if (!existsSync(dataDir)) {
    const home = nearestDirOf(dataDir);
    return isWritable(home)
      ? well(`${dataDir} will be made at the first start`)
      : ill(
          `${dataDir} cannot be made in ${home}`,
          'Choose another ALMANAC_DATA_DIR, or give yourself that directory.',
        );
  }
  const owner = statSync(dataDir).uid;
  const me = process.getuid?.();
  if (!isWritable(dataDir))
    return ill(
      `${dataDir} belongs to user ${owner} and cannot be written by ${me}`,
      `Run as that user, or: chown -R ${me} ${dataDir}`,
    );
  if (me === 0 && owner !== 0)
    return mind(
      `${dataDir} belongs to user ${owner}, and you are root`,
      'Run as that user: what root writes here, that user cannot open.',
    );
  return well(dataDir);
}

function nearestDirOf(path: string): string {
  const parent = dirname(resolve(path));
  return existsSync(parent) || parent === path ? parent : nearestDirOf(parent);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false; // The question is whether; why not is the owner's to see.
  }
}

const DISK_ILL = 0.5 * GIB;
const DISK_MIND = 5 * GIB;

function lookAtDisk({ config: { dataDir } }: Patient): Finding {
  const { bavail, bsize } = statfsSync(existsSync(dataDir) ? dataDir : nearestDirOf(dataDir));
  const free = bavail * bsize;
  const says = `${inGib(free)} free`;
  if (free < DISK_ILL) return ill(says, 'Free some space: an embedded PostgreSQL alone wants half a GiB.');
  return free < DISK_MIND ? mind(says, 'Enough to try things, not for years of ticks.') : well(says);
}

async function lookAtServer({ running }: Patient): Promise<Finding> {
  if (running === undefined) return well('none runs in this data directory');
  const gateway = running.listeners['gateway'] ?? Object.values(running.listeners)[0];
  const says = `pid ${running.pid}, since ${running.startedAt}`;
  const answer = await fetch(`${gateway}/readyz`, { signal: AbortSignal.timeout(3_000) }).catch(
    (cause: Error) => cause,
  );
  if (answer instanceof Error)
    return ill(
      `${says}, does not answer at ${gateway}: ${answer.message}`,
      `Look at its log, or stop it: kill ${running.pid}`,
    );
  return answer.ok ? well(`${says}, ready`) : mind(`${says}, answers ${answer.status} to /readyz`, 'Look at its log.');
}

async function lookAtPorts({ config, running }: Patient): Promise<Finding> {
  if (running !== undefined) return well(Object.values(running.listeners).join(' '));
  const taken: string[] = [];
  const wanted: string[] = [];
  for (const { port: key, setting } of wantedListeners(config)) {
    const port = config[key];
    if (port === 'off') continue;
    wanted.push(String(port));
    if (!(await isPortFree(config.host, port))) taken.push(`${port} (${setting})`);
  }
  if (taken.length === 0) return well(`${wanted.join(', ')} are free on ${config.host}`);
  return ill(`taken: ${taken.join(', ')}`, 'Free them, or choose others with those settings; 0 is any free port.');
}

/** What DESIGN asks of a PostgreSQL of your own, as PostgreSQL counts versions. */
const OLDEST_POSTGRES = 150_000;

async function lookAtDatabase({ config: { databaseUrl } }: Patient): Promise<Finding> {
  const { probeEmbeddedPostgres, probePostgres } = await import('#app/probes.js');
  if (databaseUrl === null) {
    const found = await probeEmbeddedPostgres().catch((cause: Error) => cause);
    if (typeof found === 'string') return well(`embedded, ${found}`);
    return ill(`embedded: ${found.message}`, 'Run `npm ci` again, or set DATABASE_URL.');
  }
  const found = await probePostgres(databaseUrl).catch((cause: Error) => cause);
  // The driver's words name host and user, never the password.
  if (typeof found !== 'number') return ill(`DATABASE_URL: ${found.message}`, 'Start it, or correct DATABASE_URL.');
  const says = `PostgreSQL ${Math.floor(found / 10_000)}.${found % 10_000} at DATABASE_URL`;
  return found >= OLDEST_POSTGRES ? well(says) : ill(says, 'Almanac needs PostgreSQL 15 or newer.');
}

async function lookAtMeasurements({ config: { questdbUrl } }: Patient): Promise<Finding> {
  const { probeDuckDb, probeQuestdb } = await import('#app/probes.js');
  const duckdb = await probeDuckDb().catch((cause: Error) => cause);
  if (typeof duckdb !== 'string') return ill(`DuckDB: ${duckdb.message}`, 'Run `npm ci` again.');
  if (questdbUrl === null) return well(`embedded, DuckDB ${duckdb}`);
  const failure = await probeQuestdb(questdbUrl).then(
    () => undefined,
    (cause: Error) => cause,
  );
  if (failure === undefined) return well('QuestDB at QUESTDB_URL');
  return ill(`QUESTDB_URL: ${failure.message}`, 'Start it, or correct QUESTDB_URL.');
}
