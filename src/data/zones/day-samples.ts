/**
 * Ten thousand rows of a day, spread evenly over those with two sides: enough for pictures of the whole day, which would otherwise
 * have to touch every row group of its events.
 *
 * A picture of n columns shows the rows floor(i * total / n). Where n divides 10,000 they are among floor(j * total / 10,000), every
 * (10,000 / n)th of them. The file stands beside the events and may be lost: the events answer the same, only slower.
 *
 * Layout, little-endian: magic, the SHA-256 of the events, rows f64, total f64; then times in nanoseconds from the day's origin f64; for
 * each level bid price and ask price f64, NaN for none; for each level bid size and ask size u32.
 */
import { assert } from '#base/assert.js';
import { type BookRows, type BookSide, isTwoSided, LEVELS } from '#engine/book/day/book-rows.js';
import { sampledRows } from '#engine/book/day/heatmap.js';
import type { DayIndex } from './day-index.js';
import { readIfThere } from './load-day-index.js';
import { newBookRows } from './read-book-rows.js';

/** The most columns a picture may have (umiki.md 9.6), and divided by all usual numbers of them. */
const SAMPLES_MAX = 10_000;

interface DaySamples {
  /** Two-sided rows of the day. */
  readonly total: number;
  /** Times, prices and sizes; of the events themselves nothing. */
  readonly rows: BookRows;
}

/** Which of the kept rows are drawn when `max` columns are wanted; undefined when not all of those are kept. */
export function samplesDrawn(total: number, max: number): number[] | undefined {
  if (total <= SAMPLES_MAX) return sampledRows(total, max);
  if (SAMPLES_MAX % max !== 0) return undefined;
  return Array.from({ length: max }, (_, i) => (i * SAMPLES_MAX) / max);
}

/** Two-sided rows of a day. */
export const twoSidedIn = ({ twoSided }: DayIndex): number => twoSided.reduce((sum, count) => sum + count, 0);

const MAGIC = 'ALMANAC DAY SAMPLES 001\n';
/** A multiple of eight, so that columns may be read where they stand. */
const HEAD_BYTES = MAGIC.length + 64 + 16;
const ROW_BYTES = 8 + LEVELS * 2 * (8 + 4);

/** Takes the samples out of a day's rows as they pass, in record order. */
export class DaySampler {
  readonly #places: readonly number[];
  readonly #total: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #columns: Columns;
  #seen = 0;
  #taken = 0;

  /** `total` two-sided rows are to come. */
  constructor(total: number) {
    this.#total = total;
    this.#places = sampledRows(total, SAMPLES_MAX);
    this.#bytes = new Uint8Array(HEAD_BYTES + ROW_BYTES * this.#places.length);
    this.#columns = columnsOf(this.#bytes.buffer, this.#places.length);
  }

  push(rows: BookRows): void {
    for (let i = 0; i < rows.rows; i++) {
      if (!isTwoSided(rows, i)) continue;
      if (this.#seen === this.#places[this.#taken]) this.#take(rows, i);
      this.#seen++;
    }
  }

  /** The bytes of the file; undefined when other rows came than were told of, as by a damaged index: then the samples are wrong. */
  finish(eventsSha256: string): Uint8Array | undefined {
    if (this.#seen !== this.#total) return undefined;
    assert(eventsSha256.length === 64, 'a SHA-256 in hexadecimal');
    this.#bytes.set(Buffer.from(MAGIC + eventsSha256, 'latin1'));
    const view = new DataView(this.#bytes.buffer);
    view.setFloat64(HEAD_BYTES - 16, this.#places.length, true);
    view.setFloat64(HEAD_BYTES - 8, this.#total, true);
    return this.#bytes;
  }

  #take(rows: BookRows, i: number): void {
    const at = this.#taken++;
    const { tsEventNs, bids, asks } = this.#columns;
    tsEventNs[at] = rows.tsEventNs[i]!;
    for (let k = 0; k < LEVELS; k++) {
      bids.px[k]![at] = rows.bids.px[k]![i]!;
      asks.px[k]![at] = rows.asks.px[k]![i]!;
      bids.sz[k]![at] = rows.bids.sz[k]![i]!;
      asks.sz[k]![at] = rows.asks.sz[k]![i]!;
    }
  }
}

/** Undefined when there are none, or those of other events. */
export async function readDaySamples(
  path: string,
  eventsSha256: string,
  originNs: bigint,
): Promise<DaySamples | undefined> {
  const bytes = await readIfThere(path);
  return bytes && decodeDaySamples(bytes, eventsSha256, originNs);
}

/** Undefined when these are not the samples of those events. */
export function decodeDaySamples(bytes: Uint8Array, eventsSha256: string, originNs: bigint): DaySamples | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  // A copy, because a view must begin on a multiple of its width.
  const { buffer } = new Uint8Array(bytes);
  if (Buffer.from(buffer, 0, HEAD_BYTES - 16).toString('latin1') !== MAGIC + eventsSha256) return undefined;
  const view = new DataView(buffer);
  const [rows, total] = [view.getFloat64(HEAD_BYTES - 16, true), view.getFloat64(HEAD_BYTES - 8, true)];
  if (bytes.length !== HEAD_BYTES + ROW_BYTES * rows) return undefined;
  return { total, rows: { ...newBookRows({ levels: LEVELS, originNs }), rows, ...columnsOf(buffer, rows) } };
}

type Columns = Pick<BookRows, 'tsEventNs' | 'bids' | 'asks'>;

function columnsOf(buffer: ArrayBuffer, rows: number): Columns {
  let at = HEAD_BYTES;
  const doubles = () => {
    at += 8 * rows;
    return new Float64Array(buffer, at - 8 * rows, rows);
  };
  const counts = () => {
    at += 4 * rows;
    return new Uint32Array(buffer, at - 4 * rows, rows);
  };
  const tsEventNs = doubles();
  const px = Array.from({ length: LEVELS }, () => [doubles(), doubles()] as const);
  const sz = Array.from({ length: LEVELS }, () => [counts(), counts()] as const);
  const side = (of: 0 | 1): BookSide => ({ px: px.map((pair) => pair[of]), sz: sz.map((pair) => pair[of]), ct: [] });
  return { tsEventNs, bids: side(0), asks: side(1) };
}
