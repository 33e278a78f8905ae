/** A day's DBN file becomes canonical rows: market by price as it is, market by order through the book builder. */
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import type { DbnBlock } from '#data/dbn/block.js';
import { readDbnFile } from '#data/dbn/read-file.js';
import { renameDurably, writeFileDurably } from '#data/files/durable.js';
import { type CanonicalWriter, openCanonicalWriter } from '#data/zones/canonical-writer.js';
import { copyMbpRows } from '#data/zones/copy-rows.js';
import { encodeDayIndex } from '#data/zones/day-index.js';
import { openKeyframeWriter } from '#data/zones/keyframes.js';
import { tradesName } from '#data/zones/zone-path.js';
import { KEYFRAME_RECORDS } from '#engine/book/book-at.js';
import { saveKeyframe } from '#engine/book/keyframe.js';
import { createOrderBooks, type OrderBooks } from '#engine/book/order-books.js';
import { type MboBlock, type Mbp10Block, placeMbpBlock } from '#engine/frame/dbn-block.js';
import { isUndefTimestamp, unsignedAt, type WideColumn } from '#engine/frame/wide-column.js';
import { kernelHost } from '../kernel-host.js';
import { defineTask, type TaskContext } from '../task.js';

export interface DecodeDayInput {
  readonly path: string;
  /** Where the rows will stand; their temporary is made beside it. */
  readonly target: string;
  readonly indexPath: string;
  /** Where keyframes of the books go, when the file tells of single orders. */
  readonly keyframesPath: string;
  readonly rawSha256: string;
  /** Where the trades go; they are named by the bytes of the events. */
  readonly tradesDir: string;
  /** Records of the file, for progress. */
  readonly records: number;
  /** Row groups compressed at once, beside the one that is gathered. Default 1. */
  readonly lanes?: number;
}

export interface DecodedDay {
  readonly temporary: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly records: number;
  readonly bookErrors: number;
  readonly schema: 'mbo' | 'mbp-10';
}

/** Of market by order: each makes at most as many rows, and those wait in memory until they are written. */
const ORDERS_PER_BLOCK = 8_192;

export const decodeDayTask = defineTask({
  name: 'decodeDay',
  async run(input: DecodeDayInput, context): Promise<DecodedDay> {
    // Orders are decoded where the books read them.
    const books = createOrderBooks({ host: kernelHost });
    const into = [books.lendBlock()];
    const { metadata, blocks, close } = await readDbnFile(input.path, { rowsPerBlock: ORDERS_PER_BLOCK, into });
    const schema = metadata?.schema ?? null;
    let writer: CanonicalWriter | undefined;
    try {
      if (schema !== 'mbo' && schema !== 'mbp-10') throw errors.unsupportedSchema(schema ?? 'mixed');
      writer = await openCanonicalWriter(input.target, input.lanes === undefined ? {} : { lanes: input.lanes });
      const hear = hearer(input, context);
      const { records, bookErrors } =
        schema === 'mbo'
          ? await readOrders({ blocks, books }, writer, hear, input)
          : await readLevels(blocks, writer, hear);
      const { file, trades, index } = await writer.finish();
      await renameDurably(trades.path, tradesPathOf(input, file.sha256));
      await writeFileDurably(input.indexPath, encodeDayIndex(index, file.sha256));
      return {
        temporary: file.path,
        sha256: file.sha256,
        bytes: file.bytes,
        rows: file.rows,
        records,
        bookErrors,
        schema,
      };
    } catch (error) {
      await writer?.discard();
      throw error;
    } finally {
      await close();
    }
  },
});

const tradesPathOf = ({ tradesDir }: DecodeDayInput, eventsSha256: string) => join(tradesDir, tradesName(eventsSha256));

type Hear = (records: number) => void;

function hearer({ records: total }: DecodeDayInput, context: TaskContext): Hear {
  return (records) => {
    if (context.shouldStop()) throw errors.cancelled();
    context.progress(Math.min(records, total), total);
  };
}

interface Read {
  readonly records: number;
  readonly bookErrors: number;
}

type Blocks = AsyncIterable<DbnBlock>;

async function readLevels(blocks: Blocks, writer: CanonicalWriter, hear: Hear): Promise<Read> {
  let records = 0;
  for await (const block of blocks) {
    // Messages of the system may stand in any stream; they are no rows.
    if (block.kind === 'mbp-10' && block.mbp !== undefined) await writer.append({ block: block.mbp });
    records += block.rows;
    hear(records);
  }
  return { records, bookErrors: 0 };
}

async function readOrders(
  { blocks, books }: { readonly blocks: Blocks; readonly books: OrderBooks },
  writer: CanonicalWriter,
  hear: Hear,
  { keyframesPath, rawSha256 }: DecodeDayInput,
): Promise<Read> {
  const waiting = new WaitingRows();
  const keyframes = await openKeyframeWriter(keyframesPath);
  let [records, orders, keptAt, tsNs] = [0, 0, 0, 0n];
  try {
    for await (const { kind, mbo, rows } of blocks) {
      if (kind === 'mbo' && mbo !== undefined && rows > 0) {
        books.toRows(mbo, waiting.take);
        await waiting.writeTo(writer);
        orders += rows;
        tsNs = latestOf(mbo, tsNs);
        // Never in the middle of a venue event: there the book is not consistent.
        if (orders - keptAt >= KEYFRAME_RECORDS && (mbo.flags[rows - 1]! & F_LAST) !== 0) {
          const place = { tsNs, records: orders };
          await keyframes.write(saveKeyframe(books, place), place);
          keptAt = orders;
        }
      }
      records += rows;
      hear(records);
    }
    books.finishRows(waiting.take);
    await waiting.writeTo(writer);
    await keyframes.finish(rawSha256);
    return { records, bookErrors: books.errors() };
  } catch (error) {
    await keyframes.discard();
    throw error;
  }
}

const F_LAST = 128;

/** Times of the venue may step back a little: a keyframe has the latest that was seen. */
function latestOf({ tsEvent, rows }: MboBlock, known: bigint): bigint {
  let latest = known;
  for (let row = 0; row < rows; row++)
    if (!isUndefTimestamp(tsEvent, row) && compareTo(tsEvent, row, latest)) latest = unsignedAt(tsEvent, row);
  return latest;
}

/** Whether a time is later, by its high word first: a BigInt for every record would cost more than its book. */
function compareTo({ words }: WideColumn, row: number, known: bigint): boolean {
  const high = Number(known >> 32n);
  const its = words[2 * row + 1]!;
  return its > high || (its === high && words[2 * row]! > Number(known & 0xffff_ffffn));
}

/** Rows are lent by the book builder until it goes on, and writing has to wait for the disk: so they are copied. */
class WaitingRows {
  readonly #room: { block: Mbp10Block; isSuspect: Uint8Array }[] = [];
  #count = 0;

  readonly take = ({ block, isSuspect }: { block: Mbp10Block; isSuspect: Uint8Array }): void => {
    let place = this.#room[this.#count];
    if (place === undefined || place.isSuspect.length < block.rows) {
      place = { block: placeMbpBlock(block.rows), isSuspect: new Uint8Array(block.rows) };
      this.#room[this.#count] = place;
    }
    copyMbpRows(block, place.block);
    place.isSuspect.set(isSuspect.subarray(0, block.rows));
    this.#count++;
  };

  async writeTo(writer: CanonicalWriter): Promise<void> {
    for (let i = 0; i < this.#count; i++) await writer.append(this.#room[i]!);
    this.#count = 0;
  }
}
