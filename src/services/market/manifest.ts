/** The manifest of a dataset's training shards: what there is, what it is made of, and what its bytes are (umiki.md 4.7). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { writeFileDurably } from '#data/files/durable.js';
import { sha256 } from '#data/hash.js';
import { inputHashOf, makeParent, writeMeta } from '#data/zones/file-meta.js';
import { zonePath } from '#data/zones/zone-path.js';
import { SHARD_FEATURES, SHARD_LABELS } from '#engine/book/day/training-shard.js';
import { withLock } from '#store/advisory-lock.js';
import { insertArtifact } from '#store/artifact.store.js';
import { lastExportedDataset, putManifest } from '#store/qc-report.store.js';
import { listZoneFiles, type ZoneFile } from '#store/zone-file.store.js';
import type { MarketDesk } from './desk.js';

export const Manifest = z.object({
  created_at: z.string(),
  config: z.object({
    dataset: z.string(),
    symbols: z.array(z.string()),
    features: z.array(z.string()),
    labels: z.array(z.string()),
  }),
  shards: z.array(
    z.object({
      symbol: z.string(),
      date: z.string(),
      dataset: z.string(),
      n_samples: z.number(),
      n_features: z.number(),
      n_labels: z.number(),
      output_path: z.string(),
      file_size_bytes: z.number(),
      shard_hash: z.string(),
    }),
  ),
  raw_hashes: z.array(z.object({ symbol: z.string(), date: z.string(), sha256: z.string().nullable() })),
  total_samples: z.number(),
  total_shards: z.number(),
});
export type Manifest = z.infer<typeof Manifest>;

type Desk = Pick<MarketDesk, 'db' | 'root' | 'codeVersion' | 'clock'>;

/** Writes the manifest anew from the registry; `created_at` changes only with the content. Nothing is written without a shard. */
export async function writeManifest(desk: Desk, dataset: string): Promise<void> {
  // Two symbols may be exported at the same moment: each writes what it sees, so they take turns.
  await withLock(desk.db, `almanac.manifest ${dataset}`, undefined, async () => {
    const files = await listZoneFiles(desk.db, { dataset });
    const shards = files.filter(({ kind }) => kind === 'shard');
    if (shards.length === 0) return;
    const path = zonePath.manifest(dataset);
    const content = contentOf(dataset, shards, files);
    const known = await readManifest(desk.root, dataset);
    const createdAt = isSame(known, content) ? known!.created_at : new Date(desk.clock.nowMs()).toISOString();
    const text = `${JSON.stringify({ created_at: createdAt, ...content }, null, 2)}\n`;
    await keep(desk, path, text, shards, createdAt);
    const hash = sha256(text);
    await desk.db.transaction().execute(async (tx) => {
      await putManifest(tx, { dataset, sha256: hash, exportedAtMs: desk.clock.nowMs() });
      await insertArtifact(tx, {
        sha256: hash,
        kind: 'manifest',
        sizeBytes: Buffer.byteLength(text),
        parents: shards.map((shard) => shard.sha256),
        params: { dataset },
        codeVersion: desk.codeVersion,
        ...{ seed: null, informationTimeMs: null, modelId: null, packId: null, uri: path },
      });
    });
  });
}

type Content = Omit<Manifest, 'created_at'>;

function contentOf(dataset: string, shards: readonly ZoneFile[], files: readonly ZoneFile[]): Content {
  return {
    config: {
      dataset,
      symbols: [...new Set(shards.map(({ symbol }) => symbol))],
      features: [...SHARD_FEATURES],
      labels: [...SHARD_LABELS],
    },
    shards: shards.map((shard) => ({
      symbol: shard.symbol,
      date: shard.date,
      dataset,
      n_samples: shard.nRecords,
      n_features: SHARD_FEATURES.length,
      n_labels: SHARD_LABELS.length,
      output_path: shard.filePath,
      file_size_bytes: shard.fileSize,
      shard_hash: shard.sha256,
    })),
    raw_hashes: shards.map(({ symbol, date }) => ({ symbol, date, sha256: rawHashOf(files, symbol, date) })),
    total_samples: shards.reduce((sum, { nRecords }) => sum + nRecords, 0),
    total_shards: shards.length,
  };
}

/** Of the raw file; where that was taken away, what the events say they were made of. */
function rawHashOf(files: readonly ZoneFile[], symbol: string, date: string): string | null {
  const of = (kind: string) => files.find((file) => file.symbol === symbol && file.date === date && file.kind === kind);
  return of('raw')?.sha256 ?? of('events')?.inputs[0]?.sha256 ?? null;
}

const isSame = (known: Manifest | undefined, content: Content): boolean => {
  if (known === undefined) return false;
  const { created_at: _, ...rest } = known;
  return JSON.stringify(rest) === JSON.stringify(content);
};

async function keep(
  desk: Desk,
  path: string,
  text: string,
  shards: readonly ZoneFile[],
  createdAt: string,
): Promise<void> {
  await makeParent(desk.root, path);
  await writeFileDurably(join(desk.root, path), text);
  const inputs = shards.map(({ filePath, sha256: hash }) => ({ path: filePath, sha256: hash }));
  const params: JsonObject = { features: [...SHARD_FEATURES], labels: [...SHARD_LABELS] };
  await writeMeta(desk.root, path, {
    ...{ kind: 'manifest', inputs, params, codeVersion: desk.codeVersion },
    inputHash: inputHashOf({ stage: 'export', codeVersion: desk.codeVersion, params, inputs }),
    outputSha256: sha256(text),
    nRecords: shards.length,
    createdAt,
    facts: {},
  });
}

async function readManifest(root: string, dataset: string): Promise<Manifest | undefined> {
  const text = await readFile(join(root, zonePath.manifest(dataset)), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : Manifest.parse(JSON.parse(text));
}

/** Of the dataset, or of the one that was exported last. Errors: manifestMissing. */
export async function getManifest(desk: Pick<Desk, 'db' | 'root'>, dataset: string | undefined): Promise<Manifest> {
  const name = dataset ?? (await lastExportedDataset(desk.db));
  const manifest = name === undefined ? undefined : await readManifest(desk.root, name);
  if (manifest === undefined) throw errors.manifestMissing();
  return manifest;
}

/** Where a day's shard stands, and what it is called for whoever keeps it. Errors: trainingMissing. */
export async function findShard(
  desk: Pick<Desk, 'db' | 'root'>,
  { symbol, date, dataset }: { readonly symbol: string; readonly date: string; readonly dataset: string },
): Promise<{ readonly path: string; readonly bytes: number; readonly name: string }> {
  const [shard] = await listZoneFiles(desk.db, { symbol, date, dataset, kind: 'shard' });
  if (shard === undefined) throw errors.trainingMissing(symbol);
  const name = `training_${symbol.replace(/[^A-Z0-9.+=_-]/g, '_')}_${date}.parquet`;
  return { path: join(desk.root, shard.filePath), bytes: shard.fileSize, name };
}
