/**
 * Reads a backup from its first byte to its last and believes none of them: headers must be what we would have written, content must
 * match the manifest, the manifest its trailer, and nothing may follow. Whoever is handed an entry keeps it out of sight until
 * `readContainer` has resolved.
 */
import { createHash } from 'node:crypto';
import { errors } from '#base/errors.js';
import { sha256 as hashOf } from '../hash.js';
import { type ByteSource, byteSourceOf } from './byte-source.js';
import type { Pieces } from './container-writer.js';
import {
  type BackupEntry,
  BackupHead,
  BackupManifest,
  FORMAT,
  FORMAT_VERSION,
  HEAD_PATH,
  isSafePath,
  MANIFEST_PATH,
  TRAILER_PATH,
  trailerOf,
} from './manifest.js';
import { BLOCK_BYTES, END_BYTES, paddingOf, type ReadBlock, readPaxPath, readTarBlock, tarHeader } from './tar.js';

export interface ContainerVisitor {
  /** May throw to refuse the whole file. */
  head(head: BackupHead): Promise<void> | void;
  /** Must read the content to its end, each piece before it asks for the next; `sha256` may be asked then, of what was read. */
  entry(path: string, bytes: number, content: AsyncIterable<Buffer>, sha256: () => string): Promise<void>;
}

/** What a document of ours may hold at most: a manifest of a million entries has some 200 MB. */
const DOCUMENT_BYTES_MAX = 1 << 30;
/** The head is read before anything is believed. */
const HEAD_BYTES_MAX = 1 << 20;

/** Errors: backupForeign (not a backup), backupNewer, backupCutShort, backupDamaged; those of the visitor. */
export async function readContainer(stream: Pieces, visitor: ContainerVisitor): Promise<BackupManifest> {
  const source = byteSourceOf(stream);
  try {
    return await readAll(source, visitor);
  } finally {
    await source.close();
  }
}

async function readAll(source: ByteSource, visitor: ContainerVisitor): Promise<BackupManifest> {
  const { head, seen: first, timeS } = await readHead(source);
  await visitor.head(head);
  const seen: BackupEntry[] = [first];
  for (;;) {
    const header = await readHeader(source, timeS);
    if (header.path === MANIFEST_PATH) {
      const manifest = await readManifest(source, header.bytes, seen, timeS);
      if (!(await source.isAtEnd()))
        throw errors.backupDamaged(TRAILER_PATH, 'something follows the end of the backup');
      return manifest;
    }
    if (!isSafePath(header.path)) throw errors.backupDamaged(header.path, 'no entry of ours has such a path');
    seen.push(await readEntry(source, header, visitor));
  }
}

async function readHead(source: ByteSource): Promise<{ head: BackupHead; seen: BackupEntry; timeS: number }> {
  const start = await source.take(BLOCK_BYTES);
  const block = start && readTarBlock(start);
  if (block === undefined || block.path !== HEAD_PATH || block.bytes > HEAD_BYTES_MAX) throw errors.backupForeign();
  if (!tarHeader(block, block.timeS).equals(start!)) throw errors.backupDamaged(HEAD_PATH, 'its header was changed');
  const content = await mustTake(source, block.bytes);
  await readPadding(source, block.bytes, HEAD_PATH);
  const json = parsed(content);
  const told = json as { format?: unknown; format_version?: unknown } | undefined;
  if (told?.format !== FORMAT) throw errors.backupForeign();
  if (typeof told.format_version === 'number' && told.format_version > FORMAT_VERSION)
    throw errors.backupNewer(`format ${told.format_version}`, `format ${FORMAT_VERSION}`);
  const head = BackupHead.safeParse(json);
  if (!head.success) throw errors.backupDamaged(HEAD_PATH, 'it cannot be understood');
  const isOfTime = Math.floor(Date.parse(head.data.created_at) / 1000) === block.timeS;
  if (!isOfTime) throw errors.backupDamaged(HEAD_PATH, 'its header was changed');
  const seen = { path: HEAD_PATH, bytes: block.bytes, sha256: hashOf(content) };
  return { head: head.data, seen, timeS: block.timeS };
}

