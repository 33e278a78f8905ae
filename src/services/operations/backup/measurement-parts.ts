/** The measurements of a moment as entries: an index, then Parquet files that carry their SHA-256 in their name. */
import { documentOf, type MeasurementIndex } from '#data/backup/manifest.js';
import { sha256 } from '#data/hash.js';
import type { Measurement, MeasurementSnapshot } from '#data/timeseries/port.js';

export const INDEX_PATH = 'measurements/index.json';

export async function* measurementParts(
  snapshot: MeasurementSnapshot,
): AsyncGenerator<{ path: string; content: Uint8Array; hash: string }> {
  const index = documentOf(indexOf(snapshot.measurements));
  yield { path: INDEX_PATH, content: index, hash: sha256(index) };
  for (const [i, measurement] of snapshot.measurements.entries()) {
    let number = 0;
    for await (const content of snapshot.parts(measurement)) {
      number += 1;
      // With the hash in its name a part can be believed before the manifest is there, and the restore keeps no second copy.
      const hash = sha256(content);
      const name = `${String(number).padStart(6, '0')}-${hash}.parquet`;
      yield { path: `measurements/${directoryOf(i)}/${name}`, content, hash };
    }
  }
}

const directoryOf = (i: number) => String(i + 1).padStart(4, '0');

const indexOf = (measurements: readonly Measurement[]): MeasurementIndex => ({
  measurements: measurements.map(({ name, columns, dedupKeys, rowCount, firstTsUs, lastTsUs }, i) => ({
    name,
    directory: directoryOf(i),
    columns: columns.map((column) => ({ ...column })),
    dedup_keys: [...dedupKeys],
    rows: rowCount,
    first_ts_us: firstTsUs,
    last_ts_us: lastTsUs,
  })),
});

export const measurementOf = (told: MeasurementIndex['measurements'][number]): Measurement => ({
  name: told.name,
  columns: told.columns,
  dedupKeys: told.dedup_keys,
  rowCount: told.rows,
  firstTsUs: told.first_ts_us,
  lastTsUs: told.last_ts_us,
});
