/**
 * Executions that ate a displayed level whole and saw it come back: the trace of an iceberg order (umiki.md 6, n_iceberg_refills).
 *
 * A group of kind A counts once when it trades at the passive best price at least the size displayed there before the group, and an A
 * at the same price and side follows within 10 rows of the instrument or 1 ms of the group's last row, whichever ends first.
 */
import { ACTION, type BookRows, type BookSide, SIDE } from './book-rows.js';
import type { EventGroup } from './event-groups.js';

const ROWS_MAX = 10;
const NS_MAX = 1_000_000;

interface Best {
  px: number;
  sz: number;
}

interface Watch {
  readonly side: number;
  readonly px: number;
  readonly untilNs: number;
  rowsLeft: number;
}

interface Instrument {
  /** Best levels after the last row: what stood before the group that the next row may begin. */
  readonly bid: Best;
  readonly ask: Best;
  /** Best levels before the open group, and what it traded there. */
  readonly bidBefore: Best;
  readonly askBefore: Best;
  bidTraded: number;
  askTraded: number;
  isOpen: boolean;
  lastNs: number;
  /** One entry a group that waits for its refill; a group that ate both sides waits for either. */
  watches: Watch[][];
}

export class IcebergRefills {
  readonly #instruments = new Map<number, Instrument>();
  #refills = 0;

  get refills(): number {
    return this.#refills;
  }

  /** After `close` of the group that this row ends, if it ends one. */
  step(rows: BookRows, i: number): void {
    const at = this.#instrument(rows.instrumentId[i]!);
    const atNs = rows.tsEventNs[i]!;
    if (at.watches.length > 0) this.#watch(at, rows, i);
    if (!at.isOpen) {
      at.isOpen = true;
      // A trade carries the book from before it: it knows even where the file begins with it.
      const isFirst = Number.isNaN(at.lastNs) && rows.action[i] === ACTION.trade;
      setBest(at.bidBefore, isFirst ? bestOf(rows.bids, i) : at.bid);
      setBest(at.askBefore, isFirst ? bestOf(rows.asks, i) : at.ask);
      at.bidTraded = 0;
      at.askTraded = 0;
    }
    if (rows.action[i] === ACTION.trade) {
      const price = rows.price[i]!;
      if (rows.side[i] === SIDE.bid && price === at.askBefore.px) at.askTraded += rows.size[i]!;
      if (rows.side[i] === SIDE.ask && price === at.bidBefore.px) at.bidTraded += rows.size[i]!;
    }
    setBest(at.bid, bestOf(rows.bids, i));
    setBest(at.ask, bestOf(rows.asks, i));
    at.lastNs = atNs;
  }

  /** The instrument's open group has ended; told before `step` takes the row that follows it. */
  close({ instrumentId, kind }: EventGroup): void {
    const at = this.#instrument(instrumentId);
    at.isOpen = false;
    if (kind !== 'A') return;
    const untilNs = at.lastNs + NS_MAX;
    const watches: Watch[] = [];
    const ate = (traded: number, best: Best) => traded > 0 && traded >= best.sz;
    if (ate(at.askTraded, at.askBefore))
      watches.push({ side: SIDE.ask, px: at.askBefore.px, untilNs, rowsLeft: ROWS_MAX });
    if (ate(at.bidTraded, at.bidBefore))
      watches.push({ side: SIDE.bid, px: at.bidBefore.px, untilNs, rowsLeft: ROWS_MAX });
    if (watches.length > 0) at.watches.push(watches);
  }

  /** Nothing follows the last row, so nothing more can refill. */
  finish(): void {
    this.#instruments.clear();
  }

  #watch(at: Instrument, rows: BookRows, i: number): void {
    const isAdd = rows.action[i] === ACTION.add;
    at.watches = at.watches.filter((group) => {
      if (isAdd && group.some((watch) => isRefill(watch, rows, i))) {
        this.#refills++;
        return false;
      }
      for (const watch of group) watch.rowsLeft--;
      return group.some((watch) => watch.rowsLeft > 0 && rows.tsEventNs[i]! <= watch.untilNs);
    });
  }

  #instrument(instrumentId: number): Instrument {
    const known = this.#instruments.get(instrumentId);
    if (known !== undefined) return known;
    const best = () => ({ px: Number.NaN, sz: 0 });
    const made: Instrument = {
      bid: best(),
      ask: best(),
      bidBefore: best(),
      askBefore: best(),
      bidTraded: 0,
      askTraded: 0,
      isOpen: false,
      lastNs: Number.NaN,
      watches: [],
    };
    this.#instruments.set(instrumentId, made);
    return made;
  }
}

const isRefill = ({ side, px, untilNs, rowsLeft }: Watch, rows: BookRows, i: number): boolean =>
  rowsLeft > 0 && rows.side[i] === side && rows.price[i] === px && rows.tsEventNs[i]! <= untilNs;

const bestOf = (side: BookSide, i: number): Best => ({ px: side.px[0]![i]!, sz: side.sz[0]![i]! });

function setBest(best: Best, { px, sz }: Best): void {
  best.px = px;
  best.sz = sz;
}
