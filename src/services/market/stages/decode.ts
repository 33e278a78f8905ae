/** raw -> canonical: a day's records as book rows, whatever the venue sent. */
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errors } from '#base/errors.js';
import { makeParent } from '#data/zones/file-meta.js';
import { tradesName, zonePath, zonePlace } from '#data/zones/zone-path.js';
import { findCurrent, type Product, publishProduct, registerProduct } from '../product.js';
import { findFileOf } from '../registry.service.js';
import type { StageEnd, StageRunner } from '../stage.js';

export const decodeStage: StageRunner = async (desk, order, end) => {
  const { day } = order;
  const raw = await findFileOf(desk.db, { ...day, zone: 'raw', kind: 'raw' });
  if (raw === undefined) throw errors.missingInput(zonePlace('raw', day));
  const product: Product = {
    name: { ...day, zone: 'canonical', kind: 'events' },
    path: zonePath.canonical(day),
    stage: 'decode',
    params: { levels: 10 },
    inputs: [raw],
  };
  const current = order.force ? undefined : await findCurrent(desk, product);
  const meta = current ?? (await decode());
  const said: StageEnd = {
    status: current === undefined ? 'completed' : 'skipped',
    nRecords: meta.nRecords,
    message: current === undefined ? null : 'same inputs',
  };
  await desk.db.transaction().execute(async (tx) => {
    await registerProduct(desk, tx, product, meta);
    await end(tx, said);
  });
  return said;

  async function decode() {
    await makeParent(desk.root, product.path);
    const made = await desk.compute.run(
      'decodeDay',
      {
        path: join(desk.root, raw!.filePath),
        target: join(desk.root, product.path),
        indexPath: join(desk.root, zonePath.dayIndex(day)),
        keyframesPath: join(desk.root, zonePath.keyframes(day)),
        rawSha256: raw!.sha256,
        tradesDir: join(desk.root, dirname(product.path)),
        records: raw!.nRecords,
      },
      { signal: order.signal, onProgress: order.hear },
    );
    if (made.bookErrors > 0) await order.warn(`${made.bookErrors} inconsistent order events`);
    const meta = await publishProduct(desk, product, {
      ...made,
      facts: { schema: made.schema, records: made.records, book_errors: made.bookErrors },
    });
    await dropOtherTrades(join(desk.root, dirname(product.path)), made.sha256);
    return meta;
  }
};

/** Those of events that were there before. */
async function dropOtherTrades(dir: string, eventsSha256: string): Promise<void> {
  for (const name of await readdir(dir))
    if (name.startsWith('trades-') && name !== tradesName(eventsSha256)) await rm(join(dir, name), { force: true });
}
