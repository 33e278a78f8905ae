/**
 * A backup taken to a file: asked of the server that runs, read from the directory itself when none does. What arrives is proved
 * while it is written, and gets its name only when it is whole and on the disk.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ApiError } from '@almanac/sdk';
import type { Config } from '#app/config.js';
import { makeLog } from '#app/makers.js';
import { findRunningServer } from '#app/run-file.js';
import { AppError, errors } from '#base/errors.js';
import { readContainer } from '#data/backup/container-reader.js';
import { gathered, sayDiskFull } from '#data/backup/flushed-file.js';
import type { BackupHead, BackupManifest } from '#data/backup/manifest.js';
import { renameDurably, temporaryBeside } from '#data/files/durable.js';
import { askServer } from './ask-server.js';

export interface TakeRequest {
  readonly config: Config;
  readonly file: string;
  readonly passphrase?: string;
  /** A bearer token of an admin. Default: made with the keys of the data directory. */
  readonly token?: string;
  readonly signal?: AbortSignal;
  onBytes(bytes: number, expected: number): void;
}

export interface TakenBackup {
  readonly head: BackupHead;
  readonly manifest: BackupManifest;
  readonly bytes: number;
  /** Whether a server was asked. */
  readonly isOnline: boolean;
}

/** Errors: backupInterrupted, diskFull, those of backUp and of the server's answer. */
export async function takeBackup(request: TakeRequest): Promise<TakenBackup> {
  const path = resolve(request.file);
  const temporary = temporaryBeside(path);
  const { pieces, isOnline } = await openPieces(request);
  try {
    // Readable by its owner alone: the rows hold what people entrusted to us.
    const file = await open(temporary, 'wx', 0o600);
    try {
      let head: BackupHead | undefined;
      let bytes = 0;
      const told = (piece: Uint8Array) => {
        bytes += piece.byteLength;
        if (head !== undefined) request.onBytes(bytes, head.bytes_expected);
      };
      const manifest = await readContainer(written(gathered(stoppable(pieces, request.signal)), file, told), {
        head(given) {
          head = given;
        },
        async entry(_path, _bytes, content) {
          for await (const _piece of content); // The reader hashes what passes; there is nothing else to do with it.
        },
      });
      await file.sync();
      await renameDurably(temporary, path);
      return { head: head!, manifest, bytes, isOnline };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw sayDiskFull(error, dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
}

async function openPieces(request: TakeRequest): Promise<{ pieces: AsyncIterable<Uint8Array>; isOnline: boolean }> {
  const { config, passphrase } = request;
  const secrets = passphrase === undefined ? {} : { passphrase };
  const running = await findRunningServer(config.dataDir);
  const { backUpClosedHouse, ownersToken } = await import('#app/backup.js');
  if (running === undefined) {
    return { pieces: backUpClosedHouse(config, { log: makeLog('error'), ...secrets }), isOnline: false };
  }
  const token = request.token ?? config.adminToken ?? (await ownersToken(config, makeLog('error')));
  const pieces = await askServer({
    url: `${(running.listeners['gateway'] ?? '').replace(/\/+$/, '')}/api/almanac/backup`,
    token,
    body: secrets,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  return { pieces, isOnline: true };
}

/** A connection that breaks is the server's failure, and a backup that ends too early has the same cause. */
async function* stoppable(
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) {
      if (signal?.aborted === true) throw errors.cancelled();
      yield piece;
    }
  } catch (error) {
    if (signal?.aborted === true) throw errors.cancelled();
    if (error instanceof AppError || error instanceof ApiError) throw error;
    throw errors.backupInterrupted(reasonOf(error), error);
  }
}

async function* written(
  pieces: AsyncIterable<Uint8Array>,
  file: FileHandle,
  told: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    const writing = writeAll(file, piece);
    writing.catch(() => undefined); // Heard below; until then a failure must not count as unheard.
    told(piece);
    yield piece; // Hashed meanwhile.
    await writing;
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.byteLength; ) at += (await file.write(piece, at, piece.byteLength - at)).bytesWritten;
}

/** Why stands in the cause, where there is one. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
