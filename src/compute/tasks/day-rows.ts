/** A day's canonical rows with what has to be known of all of them before the first can be judged. */
import { errors } from '#base/errors.js';
import type { BookSelection } from '#data/zones/read-book-rows.js';
import { createRowReader, type RowReader } from '#data/zones/row-reader.js';
import type { BookRows } from '#engine/book/day/book-rows.js';
import { HiddenTrades } from '#engine/book/day/event-groups.js';
import type { TaskContext } from '../task.js';

export interface DayRows {
  readonly reader: RowReader;
  readonly rows: number;
  readonly hasLastFlags: boolean;
  readonly originNs: bigint;
}

export const F_LAST = 128;

export const originOf = (date: string): bigint => BigInt(Date.parse(`${date}T00:00:00Z`)) * 1_000_000n;

/** `close` the reader when done. */
export async function openDayRows(path: string, date: string): Promise<DayRows> {
  const reader = createRowReader({ threads: 2, memoryLimit: '400MB' });
  try {
    const { rows, max } = await reader.summary(path, 'flags');
    // Flags are a byte: the largest has the highest bit when any has it.
    const hasLastFlags = (max ?? 0) >= F_LAST;
    return { reader, rows, hasLastFlags, originNs: originOf(date) };
  } catch (error) {
    reader.close();
    throw error;
  }
}

/**
 * By record_index, 1 where a trade met hidden size: one look through the day, at the few columns that tell trades of a group of their
 * own, because a row's group may end long after it.
 */
export async function findHidden(day: DayRows, path: string, context: TaskContext): Promise<Uint8Array> {
  const hidden = new HiddenTrades(day);
  for await (const stretch of day.reader.bookRows(path, { levels: 0, event: 'group', originNs: day.originNs })) {
    stopIfAsked(context);
    hidden.push(stretch);
  }
  return hidden.finish();
}

export async function* watched(
  { reader, rows }: DayRows,
  path: string,
  selection: BookSelection,
  context: TaskContext,
): AsyncGenerator<BookRows> {
  let done = 0;
  for await (const stretch of reader.bookRows(path, selection)) {
    stopIfAsked(context);
    yield stretch;
    done += stretch.rows;
    context.progress(done, rows);
  }
}

export function stopIfAsked(context: TaskContext): void {
  if (context.shouldStop()) throw errors.cancelled();
}
