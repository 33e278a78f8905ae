/** A backup while the server serves, and its restore: bytes a second, what it costs, and how long others wait meanwhile. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { readConfig } from '#app/config.js';
import { findRunningServer } from '#app/run-file.js';
import { silentLog } from '#base/log.js';
import { openLocalArtifacts } from '#data/artifacts/local.js';
import { dataDirPaths } from '#data/files/data-dir.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import { restoreBackup } from '#services/operations/backup/restore.service.js';
import { insertArtifact } from '#store/artifact.store.js';
import { openDatabase } from '#store/database.js';
import { findRunningCluster } from '#store/embedded/running-cluster.js';
import { openBackupFile } from '../src/cli/backup/open.js';
import { takeBackup } from '../src/cli/backup/take.js';
import type { Bench } from './bench.js';
import { makeDataDir, startServerProcess } from './server-process.js';

/** Measured rows of timestamp and five doubles, artifacts of so many bytes, rows of about 400 bytes in PostgreSQL. */
const SIZES = {
  small: { measured: 100_000, artifacts: 4, artifactBytes: 1 << 20, rows: 2_000 },
  large: { measured: 40_000_000, artifacts: 160, artifactBytes: 16 << 20, rows: 1_000_000 },
} as const;
type Size = (typeof SIZES)[keyof typeof SIZES];
const COLUMNS = ['open', 'high', 'low', 'close', 'volume'];
const APPEND_ROWS = 500_000;
const FIRST_US = 1_500_000_000_000_000;

export const backupBench: Bench = {
  name: 'backup',
  promise: '5 GB of data: backup and restore at >= 100 MB/s, every hash equal, the server serving meanwhile',
  async run(size) {
    const { dir, remove } = makeDataDir();
    try {
      return await measure(dir, SIZES[size]);
    } finally {
      remove();
    }
  },
};

async function measure(dataDir: string, size: Size) {
  const paths = dataDirPaths(dataDir);
  const hashes = await fillFiles(dataDir, size);
  const server = await startServerProcess(dataDir);
  const file = join(dataDir, '..', 'backup.tar');
  const config = readConfig({ env: {}, cwd: dataDir, overrides: { ALMANAC_DATA_DIR: dataDir } });
  let backup: Spent;
  let waits: number[];
  let tableBytes: number;
  try {
    tableBytes = await fillRows(paths, size, hashes);
    const pulse = feelPulse(`${server.listeners['gateway']}/healthz`);
    const { pid } = (await findRunningServer(dataDir))!;
    backup = await spend(pid, () => takeBackup({ config, file, onBytes() {} }));
    waits = await pulse.stop();
  } finally {
    await server.stop();
  }
  const before = await measuredHash(paths.measurements);
  rmSync(dataDir, { recursive: true });
  const restored = join(dataDir, '..', 'restored');
  const opened = await openBackupFile(file);
  const restore = await spend(undefined, () =>
    restoreBackup({
      content: opened.pieces(() => {}),
      dataDir: restored,
      databaseUrl: null,
      passphrase: null,
      withoutSecrets: true,
      nowMs: Date.now(),
      log: silentLog,
    }),
  );
  const after = dataDirPaths(restored);
  const artifacts = await openLocalArtifacts(after.artifacts, Date.now());
  // Throws where the bytes do not match the name.
  for (const { sha256 } of hashes) await artifacts.pathOf(sha256);
  const again = await measuredHash(after.measurements);
  if (again !== before) throw new Error('The measurements came back otherwise');
  const dataBytes = 8 * (COLUMNS.length + 1) * size.measured + size.artifacts * size.artifactBytes + tableBytes;
  const fileBytes = statSync(file).size;
  return {
    data_mb: mb(dataBytes),
    file_mb: mb(fileBytes),
    backup_ms: Math.round(backup.ms),
    backup_mb_per_s: rate(dataBytes, backup.ms),
    backup_mb_per_cpu_s: rate(dataBytes, backup.cpuMs),
    restore_ms: Math.round(restore.ms),
    restore_mb_per_s: rate(dataBytes, restore.ms),
    restore_mb_per_cpu_s: rate(dataBytes, restore.cpuMs),
    healthz_ms_p99: Math.round(percentile(waits, 0.99)),
    healthz_ms_max: Math.round(Math.max(...waits)),
    hash: createHash('sha256')
      .update(again)
      .update(hashes.map(({ sha256 }) => sha256).join())
      .digest('hex')
      .slice(0, 16),
  };
}

const mb = (bytes: number) => Math.round(bytes / 1e5) / 10;
const rate = (bytes: number, ms: number) => Math.round(bytes / 1e3 / ms);
const percentile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;

