/** canonical -> derived: features and one-minute bars, which are also the symbol's dataset for the research surfaces. */
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { readDaySamples } from '#data/zones/day-samples.js';
import { type FileMeta, makeParent } from '#data/zones/file-meta.js';
import { zonePath, zonePlace } from '#data/zones/zone-path.js';
import type { ZoneFile } from '#store/zone-file.store.js';
import { findCurrent, type Product, publishProduct, registerProduct } from '../product.js';
import { findFileOf } from '../registry.service.js';
import { shareBars } from '../share-bars.js';
import type { StageEnd, StageOrder, StageRunner } from '../stage.js';

export const deriveStage: StageRunner = async (desk, order, end) => {
  const { day } = order;
  const events = await findFileOf(desk.db, { ...day, zone: 'canonical', kind: 'events' });
  if (events === undefined) throw errors.missingInput(zonePlace('canonical', day));
  const [features, bars] = productsOf(order, events);
  const current = order.force ? undefined : await currentOf(features, bars);
  const made = current ?? (await derive());
  if (current !== undefined) await keepSamples();
  // Before the step ends: one that was killed between is begun again, and rows of the same time replace each other.
  await shareBars(desk, day, made.barsSha);
  const said: StageEnd = {
    status: current === undefined ? 'completed' : 'skipped',
    nRecords: made.features.nRecords,
    message: current === undefined ? `${made.bars.nRecords} bars` : 'same inputs',
  };
  await desk.db.transaction().execute(async (tx) => {
    const featureFile = await registerProduct(desk, tx, features, made.features);
    await registerProduct(desk, tx, { ...bars, inputs: [events, featureFile] }, made.bars);
    await end(tx, said);
  });
  return said;

  async function currentOf(one: Product, other: Product) {
    const [featuresMeta, barsMeta] = await Promise.all([findCurrent(desk, one), findCurrent(desk, other)]);
    if (featuresMeta === undefined || barsMeta === undefined) return undefined;
    return { features: featuresMeta, bars: barsMeta, barsSha: barsMeta.outputSha256 };
  }

  function samplesOf({ sha256 }: ZoneFile) {
    return {
      eventsSha256: sha256,
      indexPath: join(desk.root, zonePath.dayIndex(day)),
      samplesPath: join(desk.root, zonePath.samples(day)),
    };
  }

  /** Days that were derived before there were any, and those whose samples were lost. */
  async function keepSamples(): Promise<void> {
    const input = samplesOf(events!);
    if ((await readDaySamples(input.samplesPath, input.eventsSha256, 0n)) !== undefined) return;
    const path = join(desk.root, events!.filePath);
    await desk.compute.run('sampleDay', { path, date: day.date, ...input }, { signal: order.signal });
  }

  async function derive(): Promise<{ features: FileMeta; bars: FileMeta; barsSha: string }> {
    await makeParent(desk.root, features.path);
    const { spec } = order;
    const derived = await desk.compute.run(
      'deriveDay',
      {
        path: join(desk.root, events!.filePath),
        date: day.date,
        ...samplesOf(events!),
        featuresTarget: join(desk.root, features.path),
        barsTarget: join(desk.root, bars.path),
        tick: spec.tick ?? null,
        directionEps: spec.direction_eps,
        extended: order.extended,
        rthCloseMinute: closeMinuteOf(spec.rth_close),
      },
      { signal: order.signal, onProgress: order.hear },
    );
    return {
      features: await publishProduct(desk, features, derived.features),
      bars: await publishProduct(desk, bars, derived.bars),
      barsSha: derived.bars.sha256,
    };
  }
};

function productsOf({ day, spec, extended }: StageOrder, events: ZoneFile): [Product, Product] {
  const tick = spec.tick ?? null;
  const common = { stage: 'derive', inputs: [events] } as const;
  return [
    {
      ...common,
      name: { ...day, zone: 'derived', kind: 'features' },
      path: zonePath.features(day),
      params: { kind: 'features', tick },
    },
    {
      ...common,
      name: { ...day, zone: 'derived', kind: 'bars_1m' },
      path: zonePath.bars(day),
      params: {
        kind: 'bars_1m',
        ...{ tick, extended, direction_eps: spec.direction_eps, rth_close: spec.rth_close ?? null },
      },
    },
  ];
}

/** `13:00` as minutes from midnight; null for the usual close. */
export function closeMinuteOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [hours, minutes] = text.split(':').map(Number);
  return hours! * 60 + minutes!;
}
