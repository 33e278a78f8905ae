/** Which files the zones hold: asked, registered, and held against the disk. */
import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { type FileMeta, metaPathOf, readMeta, sha256OfFile, writeMeta } from '#data/zones/file-meta.js';
import { inspectRaw } from '#data/zones/inspect-raw.js';
import { qcReportId, type ZoneFileName, zoneFileId, zoneFileOf, zonePath } from '#data/zones/zone-path.js';
import { insertArtifact } from '#store/artifact.store.js';
import type { Database } from '#store/database.js';
import { deleteQcReports, listQcReports, putQcReport } from '#store/qc-report.store.js';
import {
  deleteZoneFiles,
  findZoneFile,
  listZoneFiles,
  putZoneFile,
  type Slice,
  type ZoneFile,
  type ZoneFileFilter,
  type ZoneInput,
} from '#store/zone-file.store.js';
import type { MarketDesk } from './desk.js';

export type { ZoneFile, ZoneFileFilter } from '#store/zone-file.store.js';

export const getZoneFiles = (desk: Pick<MarketDesk, 'db'>, filter: ZoneFileFilter, slice: Slice): Promise<ZoneFile[]> =>
  listZoneFiles(desk.db, filter, slice);

/** Errors: zoneFileMissing. */
export async function getZoneFile(desk: Pick<MarketDesk, 'db'>, id: string): Promise<ZoneFile> {
  const file = await findZoneFile(desk.db, id);
  if (file === undefined) throw errors.zoneFileMissing(id);
  return file;
}

export const findFileOf = (db: Database, name: ZoneFileName): Promise<ZoneFile | undefined> =>
  findZoneFile(db, zoneFileId(name));

export interface Registration {
  readonly name: ZoneFileName;
  /** Relative to the root; the file is there and flushed. */
  readonly path: string;
  readonly bytes: number;
  readonly meta: FileMeta;
  readonly inputs: readonly ZoneInput[];
}

/** The row of a file that stands on the disk, and its place in the lineage. */
export async function registerFile(
  desk: Pick<MarketDesk, 'codeVersion'>,
  tx: Database,
  { name, path, bytes, meta, inputs }: Registration,
): Promise<ZoneFile> {
  const file = await putZoneFile(tx, {
    ...name,
    id: zoneFileId(name),
    nRecords: meta.nRecords,
    fileSize: bytes,
    filePath: path,
    sha256: meta.outputSha256,
    inputHash: meta.kind === 'raw' ? null : meta.inputHash,
    inputs,
  });
  await insertArtifact(tx, {
    sha256: file.sha256,
    kind: name.kind,
    sizeBytes: bytes,
    parents: inputs.map(({ sha256 }) => sha256),
    params: meta.params,
    codeVersion: meta.codeVersion || desk.codeVersion,
    seed: null,
    informationTimeMs: null,
    modelId: null,
    packId: null,
    uri: path,
  });
  return file;
}

export interface Reconciled {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/**
 * Holds the registry against the disk: rows without a file go, files without a row come, and a file whose size no longer fits its row is
 * looked at again. Files whose account is missing or does not fit get one, as files that came from outside.
 */
export async function reconcile(
  desk: Pick<MarketDesk, 'db' | 'root' | 'codeVersion' | 'clock' | 'reader' | 'log'>,
): Promise<Reconciled> {
  const known = new Map((await listZoneFiles(desk.db, {})).map((file) => [file.id, file]));
  const found = await findFiles(desk.root);
  const ids = new Set(found.map(({ name }) => zoneFileId(name)));
  const gone = [...known.keys()].filter((id) => !ids.has(id));
  await deleteZoneFiles(desk.db, gone);
  let [added, changed] = [0, 0];
  for (const file of found) {
    const row = known.get(zoneFileId(file.name));
    if (row !== undefined && row.fileSize === file.bytes && row.filePath === file.path) continue;
    try {
      await adopt(desk, file);
      if (row === undefined) added++;
      else changed++;
    } catch (error) {
      desk.log.warn({ path: file.path, error: String(error) }, 'a file in the zones could not be registered');
    }
  }
  await reconcileReports(desk);
  return { added, removed: gone.length, changed };
}

interface FoundFile {
  readonly name: ZoneFileName;
  readonly path: string;
  readonly bytes: number;
}

const ZONE_DIRS = ['raw', 'canonical', 'derived', 'training'] as const;
/** A file is made from what stands in the zone before it, so those come first. */
const KIND_ORDER = ['raw', 'events', 'features', 'bars_1m', 'shard'];

async function findFiles(root: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const zone of ZONE_DIRS)
    for await (const path of filesUnder(join(root, zone))) {
      const name = zoneFileOf(relative(root, path));
      const about = name && (await stat(path).catch(() => undefined));
      if (name === undefined || about === undefined) continue;
      found.push({ name, path: relative(root, path).replaceAll('\\', '/'), bytes: about.size });
    }
  return found.sort((a, b) => KIND_ORDER.indexOf(a.name.kind) - KIND_ORDER.indexOf(b.name.kind));
}

