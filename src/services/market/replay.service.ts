/** Rows of a day one after the other, as an order book is watched: each with what it changed and what it says (umiki.md 9.7, 9.8). */
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { type RowRun, rowsIn, sliceRuns } from '#data/zones/day-index.js';
import { type MarketDay, zonePath } from '#data/zones/zone-path.js';
import { BookFeatures, FEATURES, type FeatureName } from '#engine/book/day/features.js';
import {
  type Day,
  findDay,
  lastRowAt,
  type ReadDesk,
  rowsWithin,
  type Snapshot,
  type Span,
  snapshotOf,
} from './day-reader.js';
import { findFileOf } from './registry.service.js';

export type { FeatureName } from '#engine/book/day/features.js';

/** Null where the row is not two-sided. */
export type RowFeatures = Readonly<Record<FeatureName, number | null>>;

export interface Frame {
  readonly row: Snapshot;
  /** The row before it in the file, whatever its time; undefined for the first. */
  readonly before: Snapshot | undefined;
  readonly features: RowFeatures;
}

export interface Page {
  readonly totalInRange: number;
  readonly frames: readonly Frame[];
}

/** Frames `offset` on, at most `limit`, of those in the span; none when the day has no rows. */
export async function readFrames(
  desk: ReadDesk,
  name: MarketDay,
  { span, offset, limit }: { readonly span: Span; readonly offset: number; readonly limit: number },
): Promise<Page> {
  const day = await findDay(desk, name);
  if (day === undefined) return { totalInRange: 0, frames: [] };
  const runs = await rowsWithin(desk, day, span);
  const frames: Frame[] = [];
  const wanted = sliceRuns(runs, offset, limit);
  const numbers = new Set(wanted.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
  for (const run of readTogether(wanted))
    for (const frame of await framesOf(desk, day, run)) if (numbers.has(frame.row.index)) frames.push(frame);
  return { totalInRange: rowsIn(runs), frames };
}

/** Where times step back, rows of a span lie in many short runs: a question for each would take far longer than the rows between. */
function readTogether(runs: readonly RowRun[]): readonly RowRun[] {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const hull = { from: first.from, to: last.to };
  return hull.to - hull.from <= ROWS_BETWEEN_MAX + 2 * rowsIn(runs) ? [hull] : runs;
}

const ROWS_BETWEEN_MAX = 4096;

async function framesOf(desk: ReadDesk, day: Day, { from, to }: RowRun): Promise<Frame[]> {
  const read: RowRun = { from: Math.max(0, from - 1), to };
  const rows: Snapshot[] = [];
  const features = new BookFeatures({ isHidden: new Uint8Array(0) });
  const made: RowFeatures[] = [];
  const stored = await findFileOf(desk.db, { ...day, zone: 'derived', kind: 'features' });
  const fits = stored?.inputs.some(({ sha256 }) => sha256 === day.events.sha256) === true;
  for await (const stretch of desk.reader.bookRows(day.path, { levels: 10, originNs: day.originNs, runs: [read] })) {
    for (let i = 0; i < stretch.rows; i++) rows.push(snapshotOf(stretch, i));
    // Without a file of features a page says what can be told from its own rows.
    if (!fits) {
      const { columns } = features.push(stretch);
      made.push(
        ...rowsOf(
          stretch.rows,
          FEATURES.map((feature) => columns[feature]),
        ),
      );
    }
  }
  if (fits) made.push(...(await storedFeatures(desk, day, read)));
  const first = from - read.from;
  return rows.slice(first).map((row, i) => ({ row, before: rows[first + i - 1], features: made[first + i]! }));
}

async function storedFeatures(desk: ReadDesk, day: Day, run: RowRun): Promise<RowFeatures[]> {
  const { rows, columns } = await desk.reader.doubles(join(desk.root, zonePath.features(day)), FEATURES, [run]);
  return rowsOf(rows, columns);
}

const rowsOf = (count: number, columns: readonly Float64Array[]): RowFeatures[] =>
  Array.from(
    { length: count },
    (_, i) =>
      Object.fromEntries(
        FEATURES.map((name, j) => [name, Number.isNaN(columns[j]![i]!) ? null : columns[j]![i]!]),
      ) as RowFeatures,
  );

/** The last row at or before a moment. Errors: bookMissing. */
export async function readBookAt(desk: ReadDesk, name: MarketDay, ms: number): Promise<Frame> {
  const day = await findDay(desk, name);
  const row = day && (await lastRowAt(desk, day, ms));
  if (day === undefined || row === undefined) throw errors.bookMissing(name.symbol, name.date);
  return (await framesOf(desk, day, { from: row, to: row + 1 }))[0]!;
}