const storeIn = (dir: string) =>
  openEmbeddedStore({
    path: join(dir, 'measurements.duckdb'),
    tmpDir: join(dir, 'tmp'),
    memoryLimit: '1GB',
    threads: 2,
    clock: { nowMs: () => performance.now() },
  });

/** Bytes that no compression shortens, the same every time. */
function* noise(seed: number, bytes: number): Generator<Buffer> {
  let state = seed * 2_654_435_761 + 1;
  for (let left = bytes; left > 0; left -= 1 << 20) {
    const words = new Uint32Array(Math.min(left, 1 << 20) / 4);
    for (let i = 0; i < words.length; i++) words[i] = state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Buffer.from(words.buffer);
  }
}

/** What no server needs to be up for. */
async function fillFiles(dataDir: string, size: Size) {
  const paths = dataDirPaths(dataDir);
  const store = await storeIn(paths.measurements);
  for (let at = 0; at < size.measured; at += APPEND_ROWS) {
    const rows = Math.min(APPEND_ROWS, size.measured - at);
    const words = new Uint32Array(Buffer.concat([...noise(at, 4 * rows)]).buffer);
    const column = (k: number) =>
      Float64Array.from({ length: rows }, (_, i) => 100 + ((words[i]! >>> k) % 10_000) / 100);
    await store.append('bench_prices', {
      timestampUs: Float64Array.from({ length: rows }, (_, i) => FIRST_US + 60e6 * (at + i)),
      columns: COLUMNS.map((name, k) => ({ name, type: 'DOUBLE' as const, values: column(k) })),
    });
  }
  await store.close();
  const artifacts = await openLocalArtifacts(paths.artifacts, Date.now());
  const kept: { sha256: string; sizeBytes: number }[] = [];
  for (let i = 0; i < size.artifacts; i++)
    kept.push(await artifacts.putStream(Readable.from(noise(i, size.artifactBytes))));
  return kept;
}

/** Gives how many bytes the tables have. */
async function fillRows(
  paths: ReturnType<typeof dataDirPaths>,
  size: Size,
  artifacts: readonly { sha256: string; sizeBytes: number }[],
): Promise<number> {
  const at = await findRunningCluster({ dir: paths.postgres, passwordFile: join(paths.secrets, 'postgres-password') });
  const db = openDatabase({ at, poolSize: 1 });
  try {
    for (const { sha256, sizeBytes } of artifacts)
      await insertArtifact(db, {
        ...{ sha256, sizeBytes, kind: 'bench', parents: [], params: {}, codeVersion: '0' },
        ...{ seed: null, informationTimeMs: null, modelId: null, packId: null, uri: null },
      });
    await sql`
      insert into job (job_id, kind, status, payload, attempts_max, surface, finished_at)
      select 'bench_' || i, 'bench', 'completed',
        jsonb_build_object('text', repeat(md5(i::text), 9)), 1, 'sigma', now()
      from generate_series(1, ${size.rows}) i`.execute(db);
    const { rows } = await sql<{ bytes: string }>`select pg_table_size('job')::text as bytes`.execute(db);
    return Number(rows[0]!.bytes);
  } finally {
    await db.destroy();
  }
}

async function measuredHash(dir: string): Promise<string> {
  const store = await storeIn(dir);
  try {
    const sums = COLUMNS.map((name) => `sum(hash("${name}"))::VARCHAR`).join(', ');
    const statement = `SELECT count(*), max(timestamp), ${sums} FROM bench_prices`;
    const { rows } = await store.query(statement, { rowsMax: 1, timeoutMs: 600_000 });
    return JSON.stringify(rows);
  } finally {
    await store.close();
  }
}

interface Spent {
  readonly ms: number;
  /** Of this process and of the one that is named. */
  readonly cpuMs: number;
}

async function spend(pid: number | undefined, work: () => Promise<unknown>): Promise<Spent> {
  const [startedMs, cpu, theirs] = [performance.now(), process.cpuUsage(), cpuMsOf(pid)];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - startedMs, cpuMs: (user + system) / 1000 + cpuMsOf(pid) - theirs };
}

/** utime and stime in ticks of 10 ms (proc(5)); 0 where the system does not tell. */
function cpuMsOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** How long /healthz takes, asked twenty times a second. */
function feelPulse(url: string) {
  const waits: number[] = [];
  let isStopped = false;
  const ended = (async () => {
    while (!isStopped) {
      const startedMs = performance.now();
      const answer = await fetch(url);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      waits.push(performance.now() - startedMs);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return waits;
  })();
  return {
    stop: () => {
      isStopped = true;
      return ended;
    },
  };
}
