/**
 * Which rows belong to one venue event (umiki.md 4.8), found row by row, an instrument at a time.
 *
 * A row continues the group of the instrument's previous row when that row lacks F_LAST, or is a T with the same sequence: at some
 * venues T and the C it causes both carry F_LAST, at others they carry different sequences. Where no row of a file has F_LAST: equal
 * sequence, and equal time where the sequence is 0.
 */
import { ACTION, type BookRows, F_LAST, isChange } from './book-rows.js';

/** A: trades and what they did to displayed orders. B: only trades, against hidden size or off the book. C: no trade. */
export type GroupKind = 'A' | 'B' | 'C';

export interface EventGroup {
  readonly instrumentId: number;
  readonly kind: GroupKind;
  /** Only told of kind A: trades before changes within each sequence, time not falling, F_LAST on the last row (where the file has any). */
  readonly isProper: boolean;
  /** `record_index` of its rows; they stand side by side unless instruments mix. */
  readonly rows: readonly number[];
}

interface OpenGroup {
  rows: number[];
  hasTrade: boolean;
  /** Anything but trades: then the trade was not a hidden one. */
  hasOther: boolean;
  isOrdered: boolean;
  /** Sequences that changed the book already; made with the first change. */
  changed: Set<number> | undefined;
  lastNs: number;
  lastFlags: number;
  lastAction: number;
  lastSequence: number;
}

export class EventGroups {
  readonly #hasLastFlags: boolean;
  readonly #open = new Map<number, OpenGroup>();

  /** `hasLastFlags`: whether any row of the whole file has F_LAST. */
  constructor({ hasLastFlags }: { readonly hasLastFlags: boolean }) {
    this.#hasLastFlags = hasLastFlags;
  }

  /** Takes the next row of the file; gives the instrument's last group when this row begins another. */
  step(rows: BookRows, row: number): EventGroup | undefined {
    const instrumentId = rows.instrumentId[row]!;
    const open = this.#open.get(instrumentId);
    const action = rows.action[row]!;
    const sequence = rows.sequence[row]!;
    const atNs = rows.tsEventNs[row]!;
    if (open !== undefined && this.#continues(open, sequence, atNs)) {
      if (atNs < open.lastNs) open.isOrdered = false;
      take(open, rows.firstIndex + row, action, sequence, atNs, rows.flags[row]!);
      return undefined;
    }
    const next: OpenGroup = {
      rows: [],
      hasTrade: false,
      hasOther: false,
      isOrdered: true,
      changed: undefined,
      lastNs: atNs,
      lastFlags: 0,
      lastAction: 0,
      lastSequence: 0,
    };
    take(next, rows.firstIndex + row, action, sequence, atNs, rows.flags[row]!);
    this.#open.set(instrumentId, next);
    return open === undefined ? undefined : this.#close(instrumentId, open);
  }

  /** The groups that stand open at the end of the file, or of a stretch that is looked at alone. */
  finish(): EventGroup[] {
    const groups = [...this.#open].map(([instrumentId, open]) => this.#close(instrumentId, open));
    this.#open.clear();
    return groups;
  }

  #continues(open: OpenGroup, sequence: number, atNs: number): boolean {
    if (!this.#hasLastFlags) return sequence === open.lastSequence && (sequence !== 0 || atNs === open.lastNs);
    if ((open.lastFlags & F_LAST) === 0) return true;
    return open.lastAction === ACTION.trade && open.lastSequence === sequence;
  }

  #close(instrumentId: number, open: OpenGroup): EventGroup {
    const kind = !open.hasTrade ? 'C' : open.hasOther ? 'A' : 'B';
    const isEnded = !this.#hasLastFlags || (open.lastFlags & F_LAST) !== 0;
    return { instrumentId, kind, isProper: open.isOrdered && isEnded, rows: open.rows };
  }
}

function take(group: OpenGroup, index: number, action: number, sequence: number, atNs: number, flags: number): void {
  group.rows.push(index);
  if (action === ACTION.trade) {
    group.hasTrade = true;
    if (group.changed?.has(sequence)) group.isOrdered = false;
  } else {
    group.hasOther = true;
    if (isChange(action)) {
      group.changed ??= new Set();
      group.changed.add(sequence);
    }
  }
  group.lastNs = atNs;
  group.lastFlags = flags;
  group.lastAction = action;
  group.lastSequence = sequence;
}

/** Marks every trade that stands in a group of its own kind (B): its size was hidden. One byte a row of the file. */
export class HiddenTrades {
  readonly #groups: EventGroups;
  readonly #isHidden: Uint8Array;

  constructor(options: { readonly rows: number; readonly hasLastFlags: boolean }) {
    this.#groups = new EventGroups(options);
    this.#isHidden = new Uint8Array(options.rows);
  }

  push(rows: BookRows): void {
    for (let i = 0; i < rows.rows; i++) this.#mark(this.#groups.step(rows, i));
  }

  /** By `record_index`, 1 where the row is a trade of a group of kind B. */
  finish(): Uint8Array {
    for (const group of this.#groups.finish()) this.#mark(group);
    return this.#isHidden;
  }

  #mark(group: EventGroup | undefined): void {
    if (group?.kind === 'B') for (const index of group.rows) this.#isHidden[index] = 1;
  }
}
