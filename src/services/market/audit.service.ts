/** What anybody can check of a day: a sample that is the same for everybody, and whether events keep their order (umiki.md 7). */

import type { CanonicalBookRows } from '#data/zones/read-book-rows.js';
import type { MarketDay } from '#data/zones/zone-path.js';
import { addValidations, examinedBlocks, sampleIndices, validateBlock } from '#engine/book/day/audit.js';
import type { BookRows, BookSide } from '#engine/book/day/book-rows.js';
import { type Day, eachRow, getDay, type ReadDesk, type Snapshot, singles, snapshotOf } from './day-reader.js';

export interface Sample {
  readonly totalRecords: number;
  /** Ascending by their number. */
  readonly snapshots: readonly Snapshot[];
}

/** Errors: canonicalMissing. */
export async function sampleDay(
  desk: ReadDesk,
  name: MarketDay,
  { n, seed }: { readonly n: number; readonly seed: number },
): Promise<Sample> {
  const day = await getDay(desk, name);
  const total = day.events.nRecords;
  const indices = total === 0 ? [] : sampleIndices(total, n, seed);
  const snapshots: Snapshot[] = [];
  await eachRow(desk, day, { levels: 10, runs: singles(indices) }, (rows, i) => snapshots.push(snapshotOf(rows, i)));
  return { totalRecords: total, snapshots };
}

export interface Validation {
  readonly totalRecords: number;
  readonly sampleSize: number;
  readonly tradeBboUnchangedPct: number;
  readonly groupAProperOrderPct: number;
  readonly tradesChecked: number;
  readonly groupsChecked: number;
  readonly levelsSortedPct: number;
}

const F_LAST = 128;

/** Errors: canonicalMissing. */
export async function validateDay(desk: ReadDesk, name: MarketDay): Promise<Validation> {
  const day = await getDay(desk, name);
  const total = day.events.nRecords;
  const { max } = await desk.reader.summary(day.path, 'flags');
  const hasLastFlags = (max ?? 0) >= F_LAST;
  const parts = [];
  for (const run of total === 0 ? [] : examinedBlocks(total))
    parts.push(validateBlock(await blockOf(desk, day, run), { total, hasLastFlags }));
  const { rows, trades, tradesUnchanged, groupsA, properGroupsA, sortedRows } = addValidations(parts);
  return {
    totalRecords: total,
    sampleSize: rows,
    tradeBboUnchangedPct: share(tradesUnchanged, trades),
    groupAProperOrderPct: share(properGroupsA, groupsA),
    tradesChecked: trades,
    groupsChecked: groupsA,
    levelsSortedPct: share(sortedRows, rows),
  };
}

/** Of nothing, everything is fine. */
const share = (count: number, of: number): number => (of === 0 ? 100 : (100 * count) / of);

/** A block is judged as one stretch: what is read in pieces is put together. */
async function blockOf(
  desk: Pick<ReadDesk, 'reader'>,
  { path, originNs }: Day,
  run: { from: number; to: number },
): Promise<BookRows> {
  const count = run.to - run.from;
  const block = emptyBlock(run.from, count, originNs);
  let at = 0;
  for await (const rows of desk.reader.bookRows(path, { levels: 10, counts: false, originNs, runs: [run] })) {
    copyInto(block, rows, at);
    at += rows.rows;
    // Between two pieces the loop has its turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return { ...block, rows: at };
}

const LEVELS = 10;

function emptyBlock(firstIndex: number, rows: number, originNs: bigint): BookRows {
  const levels = <T>(make: () => T) => Array.from({ length: LEVELS }, make);
  const counts = new Uint32Array(rows);
  const side = (): BookSide => ({
    px: levels(() => new Float64Array(rows)),
    sz: levels(() => new Uint32Array(rows)),
    ct: levels(() => counts),
  });
  return {
    ...{ rows, firstIndex, originNs },
    tsEventNs: new Float64Array(rows),
    instrumentId: new Uint32Array(rows),
    sequence: new Uint32Array(rows),
    flags: new Uint8Array(rows),
    action: new Uint8Array(rows),
    side: new Uint8Array(rows),
    price: new Float64Array(rows),
    size: new Uint32Array(rows),
    isSuspect: new Uint8Array(rows),
    bids: side(),
    asks: side(),
  };
}

function copyInto(block: BookRows, rows: CanonicalBookRows, at: number): void {
  const { rows: count } = rows;
  block.tsEventNs.set(rows.tsEventNs.subarray(0, count), at);
  block.instrumentId.set(rows.instrumentId.subarray(0, count), at);
  block.sequence.set(rows.sequence.subarray(0, count), at);
  block.flags.set(rows.flags.subarray(0, count), at);
  block.action.set(rows.action.subarray(0, count), at);
  block.side.set(rows.side.subarray(0, count), at);
  block.price.set(rows.price.subarray(0, count), at);
  block.size.set(rows.size.subarray(0, count), at);
  block.isSuspect.set(rows.isSuspect.subarray(0, count), at);
  for (const side of ['bids', 'asks'] as const)
    for (let k = 0; k < LEVELS; k++) {
      block[side].px[k]!.set(rows[side].px[k]!.subarray(0, count), at);
      block[side].sz[k]!.set(rows[side].sz[k]!.subarray(0, count), at);
    }
}
