/** Checks that anybody can repeat: which rows a sample takes, and how well events keep their order (umiki.md 7). */
import { assert } from '#base/assert.js';
import { splitmix64 } from '../../random/seeding.js';
import { ACTION, type BookRows, LEVELS } from './book-rows.js';
import { EventGroups } from './event-groups.js';

/**
 * `n` distinct indices below `total`, uniform and ascending, decided by seed, total and n alone: Floyd's algorithm (Bentley & Floyd
 * 1987) over splitmix64; a draw that would favour low indices is thrown away. All of them when n is not below total.
 */
export function sampleIndices(total: number, n: number, seed: number): number[] {
  assert(Number.isSafeInteger(seed) && seed >= 0, 'a seed is a whole number');
  const next = splitmix64(BigInt(seed));
  const draw = (range: number): number => {
    const wide = BigInt(range);
    const limit = (1n << 64n) - ((1n << 64n) % wide);
    let value = next();
    while (value >= limit) value = next();
    return Number(value % wide);
  };
  const count = Math.min(n, total);
  const taken = new Set<number>();
  for (let j = total - count; j < total; j++) {
    const t = draw(j + 1);
    taken.add(taken.has(t) ? j : t);
  }
  return [...taken].sort((a, b) => a - b);
}

export interface RowBlock {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

const EXAMINED_MAX = 200_000;
const BLOCKS = 20;
const BLOCK_ROWS = 10_000;

/** Which rows `validate` examines: all of a short file, else 20 blocks of 10,000 spread evenly. */
export function examinedBlocks(total: number): RowBlock[] {
  if (total <= EXAMINED_MAX) return [{ from: 0, to: total }];
  return Array.from({ length: BLOCKS }, (_, i) => {
    const from = Math.floor((i * (total - BLOCK_ROWS)) / (BLOCKS - 1));
    return { from, to: from + BLOCK_ROWS };
  });
}

export interface DayValidation {
  readonly rows: number;
  readonly trades: number;
  readonly tradesUnchanged: number;
  readonly groupsA: number;
  readonly properGroupsA: number;
  readonly sortedRows: number;
}

/**
 * What one block shows. A trade counts when its predecessor stands in the block; a group when all of it does: the groups that touch
 * the block's edges are left out there, unless the edge is the file's own.
 */
export function validateBlock(
  rows: BookRows,
  { total, hasLastFlags }: { readonly total: number; readonly hasLastFlags: boolean },
): DayValidation {
  const groups = new EventGroups({ hasLastFlags });
  const end = rows.firstIndex + rows.rows;
  let trades = 0;
  let tradesUnchanged = 0;
  let sortedRows = 0;
  const closed = [];
  const lastRow = new Map<number, number>();
  for (let i = 0; i < rows.rows; i++) {
    const group = groups.step(rows, i);
    if (group !== undefined) closed.push(group);
    if (isSorted(rows, i)) sortedRows++;
    const before = lastRow.get(rows.instrumentId[i]!);
    lastRow.set(rows.instrumentId[i]!, i);
    if (rows.action[i] !== ACTION.trade || before === undefined) continue;
    trades++;
    if (isSameBest(rows, before, i)) tradesUnchanged++;
  }
  const cutFirst = rows.firstIndex > 0;
  const whole = end === total ? [...closed, ...groups.finish()] : closed;
  const firstSeen = new Set<number>();
  let groupsA = 0;
  let properGroupsA = 0;
  for (const group of whole) {
    // The first group of an instrument may have begun before the block.
    const isFirst = !firstSeen.has(group.instrumentId);
    firstSeen.add(group.instrumentId);
    if ((isFirst && cutFirst) || group.kind !== 'A') continue;
    groupsA++;
    if (group.isProper) properGroupsA++;
  }
  return { rows: rows.rows, trades, tradesUnchanged, groupsA, properGroupsA, sortedRows };
}

/** The figures of several blocks together. */
export function addValidations(parts: readonly DayValidation[]): DayValidation {
  const sum = (pick: (part: DayValidation) => number) => parts.reduce((total, part) => total + pick(part), 0);
  return {
    rows: sum(({ rows }) => rows),
    trades: sum(({ trades }) => trades),
    tradesUnchanged: sum(({ tradesUnchanged }) => tradesUnchanged),
    groupsA: sum(({ groupsA }) => groupsA),
    properGroupsA: sum(({ properGroupsA }) => properGroupsA),
    sortedRows: sum(({ sortedRows }) => sortedRows),
  };
}

/** Both best prices and sizes are the same in two rows; a side that is missing in both is the same too. */
function isSameBest({ bids, asks }: BookRows, a: number, b: number): boolean {
  return [bids, asks].every(({ px, sz }) => Object.is(px[0]![a], px[0]![b]) && sz[0]![a] === sz[0]![b]);
}

/** Displayed levels stand strictly from best to worst on both sides, without a hole. */
function isSorted({ bids, asks }: BookRows, i: number): boolean {
  for (let k = 1; k < LEVELS; k++) {
    const [bid, bidAbove] = [bids.px[k]![i]!, bids.px[k - 1]![i]!];
    const [ask, askAbove] = [asks.px[k]![i]!, asks.px[k - 1]![i]!];
    if ((!Number.isNaN(bid) && !(bid < bidAbove)) || (!Number.isNaN(ask) && !(ask > askAbove))) return false;
  }
  return true;
}
