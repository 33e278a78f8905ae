/** Order books in WebAssembly beside C++: the ten levels of both sides after every event, and the state alone. */
import { kernelHost } from '#compute/kernel-host.js';
import { ASK, BID, createOrderBooks, type OrderBooks, TELL } from '#engine/book/order-books.js';
import type { MboBlock } from '#engine/frame/dbn-block.js';
import { numberAt } from '#engine/frame/wide-column.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { simulateMarketByOrder } from '#engine/simulation/simulate-market-by-order.js';
import type { Bench, BenchSize } from '../bench.js';
import { compareWithTwin } from './compare.js';

const SIZES = { small: { records: 30_000, turns: 2 }, large: { records: 2_000_000, turns: 7 } } as const;
const INSTRUMENT = { publisherId: 2, instrumentId: 11_667 };
const [TICK_NANOS, MID_TICKS] = [10_000_000, 18_700];
const SHOWN = 10;

const WIDE = ['tsEvent', 'tsRecv', 'orderId', 'price'] as const;
const PLAIN = ['instrumentId', 'size', 'tsInDelta', 'sequence', 'publisherId', 'flags', 'action', 'side'] as const;

/** The day in blocks that the books lend: both read their input where it stands. */
function dayIn(books: OrderBooks, records: number): MboBlock[] {
  const day = simulateMarketByOrder(
    { ...INSTRUMENT, startNs: 1_770_042_600_000_000_000n, records, tickNanos: TICK_NANOS, midTicks: MID_TICKS },
    createRng(7),
  );
  return Array.from(day, (block) => {
    const { rows } = block;
    const lent = books.lendBlock();
    for (const name of WIDE) lent[name].words.set(block[name].words.subarray(0, 2 * rows));
    for (const name of PLAIN) lent[name].set(block[name].subarray(0, rows));
    lent.rows = rows;
    return lent;
  });
}

/** Column after column, as the twin reads them. */
const columnsOf = (blocks: readonly MboBlock[]): ArrayBufferView[] => [
  ...WIDE.flatMap((name) => blocks.map((block) => block[name].values.subarray(0, block.rows))),
  ...PLAIN.flatMap((name) => blocks.map((block) => block[name].subarray(0, block.rows))),
];

/** The day begins with a clear, as the twin's turn does: so the same books may take it again. */
function lastRows(books: OrderBooks, blocks: readonly MboBlock[]): Float64Array {
  let figures = new Float64Array(0);
  for (const block of blocks) books.toRows(block, () => {}, TELL.every);
  books.finishRows(({ block: { rows, levels, depth } }) => {
    figures = new Float64Array(rows * (1 + SHOWN * 6));
    // Plain stores: this is not what is measured, so it must cost next to nothing.
    for (let row = 0, at = 0; row < rows; row++) {
      figures[at++] = depth[row]!;
      for (const { bidPx, bidSz, bidCt, askPx, askSz, askCt } of levels) {
        figures[at++] = numberAt(bidPx, row);
        figures[at++] = bidSz[row]!;
        figures[at++] = bidCt[row]!;
        figures[at++] = numberAt(askPx, row);
        figures[at++] = askSz[row]!;
        figures[at++] = askCt[row]!;
      }
    }
  });
  return figures;
}

function lastState(books: OrderBooks, blocks: readonly MboBlock[]): Float64Array {
  for (const block of blocks) books.apply(block);
  const [bids, asks] = [books.levels(INSTRUMENT, BID, SHOWN), books.levels(INSTRUMENT, ASK, SHOWN)];
  return Float64Array.from({ length: SHOWN }, (_, level) => level).reduce(
    (figures, level) => {
      [bids[level]!, asks[level]!].forEach(({ price, size, count }, side) => {
        figures.set([Number(price), size, count], level * 6 + side * 3);
      });
      return figures;
    },
    new Float64Array(SHOWN * 6),
  );
}

function compare(size: BenchSize, tells: boolean) {
  const { records, turns } = SIZES[size];
  const books = createOrderBooks({ host: kernelHost });
  const blocks = dayIn(books, records);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const head = Float64Array.of(rows, turns, tells ? 1 : 0, TICK_NANOS, MID_TICKS - 32_768, 0);
  const result = compareWithTwin({
    name: 'book',
    turns,
    ours: () => (tells ? lastRows(books, blocks) : lastState(books, blocks)),
    input: [head, ...columnsOf(blocks)],
  });
  const events_per_second = Math.round((rows / Number(result['ours_ms'])) * 1000);
  return { records: rows, events_per_second, ...result };
}

export const bookReferenceBench: Bench = {
  name: 'reference/book',
  promise: 'ten levels after every event: <= 1.5 of C++',
  run: async (size) => compare(size, true),
};

export const bookStateReferenceBench: Bench = {
  name: 'reference/book-state',
  promise: 'state only: >= 10 M events a second and core',
  run: async (size) => compare(size, false),
};
