/**
 * A real QuestDB for tests and benches: its jar from Maven Central, kept where Maven keeps everything, on free ports and in a
 * directory of its own. `npx tsx scripts/questdb.ts` starts one and prints its QUESTDB_URL, until Ctrl-C.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** ALMANAC_TEST_QUESTDB names another, to see whether it does as well. */
const VERSION = process.env['ALMANAC_TEST_QUESTDB'] ?? '9.1.0';
const OLDEST_JAVA = 17;
const FETCH_WITHIN_MS = 30_000;
/** What could not be fetched now is not tried again by the next test file. */
const UNFETCHED = join(tmpdir(), `almanac-questdb-${VERSION}-unfetched`);
const UNFETCHED_FOR_MS = 600_000;
const START_WITHIN_MS = 45_000;
const run = promisify(execFile);

export interface QuestdbOptions {
  readonly user?: string;
  readonly password?: string;
  readonly heapMiB?: number;
  /** Only the first compiler: starts sooner, and runs slower for good. */
  readonly isBrief?: boolean;
}

export interface RunningQuestdb {
  /** For QUESTDB_URL, with the user and password when there are such. */
  readonly url: string;
  /** For ALMANAC_QUESTDB_ILP. */
  readonly ilpUrl: string;
  pid(): number;
  /** Ends the server and keeps its data and ports. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again after `halt`. */
  resume(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

/** The jar's path, or why there is none: without Java, or without Maven and its repository, nothing here can run. */
export async function findQuestdb(): Promise<{ jar: string } | { reason: string }> {
  const java = await run('java', ['-version']).catch(() => undefined);
  const major = Number(/version "(\d+)/.exec(java?.stderr ?? '')?.[1]);
  if (!(major >= OLDEST_JAVA)) return { reason: `no Java ${OLDEST_JAVA} or newer` };
  const jar = join(homedir(), '.m2/repository/org/questdb/questdb', VERSION, `questdb-${VERSION}.jar`);
  if (existsSync(jar)) return { jar };
  const unfetched = { reason: `Maven could not fetch QuestDB ${VERSION}` };
  if (existsSync(UNFETCHED) && Date.now() - statSync(UNFETCHED).mtimeMs < UNFETCHED_FOR_MS) return unfetched;
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get';
  const args = ['-q', '-B', goal, `-Dartifact=org.questdb:questdb:${VERSION}`, '-Dtransitive=false'];
  try {
    await run('mvn', args, { timeout: FETCH_WITHIN_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { reason: 'no Maven to fetch QuestDB with' };
    await writeFile(UNFETCHED, '');
    return unfetched;
  }
  return existsSync(jar) ? { jar } : { reason: `Maven keeps its repository elsewhere than ${jar}` };
}

export async function startQuestdb(jar: string, options: QuestdbOptions = {}): Promise<RunningQuestdb> {
  const dir = await mkdtemp(join(tmpdir(), 'almanac-questdb-'));
  const [httpPort, ilpPort] = await freePorts(2);
  await mkdir(join(dir, 'conf'), { recursive: true });
  await writeFile(join(dir, 'conf', 'server.conf'), settings(httpPort!, ilpPort!, options));
  const { user, password } = options;
  const login = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`;
  let server = await launch(jar, dir, httpPort!, options);
  return {
    url: `http://${login}127.0.0.1:${httpPort}`,
    ilpUrl: `tcp://127.0.0.1:${ilpPort}`,
    pid: () => server.pid,
    halt: (signal = 'SIGTERM') => server.end(signal),
    async resume() {
      server = await launch(jar, dir, httpPort!, options);
    },
    async stop() {
      await server.end('SIGKILL');
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Small pages, because every column of every table takes some. */
const settings = (httpPort: number, ilpPort: number, { user, password }: QuestdbOptions): string =>
  `${[
    `http.bind.to=127.0.0.1:${httpPort}`,
    `line.tcp.net.bind.to=127.0.0.1:${ilpPort}`,
    'pg.enabled=false',
    'http.min.enabled=false',
    'line.udp.enabled=false',
    'telemetry.enabled=false',
    'shared.worker.count=2',
    'cairo.writer.data.append.page.size=1M',
    'cairo.wal.writer.data.append.page.size=256K',
    'cairo.o3.column.memory.size=256K',
    ...(user === undefined ? [] : [`http.user=${user}`, `http.password=${password}`]),
  ].join('\n')}\n`;

interface Launched {
  readonly pid: number;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function launch(jar: string, dir: string, port: number, options: QuestdbOptions): Promise<Launched> {
  const { heapMiB = 256, isBrief = false } = options;
  const jvm = [`-Xmx${heapMiB}m`, '-XX:+UseSerialGC', ...(isBrief ? ['-XX:TieredStopAtLevel=1'] : [])];
  const child = spawn('java', [...jvm, '-p', jar, '-m', 'io.questdb/io.questdb.ServerMain', '-d', dir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
  // A run that is stopped in the middle leaves no server behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let isOver = false;
  const over = new Promise<void>((resolve) =>
    child.once('exit', () => {
      isOver = true;
      process.off('exit', endWithUs);
      resolve();
    }),
  );
  const end = async (signal: NodeJS.Signals) => {
    if (!isOver) child.kill(signal);
    await over;
  };
  const endMs = performance.now() + START_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/exec?query=select%201`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer !== undefined) return { pid: child.pid!, end };
    if (isOver || performance.now() > endMs) {
      await end('SIGKILL');
      throw new Error(`QuestDB did not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Free now; all are held until all are known, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

if (process.argv[1]?.endsWith('questdb.ts') === true) {
  const found = await findQuestdb();
  if ('reason' in found) {
    console.error(`QuestDB cannot run here: ${found.reason}.`);
    process.exitCode = 1;
  } else {
    const server = await startQuestdb(found.jar);
    console.log(`QUESTDB_URL=${server.url}\nALMANAC_QUESTDB_ILP=${server.ilpUrl}`);
    process.once('SIGINT', () => void server.stop());
  }
}
