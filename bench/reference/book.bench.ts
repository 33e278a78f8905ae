/** Order books in WebAssembly beside C++: the ten levels of both sides after every event, and the state alone. */
import { kernelHost } from '#compute/kernel-host.js';
import { ASK, BID, createOrderBooks, TELL } from '#engine/book/order-books.js';
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

const day = (records: number): MboBlock[] => [
  ...simulateMarketByOrder(
    { ...INSTRUMENT, startNs: 1_770_042_600_000_000_000n, records, tickNanos: TICK_NANOS, midTicks: MID_TICKS },
    createRng(7),
  ),
];

/** Column after column, as the twin reads them. */
const columnsOf = (blocks: readonly MboBlock[]): ArrayBufferView[] => {
  const wide = (column: 'tsEvent' | 'tsRecv' | 'orderId' | 'price') =>
    blocks.map((block) => block[column].values.subarray(0, block.rows));
  const plain = (
    column: 'instrumentId' | 'size' | 'tsInDelta' | 'sequence' | 'publisherId' | 'flags' | 'action' | 'side',
  ) => blocks.map((block) => block[column].subarray(0, block.rows));
  return [
    ...(['tsEvent', 'tsRecv', 'orderId', 'price'] as const).flatMap(wide),
    ...(['instrumentId', 'size', 'tsInDelta', 'sequence', 'publisherId', 'flags', 'action', 'side'] as const).flatMap(
      plain,
    ),
  ];
};

function lastRows(blocks: readonly MboBlock[]): Float64Array {
  const books = createOrderBooks({ host: kernelHost });
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

function lastState(blocks: readonly MboBlock[]): Float64Array {
  const books = createOrderBooks({ host: kernelHost });
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
  const blocks = day(records);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const head = Float64Array.of(rows, turns, tells ? 1 : 0, TICK_NANOS, MID_TICKS - 32_768, 0);
  const result = compareWithTwin({
    name: 'book',
    turns,
    ours: () => (tells ? lastRows(blocks) : lastState(blocks)),
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
