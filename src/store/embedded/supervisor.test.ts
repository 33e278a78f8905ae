import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openDatabase } from '../database.js';
import { findBinaries, findPlatformPackage, reachableBinaries } from './binaries.js';
import { startPostmaster } from './postmaster.js';
import { endProcesses, findProcesses, readNote } from './processes.js';
import { chooseRunAs, isReachableBy } from './run-as.js';
import { type EmbeddedEvent, type EmbeddedPostgres, startEmbeddedPostgres } from './supervisor.js';

const isRoot = process.getuid?.() === 0;
/** "daemon": an ordinary user that every system knows. */
const STRANGER = { uid: 1, gid: 1 };
const NAMELESS = { uid: 54321, gid: 54321 };

const root = mkdtempSync(join(tmpdir(), 'almanac-supervisor-'));
const home = join(root, 'data');
const site = (at = home) => ({
  dir: join(at, 'postgres'),
  passwordFile: join(at, 'secrets', 'postgres-password'),
  isDurable: false,
});
const cluster = join(home, 'postgres', 'cluster');
const note = join(home, 'postgres', 'running.json');

let running: EmbeddedPostgres | undefined;
const start = async (at?: string) => {
  running = await startEmbeddedPostgres(site(at));
  return running;
};
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Until here the directories above are closed to the server's user, as they are under /root. */
function letOthersPass(): void {
  chmodSync(root, 0o711);
  chmodSync(home, 0o711);
}

/** Writers may be let in a moment before the supervisor knows that its server is up. */
async function pidOf(server: EmbeddedPostgres): Promise<number> {
  for (;;) {
    const pid = server.pid();
    if (pid !== undefined) return pid;
    await sleep(5);
  }
}

async function ask(server: EmbeddedPostgres, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** A process of ours that starts the server, says its postmaster's id, and waits to be killed. */
async function startElsewhere(at: string, as: { uid?: number; gid?: number } = {}): Promise<[ChildProcess, string]> {
  const program = `
    import { startEmbeddedPostgres } from './src/store/embedded/supervisor.ts';
    try {
      const server = await startEmbeddedPostgres(JSON.parse(process.env.SITE));
      process.on('SIGTERM', async () => { await server.stop(); process.exit(0); });
      console.log('pid ' + server.pid());
      setInterval(() => {}, 1000);
    } catch (error) { console.log(error.code ?? error.message); }`;
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', program],
    {
      env: { ...process.env, SITE: JSON.stringify(site(at)) },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...as,
    },
  );
  const [said] = await once(child.stdout!, 'data');
  return [child, String(said).trim()];
}