async function readHeader(source: ByteSource, timeS: number): Promise<ReadBlock> {
  const start = await mustTake(source, BLOCK_BYTES);
  const first = readTarBlock(start);
  if (first === undefined) throw errors.backupDamaged('header', 'it cannot be understood');
  if (first.type === '0') return checkedHeader(first, [start], timeS);
  if (first.bytes > 64 * 1024) throw errors.backupDamaged('header', 'its path is too long');
  const pax = await mustTake(source, first.bytes);
  const padding = await mustTake(source, paddingOf(first.bytes));
  const second = await mustTake(source, BLOCK_BYTES);
  const [path, block] = [readPaxPath(pax), readTarBlock(second)];
  if (path === undefined || block === undefined) throw errors.backupDamaged('header', 'it cannot be understood');
  return checkedHeader({ ...block, path }, [start, pax, padding, second], timeS);
}

function checkedHeader(block: ReadBlock, read: readonly Buffer[], timeS: number): ReadBlock {
  if (!tarHeader(block, timeS).equals(Buffer.concat(read)))
    throw errors.backupDamaged(block.path, 'its header was changed');
  return block;
}

async function readEntry(
  source: ByteSource,
  { path, bytes }: ReadBlock,
  visitor: ContainerVisitor,
): Promise<BackupEntry> {
  const hash = createHash('sha256');
  let seen = 0;
  async function* content(): AsyncGenerator<Buffer> {
    for await (const piece of source.pieces(bytes)) {
      hash.update(piece);
      seen += piece.length;
      yield piece;
    }
    if (seen < bytes) throw errors.backupCutShort();
  }
  let digest: string | undefined;
  const digested = () => {
    digest ??= hash.digest('hex');
    return digest;
  };
  await visitor.entry(path, bytes, content(), digested);
  if (seen < bytes) throw errors.backupCutShort();
  await readPadding(source, bytes, path);
  return { path, bytes, sha256: digested() };
}

async function readManifest(
  source: ByteSource,
  bytes: number,
  seen: readonly BackupEntry[],
  timeS: number,
): Promise<BackupManifest> {
  if (bytes > DOCUMENT_BYTES_MAX) throw errors.backupDamaged(MANIFEST_PATH, 'it is too long');
  const content = await mustTake(source, bytes);
  await readPadding(source, bytes, MANIFEST_PATH);
  const trailer = trailerOf({ entries: seen.length, manifestSha256: hashOf(content) });
  const tail = Buffer.concat([
    tarHeader({ path: TRAILER_PATH, bytes: trailer.length }, timeS),
    trailer,
    Buffer.alloc(paddingOf(trailer.length) + END_BYTES),
  ]);
  const read = await mustTake(source, tail.length);
  if (!read.equals(tail)) throw errors.backupDamaged(MANIFEST_PATH, 'its bytes do not match the trailer');
  const manifest = BackupManifest.safeParse(parsed(content));
  if (!manifest.success) throw errors.backupDamaged(MANIFEST_PATH, 'it cannot be understood');
  checkEntries(manifest.data.entries, seen);
  return manifest.data;
}

function checkEntries(told: readonly BackupEntry[], seen: readonly BackupEntry[]): void {
  for (const [i, { path, bytes, sha256 }] of seen.entries()) {
    const entry = told[i];
    if (entry?.path !== path || entry.bytes !== bytes)
      throw errors.backupDamaged(path, 'the manifest knows no such entry');
    if (entry.sha256 !== sha256) throw errors.backupDamaged(path, 'its bytes do not match its SHA-256');
  }
  if (told.length !== seen.length) throw errors.backupDamaged(told[seen.length]!.path, 'it is missing');
}

async function readPadding(source: ByteSource, bytes: number, path: string): Promise<void> {
  const padding = await mustTake(source, paddingOf(bytes));
  if (padding.some((byte) => byte !== 0)) throw errors.backupDamaged(path, 'the bytes behind it were changed');
}

async function mustTake(source: ByteSource, bytes: number): Promise<Buffer> {
  const taken = await source.take(bytes);
  if (taken === undefined) throw errors.backupCutShort();
  return taken;
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined; // The schema says that it cannot be understood.
  }
}
