/** The files of a moment: artifacts and zones as the rows name them, and the directories in which people keep names and specs. */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { ContainerWriter } from '#data/backup/container-writer.js';
import { type BackupManifest, type BackupNotice, isSafePath } from '#data/backup/manifest.js';
import { metaPathOf } from '#data/zones/file-meta.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import type { RowSnapshot } from '#store/backup/row-snapshot.js';
import type { BackupDesk } from './desk.js';
import { absent, type Moment } from './moment.js';

/** Read by so much: SHA-256 holds the loop for less than a millisecond. */
const READ_BYTES = 1 << 20;
/**
 * New memory for each mebibyte keeps the kernel busy with clearing pages and V8 with collecting them: a third of the processor's time.
 * One is filled while another is on its way into the socket and two wait behind it (surfaces/gateway/backup.routes.ts).
 */
const READ_AHEAD = 5;

export interface FilesTaken {
  readonly links: BackupManifest['links'];
  readonly notices: BackupNotice[];
}

/** All of them, in an order that a file system reads well. */
export async function* takeFiles(
  desk: BackupDesk,
  moment: Moment,
  writer: ContainerWriter,
): AsyncGenerator<Uint8Array, FilesTaken> {
  const taker = new Taker(writer);
  yield* takeArtifacts(desk, moment.rows, taker);
  yield* takeZones(desk, moment.rows, taker);
  for (const { name, path } of moment.uploads) yield* taker.take(`uploads/${name}`, path);
  yield* takeTree(desk, { from: desk.specDir, to: 'specs' }, taker);
  yield* takeTree(desk, { from: desk.workspaceDir, to: 'workspace' }, taker);
  return { links: taker.links, notices: taker.notices };
}

/** Takes files one after another, and remembers which artifact stands in which place of the disk. */
class Taker {
  readonly links: { path: string; sha256: string }[] = [];
  readonly notices: BackupNotice[] = [];
  readonly #writer: ContainerWriter;
  readonly #artifacts = new Map<string, string>();
  readonly #memory = Array.from({ length: READ_AHEAD }, () => Buffer.allocUnsafeSlow(READ_BYTES));
  #turn = 0;

  constructor(writer: ContainerWriter) {
    this.#writer = writer;
  }

  /** `sha256`: what the rows say of it. Gives whether it was there. */
  async *take(
    path: string,
    from: string,
    facts: { sha256?: string; isArtifact?: boolean; mayBeAbsent?: boolean } = {},
  ): AsyncGenerator<Uint8Array, boolean> {
    if (!isSafePath(path)) {
      this.notices.push({ path, what: 'left_out' });
      return false;
    }
    const file = await open(from, 'r').catch(absent(undefined));
    if (file === undefined) {
      if (facts.mayBeAbsent !== true) this.notices.push({ path, what: 'missing' });
      return false;
    }
    try {
      const { size, ino, dev } = await file.stat({ bigint: true });
      const known = this.#artifacts.get(`${dev}:${ino}`);
      if (known !== undefined && facts.isArtifact !== true) {
        this.links.push({ path, sha256: known });
        return true;
      }
      const sha256 = yield* this.#writer.stream(path, Number(size), this.#piecesOf(file, Number(size)));
      if (facts.isArtifact === true && sha256 === facts.sha256) this.#artifacts.set(`${dev}:${ino}`, sha256);
      if (facts.sha256 !== undefined && facts.sha256 !== sha256)
        this.notices.push({ path, what: facts.isArtifact === true ? 'damaged' : 'changed' });
      return true;
    } finally {
      await file.close();
    }
  }

  /** Exactly what was there when it was opened: a file that grows is taken as it was. */
  async *#piecesOf(file: FileHandle, bytes: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes; ) {
      const length = Math.min(READ_BYTES, bytes - at);
      // A short one may wait in line with hundreds of others.
      const buffer = length < READ_BYTES ? Buffer.allocUnsafe(length) : this.#nextMemory();
      const { bytesRead } = await file.read({ buffer, length, position: at });
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  #nextMemory(): Buffer {
    this.#turn = (this.#turn + 1) % READ_AHEAD;
    return this.#memory[this.#turn]!;
  }
}

async function* takeArtifacts(desk: BackupDesk, rows: RowSnapshot, taker: Taker): AsyncGenerator<Uint8Array> {
  // The bytes of a file of the zones stand there, under its path; of those that were made anew only the account is left.
  const artifacts = await rows.ask<{ sha256: string; in_zones: boolean | null }>(
    "select sha256, uri ~ '^(raw|canonical|derived|training)/' as in_zones from artifact order by sha256",
  );
  for (const { sha256, in_zones: mayBeAbsent } of artifacts) {
    const place = join(sha256.slice(0, 2), sha256.slice(2));
    const path = `artifacts/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
    yield* taker.take(path, join(desk.paths.artifacts, place), {
      sha256,
      isArtifact: true,
      mayBeAbsent: mayBeAbsent === true,
    });
  }
}

/** Every registered file with its account; then what stands beside it and can be made again from it. */
async function* takeZones({ paths }: BackupDesk, rows: RowSnapshot, taker: Taker): AsyncGenerator<Uint8Array> {
  const files = await rows.ask<MarketDay & { file_path: string; sha256: string }>(
    'select file_path, sha256, dataset, symbol, date from zone_file order by file_path collate "C"',
  );
  const besides = new Set<string>();
  for (const { file_path: path, sha256, ...day } of files) {
    yield* taker.take(path, join(paths.root, path), { sha256 });
    besides.add(metaPathOf(path));
    for (const beside of besidesOf(day)) besides.add(beside);
    // Named by the bytes of the events: of others it is none of theirs.
    if (path === zonePath.canonical(day)) besides.add(zonePath.trades(day, sha256));
  }
  for (const path of files.map((one) => one.file_path)) besides.delete(path);
  for (const path of besides) yield* taker.take(path, join(paths.root, path), { mayBeAbsent: true });
}

const besidesOf = (day: MarketDay): string[] => [
  zonePath.dayIndex(day),
  zonePath.samples(day),
  zonePath.keyframes(day),
  zonePath.shardX(day),
  zonePath.shardY(day),
  zonePath.qc(day),
  zonePath.manifest(day.dataset),
];

/** Plain files of a directory of people's own; one that stands outside the data directory is theirs to keep. */
async function* takeTree(
  { paths }: BackupDesk,
  { from, to }: { from: string; to: string },
  taker: Taker,
): AsyncGenerator<Uint8Array> {
  if (relative(paths.root, from).split(sep)[0] === '..') return;
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(absent([]));
  const files = entries.filter((entry) => entry.isFile() && !basename(entry.name).startsWith('.tmp-'));
  const named = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of named)
    yield* taker.take([to, ...relative(from, path).split(sep)].join('/'), path, { mayBeAbsent: true });
}