test('the first start makes the cluster, behind a password that others cannot read; a stop leaves no process', async () => {
  // What a kill in the middle of an earlier initdb leaves.
  mkdirSync(join(home, 'postgres', 'new-dead', 'cluster', 'base'), { recursive: true });
  const server = await start();
  expect(readdirSync(join(home, 'postgres')).sort()).toEqual(['cluster', 'running.json']);
  expect(statSync(site().passwordFile).mode & 0o777).toBe(0o600);
  expect(await ask(server, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  const intruder = new pg.Client({ ...server.connection, password: 'guess' });
  await expect(intruder.connect()).rejects.toMatchObject({ code: '28P01' });
  await ask(server, 'create table kept (n int primary key)');
  const instance = readNote(note)!;
  await server.stop();
  expect(findProcesses(instance)).toEqual([]);
  expect(existsSync(note)).toBe(false);
});

test('a later start is quick and finds the rows', async () => {
  const startedMs = performance.now();
  const server = await start();
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  await ask(server, 'insert into kept values (1)');
  expect(await ask(server, 'select count(*)::int as n from kept')).toEqual([{ n: 1 }]);
});

test('a stale postmaster.pid whose number now belongs to another program is no obstacle', async () => {
  for (const pid of [process.pid, 1, 4_000_000]) {
    writeFileSync(join(cluster, 'postmaster.pid'), `${pid}\n${cluster}\n1700000000\n5432\n\n127.0.0.1\n`);
    if (isRoot) chownSync(join(cluster, 'postmaster.pid'), 65534, 65534);
    const server = await start();
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  }
});

test('a server whose owner was killed is stopped by the next owner, and nothing committed is lost', async () => {
  const [owner, said] = await startElsewhere(home);
  const orphan = Number(/pid (\d+)/.exec(said)?.[1]);
  const instance = readNote(note)!;
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(findProcesses(instance)).toContain(orphan);
  const server = await start();
  expect(findProcesses(instance)).toEqual([]);
  expect(await ask(server, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('killed postmaster and killed owner, with a backend that hears nothing: the next start ends it and serves', async () => {
  const [owner, said] = await startElsewhere(home);
  const port = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]);
  const password = readFileSync(site().passwordFile, 'utf8').trim();
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'almanac', password, database: 'almanac' });
  client.on('error', () => undefined);
  await client.connect();
  // Busy in arithmetic, it does not look whether its postmaster is alive.
  const busy = client.query('select count(*) from generate_series(1, 1000000000)').catch(() => undefined);
  await sleep(100);
  const instance = readNote(note)!;
  owner.kill('SIGKILL');
  process.kill(Number(/pid (\d+)/.exec(said)?.[1]), 'SIGKILL');
  await once(owner, 'exit');
  await sleep(100);
  expect(findProcesses(instance).length).toBeGreaterThan(0);
  const startedMs = performance.now();
  const server = await start();
  expect(performance.now() - startedMs).toBeLessThan(15_000);
  expect(findProcesses(instance)).toEqual([]);
  expect(await ask(server, 'select n from kept')).toEqual([{ n: 1 }]);
  await busy;
});

test('a killed postmaster is started again while we run; pools come back, acknowledged rows are there', async () => {
  const server = await start();
  const db = openDatabase({ at: server.connection, poolSize: 4 });
  const events: EmbeddedEvent[] = [];
  server.subscribe((event) => events.push(event));
  await sql`create table if not exists acknowledged (n int primary key)`.execute(db);
  const acknowledged: number[] = [];
  let isWriting = true;
  const writer = (async () => {
    for (let n = 0; isWriting; n++) {
      try {
        await sql`insert into acknowledged values (${n})`.execute(db);
        acknowledged.push(n);
      } catch (error) {
        expect(error).toMatchObject({ code: 'database_unavailable' });
      }
    }
  })();
  for (let kill = 0; kill < 3; kill++) {
    await sleep(150);
    const killedMs = performance.now();
    process.kill(await pidOf(server), 'SIGKILL');
    // Connections outlive their postmaster for a moment: only what comes after the new start shows that pools are back.
    while (events.filter((event) => event === 'restarted').length <= kill) await sleep(20);
    const before = acknowledged.length;
    while (acknowledged.length < before + 5) await sleep(20);
    expect(performance.now() - killedMs).toBeLessThan(15_000);
  }
  isWriting = false;
  await writer;
  const { rows } = await sql<{ n: number }>`select n from acknowledged`.execute(db);
  const found = new Set(rows.map(({ n }) => n));
  expect(acknowledged.filter((n) => !found.has(n))).toEqual([]);
  expect(events).toEqual(['died', 'restarted', 'died', 'restarted', 'died', 'restarted']);
  await db.destroy();
});

test('a stop while somebody holds a transaction open is bounded and rolls it back', async () => {
  const server = await start();
  const client = new pg.Client(server.connection);
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query('insert into kept values (99)');
  const startedMs = performance.now();
  await server.stop();
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  expect(await ask(await start(), 'select n from kept')).toEqual([{ n: 1 }]);
});

test('stopping twice is stopping once', async () => {
  const server = await start();
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
});

test('a stop while the server is being restarted leaves no process either', async () => {
  for (const pauseMs of [0, 5, 30, 100]) {
    const server = await start();
    process.kill(server.pid()!, 'SIGKILL');
    await sleep(pauseMs);
    const instance = readNote(note)!;
    await server.stop();
    expect([findProcesses(instance), existsSync(note)]).toEqual([[], false]);
  }
});

test('files of another major version are refused in words', async () => {
  const version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8');
  writeFileSync(join(cluster, 'PG_VERSION'), '15\n');
  await expect(start()).rejects.toMatchObject({ code: 'postgres_major', detail: { made: 15 } });
  writeFileSync(join(cluster, 'PG_VERSION'), version);
});

test('a lost password file is made anew', async () => {
  rmSync(site().passwordFile);
  expect(await ask(await start(), 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a port that was taken in the meantime is told apart from other failures', async () => {
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  const { port } = thief.address() as { port: number };
  const runAs = chooseRunAs(cluster);
  const password = readFileSync(site().passwordFile, 'utf8').trim();
  const attempt = startPostmaster({
    binaries: findBinaries(site().dir, runAs),
    cluster,
    runAs,
    instance: 'almanac-test-port-taken',
    connection: { host: '127.0.0.1', port, user: 'almanac', password, database: 'almanac' },
    isDurable: false,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  thief.on('connection', (socket) => socket.destroy());
  await expect(attempt).rejects.toMatchObject({ reason: 'port' });
  thief.close();
});

test('a server that somebody else started on our files is named, not ended', async () => {
  letOthersPass();
  const runAs = chooseRunAs(cluster);
  const { postgres } = findBinaries(site().dir, runAs);
  const foreign = spawn(postgres, ['-D', cluster, '-c', 'listen_addresses=', '-c', 'unix_socket_directories=.'], {
    env: { LC_ALL: 'C' },
    stdio: 'ignore',
    ...runAs,
  });
  try {
    while (!readLines(join(cluster, 'postmaster.pid')).includes('ready   ')) await sleep(20);
    await expect(start()).rejects.toMatchObject({ code: 'postgres_foreign', detail: { pid: foreign.pid } });
    expect(foreign.exitCode).toBe(null);
  } finally {
    foreign.kill('SIGINT');
    await once(foreign, 'exit');
  }
});

const readLines = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);

test.skipIf(!isRoot || !isReachableBy(process.cwd(), STRANGER))('an ordinary user starts it as itself', async () => {
  letOthersPass();
  const theirs = join(root, 'theirs');
  mkdirSync(theirs);
  chownSync(theirs, STRANGER.uid, STRANGER.gid);
  const [owner, said] = await startElsewhere(theirs, STRANGER);
  const pid = Number(/pid (\d+)/.exec(said)?.[1]);
  expect(statSync(`/proc/${pid}`).uid).toBe(STRANGER.uid);
  owner.kill('SIGTERM');
  await once(owner, 'exit');
  // Root looks in and leaves it theirs.
  const server = await start(theirs);
  expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
  const [again, saidAgain] = await startElsewhere(theirs, STRANGER);
  expect(saidAgain).toMatch(/^pid \d+$/);
  again.kill('SIGTERM');
  await once(again, 'exit');
});

test.skipIf(!isRoot || !isReachableBy(process.cwd(), NAMELESS))('a user without a name is told so', async () => {
  letOthersPass();
  const theirs = join(root, 'nameless');
  mkdirSync(theirs);
  chownSync(theirs, NAMELESS.uid, NAMELESS.gid);
  const [child, said] = await startElsewhere(theirs, NAMELESS);
  expect(said).toBe('postgres_nameless');
  child.kill('SIGKILL');
});

test.skipIf(!isRoot || !isReachableBy(process.cwd(), STRANGER))(
  'files of another user are refused in words',
  async () => {
    for (const path of [join(home, 'secrets'), site().passwordFile]) chownSync(path, STRANGER.uid, STRANGER.gid);
    chmodSync(home, 0o711);
    const [child, said] = await startElsewhere(home, STRANGER);
    expect(said).toBe('postgres_not_ours');
    child.kill('SIGKILL');
  },
);

test.skipIf(!isRoot)('programs that the other user cannot read are copied to where it can', async () => {
  const hidden = join(root, 'hidden');
  mkdirSync(hidden, { mode: 0o700 });
  const { native, version } = findPlatformPackage();
  cpSync(native, join(hidden, 'native'), { recursive: true, verbatimSymlinks: true });
  // An install without install scripts has no symbolic links either.
  for (const name of readdirSync(join(hidden, 'native', 'lib')).filter((each) => /^libicu\w+\.so\.60$/.test(each)))
    rmSync(join(hidden, 'native', 'lib', name));
  const open = join(tmpdir(), `almanac-open-${process.pid}`);
  mkdirSync(open, { mode: 0o755 });
  try {
    const { postgres } = reachableBinaries({ native: join(hidden, 'native'), version }, open, STRANGER);
    expect(postgres.startsWith(open)).toBe(true);
    const child = spawn(postgres, ['--version'], { ...STRANGER, stdio: ['ignore', 'pipe', 'inherit'] });
    const [[said]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(String(said)).toContain('PostgreSQL');
    // The second time it is found.
    const inode = statSync(postgres).ino;
    reachableBinaries({ native: join(hidden, 'native'), version }, open, STRANGER);
    expect(statSync(postgres).ino).toBe(inode);
  } finally {
    rmSync(open, { recursive: true, force: true });
  }
});

test('processes of a name that nobody bears are none', async () => {
  expect(await endProcesses('almanac-nobody-bears-this', undefined)).toBe(true);
});
