/** source -> raw: the day's file is there already, stands in an inbox, is made by the simulator, or is fetched from the provider. */
import { constants } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { inspectRaw } from '#data/zones/inspect-raw.js';
import { zonePath, zonePlace } from '#data/zones/zone-path.js';
import type { MarketDesk } from '../desk.js';
import { judgeRaw, keepRaw } from '../keep-raw.js';
import { findFileOf } from '../registry.service.js';
import { findLocalFile, type LocalSource } from '../sources/inbox.js';
import { fetchFromProvider } from '../sources/provider.js';
import type { SourceSpec } from '../spec.js';
import type { StageEnd, StageOrder, StageRunner } from '../stage.js';

export const downloadStage: StageRunner = async (desk, order, end) => {
  const { day, spec } = order;
  const standing = await findFileOf(desk.db, { ...day, zone: 'raw', kind: 'raw' });
  const isThere = standing !== undefined && (await isFile(join(desk.root, standing.filePath)));
  if (isThere && (!order.force || spec.source === undefined)) {
    const said: StageEnd = { status: 'skipped', nRecords: standing.nRecords, message: 'already there' };
    await desk.db.transaction().execute((tx) => end(tx, said));
    return said;
  }
  if (spec.source === undefined) throw errors.missingInput(zonePlace('raw', day));
  const temporary = join(desk.uploadDir, `download-${desk.ids.uuid()}`);
  await mkdir(desk.uploadDir, { recursive: true });
  try {
    const params = await bring(desk, order, spec.source, temporary);
    const raw = await judgeRaw(temporary, params, order.signal);
    if (raw.inspected.dataset !== day.dataset) throw errors.rawDatasetMismatch(day.dataset, raw.inspected.dataset);
    const register = await keepRaw(desk, day, raw);
    const said: StageEnd = {
      status: 'completed',
      nRecords: raw.inspected.records,
      message: zonePath.raw(day, raw.isCompressed),
    };
    await desk.db.transaction().execute(async (tx) => {
      await register(tx);
      await end(tx, said);
    });
    return said;
  } finally {
    await rm(temporary, { force: true });
  }
};

const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() === true;

/** Brings the bytes to `target`; gives what is to be said of where they came from. */
function bring(desk: MarketDesk, order: StageOrder, source: SourceSpec, target: string): Promise<JsonObject> {
  if (source.type === 'local') return bringLocal(desk, order, source, target);
  if (source.type === 'synthetic') return bringSynthetic(desk, order, source, target);
  return fetchFromProvider(desk.provider, order, source.schema, target);
}

async function bringLocal(
  desk: MarketDesk,
  { day, signal }: StageOrder,
  source: LocalSource,
  target: string,
): Promise<JsonObject> {
  const path = await findLocalFile(desk.inboxDirs, source, day);
  if (path === undefined) throw errors.sourceMissing(`${source.pattern} of ${day.symbol} ${day.date}`);
  const { symbols } = await inspectRaw(path, signal);
  if (symbols.length > 1) {
    const { records } = await desk.compute.run('splitDbn', { path, symbol: day.symbol, target }, { signal });
    if (records === 0) throw errors.sourceMissing(`no record of ${day.symbol} in ${source.pattern} of ${day.date}`);
    return { source: 'local', pattern: source.pattern, split: true };
  }
  // Where the file system can, the copy shares its blocks with the original until one of them is written.
  await copyFile(path, target, constants.COPYFILE_FICLONE);
  return { source: 'local', pattern: source.pattern };
}

async function bringSynthetic(
  desk: MarketDesk,
  { day, signal, hear }: StageOrder,
  { seed, events, schema }: Extract<SourceSpec, { type: 'synthetic' }>,
  target: string,
): Promise<JsonObject> {
  await desk.compute.run('simulateDay', { path: target, ...day, seed, events, schema }, { signal, onProgress: hear });
  return { source: 'synthetic', seed, events, schema };
}
