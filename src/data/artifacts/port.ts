/**
 * The artifact store: bytes named by their SHA-256. Writing the same bytes twice is writing them once.
 *
 * Rules every backend keeps: a file appears under its name whole and flushed, or not at all; what is read is checked
 * against its name, so damaged bytes are an error and never an answer.
 */
import type { Readable } from 'node:stream';

export interface StoredArtifact {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface ArtifactStore {
  put(bytes: Uint8Array | string): Promise<StoredArtifact>;
  putStream(bytes: Readable): Promise<StoredArtifact>;
  has(sha256: string): Promise<boolean>;
  /** Throws artifactMissing or artifactDamaged. */
  read(sha256: string): Promise<Buffer>;
  /** Where the file stands, for readers that want a path (DuckDB, hard links). Throws artifactMissing. */
  pathOf(sha256: string): Promise<string>;
  /** Gives an artifact a name for people: a hard link, or a copy where links are refused; replaces atomically what stood there. */
  link(sha256: string, path: string): Promise<void>;
}
