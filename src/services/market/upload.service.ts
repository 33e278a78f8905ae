/** A raw file that a client sends (umiki.md 5). */
import { rm } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import type { MarketDay } from '#data/zones/zone-path.js';
import type { MarketDesk } from './desk.js';
import { judgeRaw, keepRaw } from './keep-raw.js';
import { findFileOf, type ZoneFile } from './registry.service.js';

/**
 * Judges and keeps an uploaded file; the same bytes again change nothing. Errors: those of DBN files, rawDatasetMismatch, rawConflict.
 * The spooled file is moved or removed.
 */
export async function takeUpload(
  desk: Pick<MarketDesk, 'db' | 'root' | 'codeVersion' | 'clock'>,
  day: MarketDay,
  { path, force }: { readonly path: string; readonly force: boolean },
): Promise<ZoneFile> {
  try {
    const raw = await judgeRaw(path, { source: 'upload' });
    if (raw.inspected.dataset !== day.dataset) throw errors.rawDatasetMismatch(day.dataset, raw.inspected.dataset);
    const standing = await findFileOf(desk.db, { ...day, zone: 'raw', kind: 'raw' });
    if (standing !== undefined && standing.sha256 === raw.sha256) return standing;
    if (standing !== undefined && !force) throw errors.rawConflict(day.symbol, day.date);
    const register = await keepRaw(desk, day, raw);
    return await desk.db.transaction().execute(register);
  } finally {
    await rm(path, { force: true });
  }
}
