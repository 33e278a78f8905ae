/** Writes a backup as a stream of bytes, in constant memory: entries as they come, at the end what they were. */
import { createHash } from 'node:crypto';
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { sha256 as hashOf } from '../hash.js';
import {
  type BackupEntry,
  type BackupFacts,
  type BackupHead,
  documentOf,
  HEAD_PATH,
  isSafePath,
  MANIFEST_PATH,
  TRAILER_PATH,
  trailerOf,
} from './manifest.js';
import { END_BYTES, paddingOf, tarHeader } from './tar.js';

export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface ContainerWriter {
  /** First of all. */
  head(head: BackupHead): Iterable<Uint8Array>;
  /** An entry that lies in memory; `sha256` where it is known already. */
  entry(path: string, content: Uint8Array, sha256?: string): Iterable<Uint8Array>;
  /** An entry of known length; gives its SHA-256. Throws backupSourceChanged when the source is longer or shorter than told. */
  stream(path: string, bytes: number, content: Pieces): AsyncGenerator<Uint8Array, string>;
  /** Last of all. */
  end(facts: BackupFacts): Iterable<Uint8Array>;
}

/** `timeMs` becomes the time of every entry. */
export function newContainerWriter(timeMs: number): ContainerWriter {
  const timeS = Math.floor(timeMs / 1000);
  const entries: BackupEntry[] = [];

  function* plain(path: string, content: Uint8Array): Iterable<Uint8Array> {
    yield tarHeader({ path, bytes: content.byteLength }, timeS);
    yield content;
    yield Buffer.alloc(paddingOf(content.byteLength));
  }

  function* entry(path: string, content: Uint8Array, sha256 = hashOf(content)): Iterable<Uint8Array> {
    assert(isSafePath(path), `${path} is a path inside the backup`);
    entries.push({ path, bytes: content.byteLength, sha256 });
    yield* plain(path, content);
  }

  return {
    head: (head) => entry(HEAD_PATH, documentOf(head)),
    entry,
    async *stream(path, bytes, content) {
      assert(isSafePath(path), `${path} is a path inside the backup`);
      yield tarHeader({ path, bytes }, timeS);
      const hash = createHash('sha256');
      let seen = 0;
      for await (const piece of content) {
        seen += piece.byteLength;
        if (seen > bytes) throw errors.backupSourceChanged(path);
        hash.update(piece);
        yield piece;
      }
      if (seen < bytes) throw errors.backupSourceChanged(path);
      yield Buffer.alloc(paddingOf(bytes));
      const sha256 = hash.digest('hex');
      entries.push({ path, bytes, sha256 });
      return sha256;
    },
    *end(facts) {
      const manifest = documentOf({ ...facts, entries });
      yield* plain(MANIFEST_PATH, manifest);
      yield* plain(TRAILER_PATH, trailerOf({ entries: entries.length, manifestSha256: hashOf(manifest) }));
      yield Buffer.alloc(END_BYTES);
    },
  };
}
