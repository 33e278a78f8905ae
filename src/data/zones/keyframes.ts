/**
 * The keyframes of a day's market-by-order records: whole books every so often, so that a moment is reached without the day before it.
 *
 * Layout: the keyframes one after the other, then a table of 32 bytes each (ns u64, records u64, place u64, length u64), the SHA-256 of the
 * raw file, the count as u32, and the magic.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { KeyframePlace } from '#engine/book/keyframe.js';
import { renameDurably, temporaryBeside } from '../files/durable.js';

const MAGIC = 'ALMANAC KEYFRAMES 1\n';
const SHA_LENGTH = 64;
const TAIL_BYTES = SHA_LENGTH + 4 + MAGIC.length;
const ENTRY_BYTES = 32;

export interface KeyframeWriter {
  write(keyframe: Uint8Array, place: KeyframePlace): Promise<void>;
  /** Puts the file in its place. */
  finish(rawSha256: string): Promise<void>;
  discard(): Promise<void>;
}

interface Entry extends KeyframePlace {
  readonly at: number;
  readonly length: number;
}

export async function openKeyframeWriter(path: string): Promise<KeyframeWriter> {
  const temporary = temporaryBeside(path);
  const file = await open(temporary, 'wx', 0o644);
  const entries: Entry[] = [];
  let at = 0;
  const put = async (bytes: Uint8Array) => {
    await file.appendFile(bytes);
    at += bytes.length;
  };
  return {
    async write(keyframe, place) {
      entries.push({ ...place, at, length: keyframe.length });
      await put(keyframe);
    },
    async finish(rawSha256) {
      await put(tableOf(entries));
      const count = Buffer.alloc(4);
      count.writeUInt32LE(entries.length);
      await put(Buffer.concat([Buffer.from(rawSha256, 'latin1'), count, Buffer.from(MAGIC, 'latin1')]));
      await file.sync();
      await file.close();
      await renameDurably(temporary, path);
    },
    async discard() {
      await file.close();
      await rm(temporary, { force: true });
    },
  };
}

function tableOf(entries: readonly Entry[]): Uint8Array {
  const table = Buffer.alloc(ENTRY_BYTES * entries.length);
  entries.forEach(({ tsNs, records, at, length }, i) => {
    table.writeBigUInt64LE(tsNs, ENTRY_BYTES * i);
    table.writeBigUInt64LE(BigInt(records), ENTRY_BYTES * i + 8);
    table.writeBigUInt64LE(BigInt(at), ENTRY_BYTES * i + 16);
    table.writeBigUInt64LE(BigInt(length), ENTRY_BYTES * i + 24);
  });
  return table;
}

/** The last keyframe at or before a moment; undefined when there is none, no file, or one of other raw bytes. */
export async function readKeyframe(path: string, rawSha256: string, tsNs: bigint): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const entries = await readTable(file, rawSha256);
    const found = entries?.filter((entry) => entry.tsNs <= tsNs).at(-1);
    return found && (await readAt(file, found.at, found.length));
  } finally {
    await file.close();
  }
}

async function readTable(file: FileHandle, rawSha256: string): Promise<Entry[] | undefined> {
  const { size } = await file.stat();
  if (size < TAIL_BYTES) return undefined;
  const tail = await readAt(file, size - TAIL_BYTES, TAIL_BYTES);
  if (tail.toString('latin1', SHA_LENGTH + 4) !== MAGIC) return undefined;
  if (tail.toString('latin1', 0, SHA_LENGTH) !== rawSha256) return undefined;
  const count = tail.readUInt32LE(SHA_LENGTH);
  const length = ENTRY_BYTES * count;
  if (length > size - TAIL_BYTES) return undefined;
  const table = await readAt(file, size - TAIL_BYTES - length, length);
  return Array.from({ length: count }, (_, i) => ({
    tsNs: table.readBigUInt64LE(ENTRY_BYTES * i),
    records: Number(table.readBigUInt64LE(ENTRY_BYTES * i + 8)),
    at: Number(table.readBigUInt64LE(ENTRY_BYTES * i + 16)),
    length: Number(table.readBigUInt64LE(ENTRY_BYTES * i + 24)),
  }));
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, position);
  return bytes;
}
