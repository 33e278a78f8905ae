/** A made market day of one symbol as a real DBN file: the same seed, symbol and date give the same bytes on every machine. */
import { errors } from '#base/errors.js';
import { blockOfMbo, blockOfMbp, type DbnBlock } from '#data/dbn/block.js';
import { newMetadata } from '#data/dbn/metadata.js';
import { publisherOf } from '#data/dbn/publishers.js';
import { writeDbnFile } from '#data/dbn/write-file.js';
import { copyMbpRows } from '#data/zones/copy-rows.js';
import { createOrderBooks } from '#engine/book/order-books.js';
import { newYorkTimeMs } from '#engine/calendar/new-york-time.js';
import { type MboBlock, type Mbp10Block, placeMbpBlock } from '#engine/frame/dbn-block.js';
import { hashLabel } from '#engine/random/seeding.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { EXTENDED_DAY } from '#engine/simulation/day-clock.js';
import { simulateMarketByOrder } from '#engine/simulation/simulate-market-by-order.js';
import { kernelHost } from '../kernel-host.js';
import { defineTask } from '../task.js';

export interface SimulateDayInput {
  readonly path: string;
  readonly dataset: string;
  readonly symbol: string;
  readonly date: string;
  readonly seed: number;
  /** Order events; market by price has fewer rows. */
  readonly events: number;
  readonly schema: 'mbo' | 'mbp-10';
}

export interface SimulatedDay {
  readonly records: number;
  readonly bytes: number;
}

const OPEN_MINUTE = 9 * 60 + 30;
const DAY_MS = 86_400_000;
/** The publisher of Nasdaq's feed, for datasets whose own we do not know. */
const NASDAQ = 2;

export const simulateDayTask = defineTask({
  name: 'simulateDay',
  async run(input: SimulateDayInput, context): Promise<SimulatedDay> {
    const { dataset, symbol, date, seed, events: wanted, schema } = input;
    const chance = createRng(seed).fork(`${dataset} ${symbol} ${date}`);
    const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
    const instrumentId = instrumentIdOf(symbol);
    const simulated = simulateMarketByOrder(
      {
        publisherId: publisherOf(dataset)?.id ?? NASDAQ,
        instrumentId,
        startNs: BigInt(newYorkTimeMs(day, OPEN_MINUTE)) * 1_000_000n,
        pieces: EXTENDED_DAY,
        midTicks: midTicksOf(symbol),
        records: wanted,
      },
      chance,
    );
    const next = (ms: number) => Number(new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''));
    const metadata = newMetadata({
      dataset,
      schema,
      start: BigInt(day * DAY_MS) * 1_000_000n,
      end: BigInt((day + 1) * DAY_MS) * 1_000_000n,
      mappings: [
        {
          rawSymbol: symbol,
          intervals: [
            { startDate: next(day * DAY_MS), endDate: next((day + 1) * DAY_MS), symbol: String(instrumentId) },
          ],
        },
      ],
    });
    const blocks = heard(simulated, (done) => {
      if (context.shouldStop()) throw errors.cancelled();
      context.progress(Math.min(done, wanted), wanted);
    });
    return writeDbnFile(input.path, metadata, schema === 'mbo' ? recordsOf(blocks) : levelsOf(blocks));
  },
});

/** From 20 to 520 dollars, by the name alone. */
const midTicksOf = (symbol: string): number => 2_000 + Number(hashLabel(`mid ${symbol}`) % 50_000n);

const instrumentIdOf = (symbol: string): number => 1 + Number(hashLabel(`instrument ${symbol}`) % 30_000n);

function* heard(blocks: Iterable<MboBlock>, hear: (done: number) => void): Generator<MboBlock> {
  let done = 0;
  for (const block of blocks) {
    done += block.rows;
    hear(done);
    yield block;
  }
}

function* recordsOf(blocks: Iterable<MboBlock>): Generator<DbnBlock> {
  for (const block of blocks) yield blockOfMbo(block);
}

/** What the venue would send to those who do not want single orders. */
function* levelsOf(blocks: Iterable<MboBlock>): Generator<DbnBlock> {
  const books = createOrderBooks({ host: kernelHost });
  const ready: Mbp10Block[] = [];
  const take = ({ block }: { block: Mbp10Block }) => void ready.push(copied(block));
  for (const block of blocks) {
    books.toRows(block, take);
    for (const rows of ready.splice(0)) yield blockOfMbp(rows);
  }
  books.finishRows(take);
  for (const rows of ready.splice(0)) yield blockOfMbp(rows);
}

function copied(block: Mbp10Block): Mbp10Block {
  const copy = placeMbpBlock(block.rows);
  copyMbpRows(block, copy);
  return copy;
}
