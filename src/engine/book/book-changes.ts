/** What changes in one book, venue event by venue event: the levels whose size or count is another, at any depth. */
import type { MboBlock } from '../frame/dbn-block.js';
import { UNDEF_PRICE, unsignedAt } from '../frame/wide-column.js';
import { ASK, BID, type Instrument, type PriceLevel, type SideIndex } from './book-machine.js';
import type { OrderBooks } from './order-books.js';

export interface LevelChange {
  readonly side: SideIndex;
  readonly price: bigint;
  /** As it is now; 0 when the level is gone. */
  readonly size: number;
  readonly count: number;
}

export interface BookChange {
  readonly tsEventNs: bigint;
  readonly tsRecvNs: bigint;
  readonly sequence: number;
  /** Everything was dropped first: the changes are the whole book. */
  readonly isReset: boolean;
  readonly trades: readonly { readonly price: bigint; readonly size: number; readonly side: string }[];
  readonly levels: readonly LevelChange[];
}

const [ADD, CANCEL, MODIFY, CLEAR, TRADE] = [65, 67, 77, 82, 84];
const ASK_CODE = 65;
const F_LAST = 128;
const F_TOB = 64;

/** One venue event as it is gathered. */
interface Gathering {
  /** Levels that its records touched, as they were before it. */
  readonly touched: Map<string, { side: SideIndex; price: bigint; before: PriceLevel | undefined }>;
  readonly trades: BookChange['trades'][number][];
  isReset: boolean;
}

const nothingYet = (): Gathering => ({ touched: new Map(), trades: [], isReset: false });

/**
 * Applies rows `from` up to the block's end and gives one change for each venue event of the instrument that changed a level or traded.
 * An event that is still open at the end is given as far as it goes. For who follows the book on a screen: some microseconds an event.
 */
export function* followBook(
  books: OrderBooks,
  instrument: Instrument,
  block: MboBlock,
  from = 0,
): Generator<BookChange> {
  let event = nothingYet();
  let last: number | undefined;
  for (let row = from; row < block.rows; row++) {
    const isOurs =
      block.instrumentId[row] === instrument.instrumentId && block.publisherId[row] === instrument.publisherId;
    if (isOurs) gather(event, books, instrument, block, row);
    books.apply(block, row, row + 1);
    if (!isOurs) continue;
    last = row;
    if ((block.flags[row]! & F_LAST) === 0) continue;
    yield* tell(event, books, instrument, block, row);
    event = nothingYet();
    last = undefined;
  }
  if (last !== undefined) yield* tell(event, books, instrument, block, last);
}

function gather(event: Gathering, books: OrderBooks, instrument: Instrument, block: MboBlock, row: number): void {
  const touch = (side: SideIndex, price: bigint) => {
    const name = `${side} ${price}`;
    if (price !== UNDEF_PRICE && !event.touched.has(name))
      event.touched.set(name, { side, price, before: books.levelAt(instrument, side, price) });
  };
  const action = block.action[row];
  const price = block.price.values[row]!;
  if (action === CLEAR || (block.flags[row]! & F_TOB) !== 0) event.isReset = true;
  if (action === TRADE)
    event.trades.push({ price, size: block.size[row]!, side: String.fromCharCode(block.side[row]!) });
  if (action !== ADD && action !== CANCEL && action !== MODIFY) return;
  const resting = books.order(instrument, unsignedAt(block.orderId, row));
  if (resting !== undefined) touch(resting.side, resting.price);
  if (action !== CANCEL) touch(block.side[row] === ASK_CODE ? ASK : BID, price);
}

function* tell(
  event: Gathering,
  books: OrderBooks,
  instrument: Instrument,
  block: MboBlock,
  row: number,
): Generator<BookChange> {
  const { isReset, trades } = event;
  const levels = isReset ? wholeBook(books, instrument) : changedLevels(event, books, instrument);
  if (levels.length === 0 && trades.length === 0 && !isReset) return;
  const [tsEventNs, tsRecvNs] = [unsignedAt(block.tsEvent, row), unsignedAt(block.tsRecv, row)];
  yield { tsEventNs, tsRecvNs, sequence: block.sequence[row]!, isReset, trades, levels };
}

const wholeBook = (books: OrderBooks, instrument: Instrument): LevelChange[] =>
  ([BID, ASK] as const).flatMap((side) => books.levels(instrument, side).map((level) => ({ side, ...level })));

function changedLevels({ touched }: Gathering, books: OrderBooks, instrument: Instrument): LevelChange[] {
  const changes: LevelChange[] = [];
  for (const { side, price, before } of touched.values()) {
    const { size, count } = books.levelAt(instrument, side, price) ?? { size: 0, count: 0 };
    if (size !== (before?.size ?? 0) || count !== (before?.count ?? 0)) changes.push({ side, price, size, count });
  }
  return changes;
}
