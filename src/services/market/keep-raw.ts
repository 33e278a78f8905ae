/** Puts a raw file into its zone, untouched: the name tells how it is compressed, and the day has one raw file. */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '#base/json.js';
import { type FileMeta, inputHashOf, makeParent, metaPathOf, publish, sha256OfFile } from '#data/zones/file-meta.js';
import { type InspectedRaw, inspectRaw } from '#data/zones/inspect-raw.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import type { Database } from '#store/database.js';
import type { MarketDesk } from './desk.js';
import { findFileOf, registerFile, type ZoneFile } from './registry.service.js';

export interface RawFile {
  /** Flushed, in the file system of the root; it is moved. */
  readonly temporary: string;
  readonly sha256: string;
  readonly inspected: InspectedRaw;
  readonly isCompressed: boolean;
  /** Where it came from. */
  readonly params: JsonObject;
}

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Reads a file that wants to become raw. Errors: those of inspectRaw. */
export async function judgeRaw(temporary: string, params: JsonObject, signal?: AbortSignal): Promise<RawFile> {
  const inspected = await inspectRaw(temporary, signal);
  const sha256 = await sha256OfFile(temporary);
  const file = await open(temporary, 'r+');
  try {
    await file.sync();
    const head = Buffer.alloc(4);
    await file.read(head, 0, 4, 0);
    return { temporary, sha256, inspected, isCompressed: head.equals(ZSTD_MAGIC), params };
  } finally {
    await file.close();
  }
}

/** Moves it into the zone and registers it in the caller's transaction. What stood there for the day before goes. */
export async function keepRaw(
  desk: Pick<MarketDesk, 'db' | 'root' | 'codeVersion' | 'clock'>,
  day: MarketDay,
  raw: RawFile,
): Promise<(tx: Database) => Promise<ZoneFile>> {
  const path = zonePath.raw(day, raw.isCompressed);
  const before = await findFileOf(desk.db, { ...day, zone: 'raw', kind: 'raw' });
  const meta: FileMeta = {
    kind: 'raw',
    inputs: [],
    params: raw.params,
    codeVersion: desk.codeVersion,
    inputHash: inputHashOf({ stage: 'download', codeVersion: desk.codeVersion, params: raw.params, inputs: [] }),
    outputSha256: raw.sha256,
    nRecords: raw.inspected.records,
    createdAt: new Date(desk.clock.nowMs()).toISOString(),
    facts: { schema: raw.inspected.schema, dataset: raw.inspected.dataset },
  };
  await makeParent(desk.root, path);
  await publish(desk.root, raw.temporary, path, meta);
  if (before !== undefined && before.filePath !== path) {
    await rm(join(desk.root, before.filePath), { force: true });
    await rm(join(desk.root, metaPathOf(before.filePath)), { force: true });
  }
  const file = await open(join(desk.root, path), 'r');
  const { size } = await file.stat();
  await file.close();
  return (tx) =>
    registerFile(desk, tx, { name: { ...day, zone: 'raw', kind: 'raw' }, path, bytes: size, meta, inputs: [] });
}
