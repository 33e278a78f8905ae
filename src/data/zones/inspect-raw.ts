/** Reads a raw file to its end and says what it is: a damaged or truncated one is refused before anybody builds on it. */
import { stat } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import { readDbnFile } from '../dbn/read-file.js';

export interface InspectedRaw {
  readonly records: number;
  readonly dataset: string;
  /** Null: records of several schemas. */
  readonly schema: string | null;
  readonly symbols: readonly string[];
}

/** Real days compress four to thirty times; a bomb some ten thousand times. */
const DENSITY_MAX = 300;
/** Small files may be dense: a header of zeros compresses well. */
const BYTES_ALWAYS = 64 * 1024 * 1024;
/** The shortest record. */
const RECORD_BYTES_MIN = 16;

/** It reads in small pieces, so that the loop of whoever calls goes on. Errors: those of readDbnFile, rawTooDense. */
export async function inspectRaw(path: string, signal?: AbortSignal): Promise<InspectedRaw> {
  const { size } = await stat(path);
  const { metadata, blocks, close } = await readDbnFile(path, { rowsPerBlock: 4096 });
  const recordsMax = Math.max(BYTES_ALWAYS, size * DENSITY_MAX) / RECORD_BYTES_MIN;
  try {
    let records = 0;
    for await (const block of blocks) {
      signal?.throwIfAborted();
      records += block.rows;
      if (records > recordsMax) throw errors.rawTooDense(DENSITY_MAX);
    }
    if (metadata === undefined) throw errors.dbnUnrecognised();
    return { records, dataset: metadata.dataset, schema: metadata.schema, symbols: metadata.symbols };
  } finally {
    await close();
  }
}
