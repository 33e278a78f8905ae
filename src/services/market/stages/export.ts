/** derived bars -> a training shard, and the manifest of all shards that exist. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { writeFileDurably } from '#data/files/durable.js';
import { makeParent } from '#data/zones/file-meta.js';
import { zonePath, zonePlace } from '#data/zones/zone-path.js';
import { SHARD_FEATURES, SHARD_LABELS } from '#engine/book/day/training-shard.js';
import { writeManifest } from '../manifest.js';
import { findCurrent, type Product, publishProduct, registerProduct } from '../product.js';
import { findFileOf } from '../registry.service.js';
import type { StageEnd, StageRunner } from '../stage.js';

export const exportStage: StageRunner = async (desk, order, end) => {
  const { day, spec } = order;
  const bars = await findFileOf(desk.db, { ...day, zone: 'derived', kind: 'bars_1m' });
  if (bars === undefined) throw errors.missingInput(zonePlace('derived', day));
  const npy = spec.training.format === 'npy';
  const product: Product = {
    name: { ...day, zone: 'training', kind: 'shard' },
    path: zonePath.shard(day),
    stage: 'export',
    params: { format: spec.training.format, features: [...SHARD_FEATURES], labels: [...SHARD_LABELS] },
    inputs: [bars],
  };
  const current = order.force ? undefined : await findCurrent(desk, product);
  const meta = current ?? (await make());
  const said: StageEnd = {
    status: current === undefined ? 'completed' : 'skipped',
    nRecords: meta?.nRecords ?? 0,
    message: meta === undefined ? 'no bar of the day has a label' : current === undefined ? null : 'same inputs',
  };
  if (meta !== undefined) await desk.db.transaction().execute((tx) => registerProduct(desk, tx, product, meta));
  await writeManifest(desk, day.dataset);
  await desk.db.transaction().execute((tx) => end(tx, said));
  return said;

  async function make() {
    await makeParent(desk.root, product.path);
    const made = await desk.compute.run(
      'exportDay',
      { barsPath: join(desk.root, bars!.filePath), target: join(desk.root, product.path), npy },
      { signal: order.signal, onProgress: order.hear },
    );
    if (made.shard === null) return undefined;
    if (made.npy === null)
      await Promise.all(
        [zonePath.shardX(day), zonePath.shardY(day)].map((path) => rm(join(desk.root, path), { force: true })),
      );
    else {
      await writeFileDurably(join(desk.root, zonePath.shardX(day)), made.npy.x);
      await writeFileDurably(join(desk.root, zonePath.shardY(day)), made.npy.y);
    }
    return publishProduct(desk, product, made.shard);
  }
};
