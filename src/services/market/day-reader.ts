/** A canonical day as it is asked about: which rows fall into a time, found by the index, and those rows read and nothing else. */
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { type DayIndex, joinRuns, type RowRun, stretchesOf, stretchRun } from '#data/zones/day-index.js';
import { loadDayIndex } from '#data/zones/load-day-index.js';
import type { BookSelection, CanonicalBookRows } from '#data/zones/read-book-rows.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import { type BookRows, tsMsOf } from '#engine/book/day/book-rows.js';
import { listZoneFiles, type ZoneFile } from '#store/zone-file.store.js';
import type { MarketDesk } from './desk.js';
import { findFileOf } from './registry.service.js';
import { DEFAULT_DATASET } from './vocabulary.js';

export type ReadDesk = Pick<MarketDesk, 'db' | 'root' | 'reader' | 'days'>;

export interface Day extends MarketDay {
  readonly events: ZoneFile;
  readonly path: string;
  readonly index: DayIndex;
  readonly originNs: bigint;
}

/** Epoch milliseconds, inclusive and exclusive. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The dataset that is meant when none is named: the usual one where it knows the symbol, else the first that does. Errors: marketSymbolMissing. */
export async function datasetOf(
  desk: Pick<MarketDesk, 'db'>,
  symbol: string,
  dataset: string | undefined,
): Promise<string> {
  const files = await listZoneFiles(desk.db, { symbol, dataset });
  const known = [...new Set(files.map((file) => file.dataset))].sort();
  const meant = known.includes(DEFAULT_DATASET) ? DEFAULT_DATASET : known[0];
  if (meant === undefined) throw errors.marketSymbolMissing(symbol);
  return meant;
}

/** Undefined when the day has no canonical rows. */
export async function findDay(desk: ReadDesk, day: MarketDay): Promise<Day | undefined> {
  const events = await findFileOf(desk.db, { ...day, zone: 'canonical', kind: 'events' });
  if (events === undefined) return undefined;
  const path = join(desk.root, events.filePath);
  const originNs = BigInt(Date.parse(`${day.date}T00:00:00Z`)) * 1_000_000n;
  const place = { path, originNs, eventsSha256: events.sha256, indexPath: join(desk.root, zonePath.dayIndex(day)) };
  const index = await desk.days.get(events.sha256, () => loadDayIndex(desk.reader, place));
  return { ...day, events, path, index, originNs };
}

/** Errors: canonicalMissing. */
export async function getDay(desk: ReadDesk, day: MarketDay): Promise<Day> {
  const found = await findDay(desk, day);
  if (found === undefined) throw errors.canonicalMissing(day.symbol, day.date);
  return found;
}

/** The rows whose time falls into the span, in record order. */
export async function rowsWithin(desk: ReadDesk, day: Day, { fromMs, toMs }: Span): Promise<RowRun[]> {
  const runs: RowRun[] = [];
  for (const { at, isWhole } of stretchesOf(day.index, fromMs, toMs)) {
    const run = stretchRun(day.index, at);
    if (isWhole) runs.push(run);
    else
      await eachRow(desk, day, { runs: [run], levels: 0 }, (rows, i, index) => {
        const ms = tsMsOf(rows, i);
        if (ms >= fromMs && ms < toMs) runs.push({ from: index, to: index + 1 });
      });
  }
  return joinRuns(runs);
}

/** The last row, in record order, at or before a moment; undefined when there is none. */
export async function lastRowAt(desk: ReadDesk, day: Day, ms: number): Promise<number | undefined> {
  const { index } = day;
  for (let at = index.minMs.length - 1; at >= 0; at--) {
    if (index.minMs[at]! > ms) continue;
    const run = stretchRun(index, at);
    if (index.maxMs[at]! <= ms) return run.to - 1;
    let last: number | undefined;
    await eachRow(desk, day, { runs: [run], levels: 0 }, (rows, i, row) => {
      if (tsMsOf(rows, i) <= ms) last = row;
    });
    if (last !== undefined) return last;
  }
  return undefined;
}

export type VisitRow = (rows: CanonicalBookRows, i: number, index: number) => void;

/** Visits rows of runs, ascending, with their numbers. */
export async function eachRow(
  desk: Pick<ReadDesk, 'reader'>,
  { path, originNs }: Pick<Day, 'path' | 'originNs'>,
  what: Omit<BookSelection, 'originNs'>,
  visit: VisitRow,
): Promise<void> {
  for await (const rows of desk.reader.bookRows(path, { ...what, originNs }))
    for (let i = 0; i < rows.rows; i++) visit(rows, i, rows.recordIndex[i]!);
}

/** Single rows as runs. */
export const singles = (indices: readonly number[]): RowRun[] =>
  indices.map((index) => ({ from: index, to: index + 1 }));

/** One row as people read it: dollars, displayed levels alone, best first. */
export interface Snapshot {
  readonly index: number;
  readonly tsMs: number;
  /** Nanoseconds since 1970. */
  readonly tsEventNs: bigint;
  readonly action: string;
  readonly side: string;
  readonly depth: number;
  readonly price: number | null;
  readonly size: number;
  readonly bids: readonly SnapshotLevel[];
  readonly asks: readonly SnapshotLevel[];
}

export interface SnapshotLevel {
  readonly level: number;
  readonly px: number;
  readonly sz: number;
  readonly ct: number;
}

const NANOS = 1e9;

export function snapshotOf(rows: CanonicalBookRows, i: number): Snapshot {
  const levels = ({ px, sz, ct }: BookRows['bids']): SnapshotLevel[] =>
    px.flatMap((column, level) => {
      const price = column[i]!;
      return Number.isNaN(price) ? [] : [{ level, px: price / NANOS, sz: sz[level]![i]!, ct: ct[level]![i]! }];
    });
  const price = rows.price[i]!;
  return {
    index: rows.recordIndex[i]!,
    tsMs: tsMsOf(rows, i),
    tsEventNs: rows.originNs + BigInt(rows.tsEventNs[i]!),
    action: String.fromCharCode(rows.action[i]!),
    side: String.fromCharCode(rows.side[i]!),
    depth: rows.depth[i]!,
    price: Number.isNaN(price) ? null : price / NANOS,
    size: Number.isNaN(price) ? 0 : rows.size[i]!,
    bids: levels(rows.bids),
    asks: levels(rows.asks),
  };
}
