/** A made market day of one symbol as a real DBN file: the same seed, symbol and date give the same bytes on every machine. */
import { errors } from '#base/errors.js';
import { blockOfMbo, blockOfMbp, type DbnBlock } from '#data/dbn/block.js';
import { newMetadata } from '#data/dbn/metadata.js';
import { publisherOf } from '#data/dbn/publishers.js';
import { writeDbnFile } from '#data/dbn/write-file.js';
import { copyMbpRows } from '#data/zones/copy-rows.js';
import { createOrderBooks } from '#engine/book/order-books.js';
import { newYorkTimeMs } from '#engine/calendar/new-york-time.js';
import { type MboBlock, type Mbp10Block, placeMboBlock, placeMbpBlock } from '#engine/frame/dbn-block.js';
import { hashLabel } from '#engine/random/seeding.js';
import { createRng } from '#engine/random/xoshiro128.js';
import type { OrderEvents } from '#engine/simulation/order-events.js';
import { simulateOrderFlow } from '#engine/simulation/simulate-order-flow.js';
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

const BLOCK_ROWS = 8_192;
const SESSION_SECONDS = 6.5 * 3600;
const OPEN_MINUTE = 9 * 60 + 30;
const TICK_NANOS = 10_000_000;
const DAY_MS = 86_400_000;
/** The feed is heard so long after the venue spoke. */
const LATENCY_NS = 165_000;

export const simulateDayTask = defineTask({
  name: 'simulateDay',
  async run(input: SimulateDayInput, context): Promise<SimulatedDay> {
    const { dataset, symbol, date, seed, events: wanted, schema } = input;
    const chance = createRng(seed).fork(`${dataset} ${symbol} ${date}`);
    const { events } = simulateOrderFlow(
      {
        recordsMax: wanted,
        tickNanos: TICK_NANOS,
        // Some records a venue event more than one: the session is filled and not cut off.
        eventsPerSecond: wanted / 1.2 / SESSION_SECONDS,
        midTicks: midTicksOf(symbol),
      },
      chance,
    );
    const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
    const openNs = BigInt(newYorkTimeMs(day, OPEN_MINUTE)) * 1_000_000n;
    const facts = { publisherId: publisherOf(dataset)?.id ?? 2, instrumentId: instrumentIdOf(symbol), openNs };
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
            { startDate: next(day * DAY_MS), endDate: next((day + 1) * DAY_MS), symbol: String(facts.instrumentId) },
          ],
        },
      ],
    });
    const blocks = mboBlocks(events, facts, (done) => {
      if (context.shouldStop()) throw errors.cancelled();
      context.progress(done, events.rows);
    });
    return writeDbnFile(input.path, metadata, schema === 'mbo' ? recordsOf(blocks) : levelsOf(blocks));
  },
});

/** From 20 to 520 dollars, by the name alone. */
const midTicksOf = (symbol: string): number => 2_000 + Number(hashLabel(`mid ${symbol}`) % 50_000n);

const instrumentIdOf = (symbol: string): number => 1 + Number(hashLabel(`instrument ${symbol}`) % 30_000n);

interface Facts {
  readonly publisherId: number;
  readonly instrumentId: number;
  readonly openNs: bigint;
}

/** The block is filled anew for every step. */
function* mboBlocks(events: OrderEvents, facts: Facts, hear: (done: number) => void): Generator<MboBlock> {
  const block = placeMboBlock(BLOCK_ROWS);
  for (let from = 0; from < events.rows; from += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, events.rows - from);
    block.rows = count;
    for (let row = 0; row < count; row++) putRecord(block, row, events, from + row, facts);
    hear(from + count);
    yield block;
  }
}

const CLEAR = 'R'.charCodeAt(0);
const UNDEF_PRICE = 0x7fff_ffff_ffff_ffffn;

function putRecord(block: MboBlock, row: number, events: OrderEvents, i: number, facts: Facts): void {
  const isClear = events.action[i] === CLEAR;
  const atNs = facts.openNs + BigInt(events.tsNs[i]!);
  block.publisherId[row] = facts.publisherId;
  block.instrumentId[row] = facts.instrumentId;
  block.tsEvent.values[row] = atNs;
  block.tsRecv.values[row] = atNs + BigInt(LATENCY_NS);
  block.tsInDelta[row] = LATENCY_NS;
  block.orderId.values[row] = BigInt(events.orderId[i]!);
  block.price.values[row] = isClear ? UNDEF_PRICE : BigInt(events.priceTicks[i]!) * BigInt(events.tickNanos);
  block.size[row] = events.size[i]!;
  block.flags[row] = events.flags[i]!;
  block.channelId[row] = 0;
  block.action[row] = events.action[i]!;
  block.side[row] = events.side[i]!;
  block.sequence[row] = events.sequence[i]!;
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