/** Files only: a link in the zones is none of ours. */
async function* filesUnder(dir: string): AsyncGenerator<string> {
  const opened = await opendir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (opened === undefined) return;
  for await (const entry of opened) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

async function adopt(
  desk: Pick<MarketDesk, 'db' | 'root' | 'codeVersion' | 'clock' | 'reader'>,
  { name, path, bytes }: FoundFile,
): Promise<void> {
  const sha256 = await sha256OfFile(join(desk.root, path));
  const known = await readMeta(desk.root, path);
  const meta = known?.outputSha256 === sha256 ? known : await accountFor(desk, name, path, sha256);
  const inputs = await inputsOf(desk.db, meta);
  await desk.db.transaction().execute((tx) => registerFile(desk, tx, { name, path, bytes, meta, inputs }));
}

async function accountFor(
  desk: Pick<MarketDesk, 'root' | 'codeVersion' | 'clock' | 'reader'>,
  name: ZoneFileName,
  path: string,
  sha256: string,
): Promise<FileMeta> {
  const at = join(desk.root, path);
  const nRecords =
    name.kind === 'raw' ? (await inspectRaw(at)).records : (await desk.reader.summary(at, COUNTED[name.kind])).rows;
  const meta: FileMeta = {
    kind: name.kind,
    inputs: [],
    params: {},
    codeVersion: desk.codeVersion,
    inputHash: '',
    outputSha256: sha256,
    nRecords,
    createdAt: new Date(desk.clock.nowMs()).toISOString(),
    facts: {},
  };
  await writeMeta(desk.root, path, meta);
  return meta;
}

/** A column that every file of the kind has. */
const COUNTED = { raw: '', events: 'record_index', features: 'record_index', bars_1m: 'ts', shard: 'ts' } as const;

/** The registered files with the bytes that the account names. */
async function inputsOf(db: Database, meta: FileMeta): Promise<ZoneInput[]> {
  const inputs: ZoneInput[] = [];
  for (const { path, sha256 } of meta.inputs) {
    const name = zoneFileOf(path);
    const file = name && (await findFileOf(db, name));
    if (file !== undefined && file.sha256 === sha256) inputs.push(inputOf(file));
  }
  return inputs;
}

export const inputOf = ({ zone, kind, id, sha256 }: ZoneFile): ZoneInput => ({ zone, kind, id, sha256 });

const QcFile = z.looseObject({
  dataset: z.string(),
  symbol: z.string(),
  date: z.string(),
  alerts: z.array(z.looseObject({ level: z.enum(['info', 'warning', 'error']), message: z.string() })),
  raw_sha256: z.string().nullable(),
  created_at: z.string(),
});

/** Reports of days whose file is gone go; files without a row come back. */
async function reconcileReports(desk: Pick<MarketDesk, 'db' | 'root' | 'log'>): Promise<void> {
  const known = new Map((await listQcReports(desk.db, {})).map((report) => [report.id, report]));
  const seen = new Set<string>();
  for await (const path of filesUnder(join(desk.root, 'qc'))) {
    if (!path.endsWith('.json') || path.endsWith(metaPathOf('')) || path.includes('.tmp-')) continue;
    const file = QcFile.safeParse(JSON.parse(await readFile(path, 'utf8').catch(() => '{}')));
    if (!file.success) continue;
    const { dataset, symbol, date, alerts, raw_sha256, created_at, ...report } = file.data;
    const id = qcReportId({ dataset, symbol, date });
    seen.add(id);
    if (known.has(id)) continue;
    const meta = await readMeta(desk.root, zonePath.qc({ dataset, symbol, date }));
    await putQcReport(
      desk.db,
      {
        ...{ id, dataset, symbol, date, alerts, rawSha256: raw_sha256 },
        report: report as JsonObject,
        inputHash: meta?.inputHash ?? '',
        filePath: zonePath.qc({ dataset, symbol, date }),
      },
      Date.parse(created_at),
    );
  }
  await deleteQcReports(
    desk.db,
    [...known.keys()].filter((id) => !seen.has(id)),
  );
}
