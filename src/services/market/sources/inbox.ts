/** Source files that somebody put into an inbox: found by a pattern, and never outside of the inbox, whatever a path or a link says. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve, sep } from 'node:path';
import { errors } from '#base/errors.js';
import { isDate, type MarketDay } from '#data/zones/zone-path.js';
import { DEFAULT_PATTERN } from '../spec.js';

export interface LocalSource {
  readonly path: string;
  readonly pattern: string;
}

const hasDots = (path: string) => path.split(/[\\/]/).includes('..');

/**
 * The directory that a specification names: an inbox by its own name, a place in it, or the same as an absolute path.
 * Errors: inboxRefused.
 */
export async function inboxOf(inboxDirs: readonly string[], { path, pattern }: LocalSource): Promise<string> {
  if (hasDots(path) || path.includes('\0')) throw errors.inboxRefused('source.path');
  if (hasDots(pattern) || isAbsolute(pattern) || pattern.includes('\0')) throw errors.inboxRefused('source.pattern');
  for (const inbox of inboxDirs) {
    const place = placeIn(inbox, path);
    if (place === undefined) continue;
    await checkInside(inbox, place, 'source.path');
    return place;
  }
  throw errors.inboxRefused('source.path');
}

function placeIn(inbox: string, path: string): string | undefined {
  if (isAbsolute(path)) {
    const place = resolve(path);
    return place === inbox || place.startsWith(inbox + sep) ? place : undefined;
  }
  const [first, ...rest] = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  return first === basename(inbox) ? join(inbox, ...rest) : undefined;
}

/** Links are followed before anything is said to be inside. What does not exist leads nowhere. */
async function checkInside(inbox: string, place: string, field: string): Promise<void> {
  const real = await realpath(place).catch(() => undefined);
  if (real === undefined) return;
  const home = await realpath(inbox);
  if (real !== home && !real.startsWith(home + sep)) throw errors.inboxRefused(field);
}

const filled = (pattern: string, { dataset, symbol, date }: MarketDay) =>
  pattern.replaceAll('{dataset}', dataset).replaceAll('{symbol}', symbol).replaceAll('{date}', date);

/** The file of a day; undefined when there is none. Errors: inboxRefused for a link that leads out. */
export async function findLocalFile(
  inboxDirs: readonly string[],
  source: LocalSource,
  day: MarketDay,
): Promise<string | undefined> {
  const dir = await inboxOf(inboxDirs, source);
  // Whoever took the default also has files that were never compressed.
  const patterns =
    source.pattern === DEFAULT_PATTERN ? [DEFAULT_PATTERN, '{dataset}/{symbol}/{date}.dbn'] : [source.pattern];
  for (const pattern of patterns) {
    const path = join(dir, filled(pattern, day));
    const about = await stat(path).catch(() => undefined);
    if (about === undefined || !about.isFile()) continue;
    await checkInside(await inboxHolding(inboxDirs, dir), path, 'source.pattern');
    return path;
  }
  return undefined;
}

async function inboxHolding(inboxDirs: readonly string[], dir: string): Promise<string> {
  const inbox = inboxDirs.find((one) => dir === one || dir.startsWith(one + sep));
  if (inbox === undefined) throw errors.inboxRefused('source.path');
  return inbox;
}

/** Which days of a symbol the inbox has, by what stands where the pattern says `{date}`. */
export async function listLocalDates(
  inboxDirs: readonly string[],
  source: LocalSource,
  { dataset, symbol }: Pick<MarketDay, 'dataset' | 'symbol'>,
): Promise<string[]> {
  const dir = await inboxOf(inboxDirs, source);
  const patterns =
    source.pattern === DEFAULT_PATTERN ? [DEFAULT_PATTERN, '{dataset}/{symbol}/{date}.dbn'] : [source.pattern];
  const dates = new Set<string>();
  for (const pattern of patterns) {
    const parts = pattern.replaceAll('{dataset}', dataset).replaceAll('{symbol}', symbol).split('/');
    const at = parts.findIndex((part) => part.includes('{date}'));
    if (at < 0) continue;
    const [before, after] = parts[at]!.split('{date}') as [string, string];
    for (const name of await readdir(join(dir, ...parts.slice(0, at))).catch(() => [])) {
      if (!name.startsWith(before) || !name.endsWith(after)) continue;
      const date = name.slice(before.length, name.length - after.length);
      if (isDate(date) && (await findLocalFile(inboxDirs, source, { dataset, symbol, date })) !== undefined)
        dates.add(date);
    }
  }
  return [...dates].sort();
}
